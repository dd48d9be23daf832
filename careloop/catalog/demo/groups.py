"""The demo's class for several patients at once: what it is, who leads it, and who has a seat. All are invented."""

from datetime import time, timedelta

from careloop.facts.scheduling import Preparation, VisitTypeDraft

CLASS = VisitTypeDraft("Class: living with diabetes", 60, preparation=Preparation.MEDICINE_LIST, seats=8)
LEADER = "Nurse Orla Quinn"
# It meets on Wednesdays, the first time a week from now at the earliest, so often, so far apart.
WEEKDAY, AT, FIRST_AFTER, TIMES, APART = 3, time(15), timedelta(days=7), 2, timedelta(days=28)
# Whose team keeps it.
OPENED_BY = "marisol"
SEATS = ("robert-blackwood", "priya-raman", "olga-petrova")
