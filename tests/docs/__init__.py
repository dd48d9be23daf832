"""The documents say what is true: links, commands, tables and steps are held against the code."""
