"""The planner: its rules held against every plan."""
