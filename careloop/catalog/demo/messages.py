"""What is written, answered and called about in the demo clinic beside its visits. All of it is invented."""

from dataclasses import dataclass
from datetime import time

from careloop.facts.outreach import OutreachRule
from careloop.facts.reach import TryResult


@dataclass(frozen=True, slots=True)
class DemoText:
    """A text to a patient, written one working day ago by their own coordinator, and what came back today."""

    patient: str
    words: str
    answer: str = ""


# The day before the clinic's day; the hour is after the reminders of the day.
WRITTEN_BACK = 1
TEXTS = (
    DemoText(
        "grace-lindqvist", "We called them again for you. Is a morning good for you?",
        "Mornings are fine. Can my sister come with me?",
    ),
    DemoText("ada-whitfield", "We found a ride for you. It comes half an hour before."),
    DemoText("james-okoye", "Please call us when you have a minute. We have a new time for you."),
)  # fmt: skip
# A list that is being called: what it can be, its pace, and how the first calls went, by whom. On some days of the year
# nobody of a team lacks a test, or all who do were called yesterday: the first list that finds enough people is made.
LISTS = (
    ("Screening", OutreachRule(check="colorectal_screening")),
    ("Vaccines", OutreachRule(check="immunizations_due")),
    ("Not seen for two months", OutreachRule(no_visit_days=60)),
    ("Not seen for a week", OutreachRule(no_visit_days=7)),
)
# Two are called and some are left to call.
LEAST_LISTED = 4
PER_DAY, QUIET_DAYS, MOST_TRIES = 20, 1, 3
LISTED_BY, CALLED_BY = "marisol", "lee"
CALLS = (
    (TryResult.BOOKED, 6, "Comes next week. Needs the papers in large print."),
    (TryResult.VOICEMAIL, 1, "Asked only for a call back."),
)
# Who is reminded of a medicine, when, for so many days, and how they agreed.
REMINDED, REMINDED_AT, REMINDED_DAYS = "james-okoye", (time(8), time(20)), 30
AGREED = "He asked for it on the phone: mornings and evenings, for a month."
# What is asked of an office about whom, the working day before, and what its desk answered by mail today.
OFFICE, OFFICE_ABOUT, OFFICE_WHAT = "Dr. Samuel Ortega", "ada-whitfield", "the sleep study"
OFFICE_ANSWER = "We have the study. Which fax may we send it to?"
