"""What leaves as files: whole under its final name, or not at all."""
