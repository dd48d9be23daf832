"""Reminders for the gallery, filled by hand: of a visit, of medicines, and the ladder of a kind of visit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.catalog.reminders import load_ladder
from careloop.facts.consents import Road
from careloop.facts.medicine_reminders import (
    MedicineChoice,
    MedicineLine,
    MedicineRemindersPage,
    NamingWish,
    ScheduleLine,
    ScheduleState,
    StopWhy,
)
from careloop.facts.reminders import (
    ComingReminder,
    LadderPage,
    Paused,
    ReminderAnswer,
    ReminderKind,
    ReminderLine,
    ReminderState,
    RungRow,
    Skipped,
    SkippedWhy,
    VisitReminders,
    WithdrawnWhy,
)
from careloop.rules.reminders import choose_rungs
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.reminders import render_ladder, render_medicines
from tests.web.gallery.circle import WHO
from tests.web.gallery.values import AT, LONG_NAME, ON, ZONE

HOUR = timedelta(hours=1)
LINE = ReminderLine(UUID(int=1101), ReminderKind.CONFIRM, ReminderState.PLANNED, AT, AT + 24 * HOUR, ZONE)
LINES = (
    replace(LINE, state=ReminderState.ANSWERED, road=Road.TEXT, answer=ReminderAnswer.RIDE),
    replace(LINE, kind=ReminderKind.PREPARE, state=ReminderState.SENT, road=Road.EMAIL),
    replace(LINE, kind=ReminderKind.CALL, state=ReminderState.CALLED),
    *(replace(LINE, kind=ReminderKind.MOVED, state=ReminderState.WITHDRAWN, why=why) for why in WithdrawnWhy),
    replace(LINE, kind=ReminderKind.DAY_BEFORE),
)
SKIPPED = tuple(Skipped(kind, why) for kind, why in zip(ReminderKind, SkippedWhy, strict=False))
OF_VISIT = VisitReminders(LINES, SKIPPED, None, is_planned=True, may_pause=True)
PAUSED = replace(OF_VISIT, paused=Paused(AT, LONG_NAME, "In the hospital until the first of the month. " * 4))
NOT_PLANNED = VisitReminders((), (), None, is_planned=False, may_pause=True)
COMING = (
    ComingReminder(UUID(int=701), "Cardiology visit", LINE, is_paused=False),
    ComingReminder(UUID(int=702), LONG_NAME, replace(LINE, kind=ReminderKind.DAY_BEFORE), is_paused=True),
)

DAY = datetime.combine(ON, time(8))
ANSWERS = (
    MedicineLine(DAY, ReminderState.SENT, None),
    *(
        MedicineLine(DAY - n * 12 * HOUR, ReminderState.ANSWERED, answer)
        for n, answer in enumerate((ReminderAnswer.TAKEN, ReminderAnswer.NOT_TAKEN, ReminderAnswer.SIDE_EFFECT), 1)
    ),
)
SCHEDULE = ScheduleLine(
    UUID(int=1111), "metformin 500 mg oral tablet", ScheduleState.ACTIVE, AT, None, (time(8), time(20, 30)), Road.TEXT,
    ON, date(2027, 1, 30), "Dana asked her at the visit on Friday. She said yes, and that mornings are hard. " * 3,
    "Dana Okafor", 1, ANSWERS,
)  # fmt: skip
WAITING = replace(
    SCHEDULE, id=UUID(int=1112), label=LONG_NAME, state=ScheduleState.PAUSED, why=StopWhy.SIDE_EFFECT, last=()
)
OVER = tuple(
    replace(SCHEDULE, id=UUID(int=1120 + n), state=ScheduleState.STOPPED, why=why, last=())
    for n, why in enumerate(StopWhy)
)
MEDICINES = MedicineRemindersPage(
    WHO, ON, date(2027, 2, 18), (SCHEDULE, WAITING, *OVER),
    (MedicineChoice(UUID(int=1130), 2, "lisinopril 10 mg oral tablet", "St. Mary"),), may_write=True,
)  # fmt: skip
WISHED = replace(MEDICINES, wish=NamingWish(True, AT, LONG_NAME, "On the phone today: yes, write the name. " * 6))
UNWISHED = replace(MEDICINES, wish=NamingWish(False, AT, "Dana Okafor", ""))
NONE = replace(MEDICINES, schedules=())
READ_ONLY = replace(MEDICINES, may_write=False, choices=())

RUNGS = choose_rungs(load_ladder(), (), ON)
SOURCES = {one.rung.kind: one for one in load_ladder()}
LADDER = LadderPage(
    UUID(int=770), LONG_NAME,
    tuple(
        RungRow(rung, n == 0, SOURCES[rung.kind].source, SOURCES[rung.kind].confidence) for n, rung in enumerate(RUNGS)
    ),
)  # fmt: skip


def _unclear(request: ActingRequest) -> HttpResponse:
    typed = {"medicine": "", "times": "eight", "consent": ""}
    errors = {
        "medicine": "Choose a medicine.", "times": "“eight” is no time. Write times as in 08:00 20:00.",
        "ends_on": "Choose a day.",
        "consent": "Say how the patient agreed: who asked, and what they said.",
    }  # fmt: skip
    return render_medicines(request, MEDICINES, Attempt("start", None, typed, errors=errors))


def _ladder_refused(request: ActingRequest) -> HttpResponse:
    typed = {"confirm-days": "90", "confirm-at": "10:00", "confirm-hours": "48", "confirm-on": "on"}
    return render_ladder(request, LADDER, Attempt("save_ladder", None, typed, say=Say("refusal.rung_days", count=60)))


REMINDERS_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "medicine-reminders": lambda request: render_medicines(request, MEDICINES),
    "medicine-reminders-named": lambda request: render_medicines(request, WISHED),
    "medicine-reminders-unnamed": lambda request: render_medicines(request, UNWISHED),
    "medicine-reminders-none": lambda request: render_medicines(request, NONE),
    "medicine-reminders-read": lambda request: render_medicines(request, READ_ONLY),
    "medicine-reminders-unclear": _unclear,
    "ladder": lambda request: render_ladder(request, LADDER),
    "ladder-refused": _ladder_refused,
}
