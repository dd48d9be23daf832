"""Tags and filters that pages are written with."""
