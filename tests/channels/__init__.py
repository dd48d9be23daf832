"""The roads to the outside."""
