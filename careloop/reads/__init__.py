"""Every look, as plain values, behind a door."""
