"""What is claimed to be fast, measured: each file is a command that prints its figures as JSON lines."""
