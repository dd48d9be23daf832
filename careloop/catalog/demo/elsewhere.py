"""The demo's calendar from elsewhere: a heart specialist has evenings at a hospital. All is invented."""

from datetime import time

WHO = "Dr. Mara Whitehorse"
# A name that nobody has (RFC 2606): the demo asks nothing of anybody.
ADDRESS = "https://hospital-calendar.invalid/shared/whitehorse-evenings.ics"
# On Thursday evenings, when the demo's clinic is closed, for so many weeks.
WEEKDAY, BEGINS, ENDS, WEEKS = 4, time(18), time(20), 8
