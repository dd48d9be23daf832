"""The small invented clinic that a newcomer tries Careloop with: seeded, without any real person."""
