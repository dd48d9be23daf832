"""Every change, one verb each, behind a door."""
