"""Plans for care of many steps: found by a greedy search of many starts, and held against every rule."""
