"""Pages of handoffs and rounds for the gallery: the list, a new one, a draft, one to be said back, the sheet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.facts.handoffs import (
    DayPatient,
    DeclineReason,
    HandoffLine,
    HandoffPage,
    HandoffRow,
    HandoffScope,
    HandoffsPage,
    HandoffState,
    IllnessLevel,
    NewHandoffPage,
    WhatIf,
)
from careloop.facts.pages import Choice
from careloop.facts.questions import Group, QuestionLine, QuestionsPage
from careloop.facts.rounds import RoundsBeat, RoundsLine, RoundsPage
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.handoffs import render_handoff, render_handoffs, render_new
from careloop.web.staff.questions import render_questions
from careloop.web.staff.rounds import render_rounds
from tests.web.gallery.cover import ROW as ROW_OF_COVER
from tests.web.gallery.values import AT, LONG_NAME, MORE_ROWS, ON, ROSA, ROWS, ZONE

SHORT = "Known: heart failure, type 2 diabetes. Pneumonoultramicroscopicsilicovolcanoconiosis was named. " * 3
ROW = HandoffRow(
    UUID(int=980), "Dana Okafor", LONG_NAME, True, HandoffScope.PATIENTS, HandoffState.DRAFT, AT,
    AT + timedelta(hours=4), 3,
)  # fmt: skip
LINES = (
    HandoffLine(
        1, ROSA, LONG_NAME, date(1958, 3, 14), IllnessLevel.UNSTABLE, SHORT, ROWS,
        (WhatIf("she gains two pounds in a day", "call the clinic the same day", ON),),
        "Who has the keys to her home?", "", "",
    ),
    HandoffLine(
        2, UUID(int=982), "فاطمة الزهراء", None, IllnessLevel.WATCHER, "New on insulin.", ROWS[:1], (), "Who calls?",
        "Her son.", "",
    ),
    HandoffLine(3, UUID(int=983), "Ben Cole", date(1990, 1, 2), IllnessLevel.STABLE, "", (), (), "", "", ""),
)  # fmt: skip
DRAFT = HandoffPage(
    AT, ROW, 1, (replace(LINES[0], question="", level=None), replace(LINES[1], question="", answer=""), LINES[2]), None,
    4, is_receiver=False,
)  # fmt: skip
THEIRS = replace(ROW, giver="Lee Martin", receiver="Dana Okafor", is_given=False, state=HandoffState.OFFERED)
RECEIVED = HandoffPage(
    AT, THEIRS, 2, (replace(LINES[0], answer="Her sister, next door."), *LINES[1:]), None, 4, is_receiver=True
)
ASKED = replace(RECEIVED, row=replace(ROW, state=HandoffState.ASKED), lines=LINES, is_receiver=False)
OVER = replace(
    RECEIVED,
    row=replace(THEIRS, state=HandoffState.DECLINED),
    decline_reason=DeclineReason.LET_US_TALK,
    lines=tuple(replace(line, said_back="I call them on Monday.") for line in LINES),
)
LIST = HandoffsPage(
    (ROW, THEIRS), tuple(replace(ROW, id=UUID(int=990 + n), state=state) for n, state in enumerate(HandoffState))
)
NEW = NewHandoffPage(
    (Choice(str(UUID(int=2)), LONG_NAME),), 7, (Choice(str(ROSA), LONG_NAME), Choice(str(UUID(int=982)), "Ben Cole")),
    ROSA, LONG_NAME,
    (DayPatient(ROSA, LONG_NAME, date(1958, 3, 14), 5), DayPatient(UUID(int=982), "Ben Cole", None, 2)),
)  # fmt: skip
ROUNDS = RoundsPage(
    AT, ZONE, "Dana Okafor", 1, (Choice("1", "Elm Street team"),), (Choice(str(UUID(int=2)), "Lee Martin"),),
    (
        RoundsLine(ROSA, LONG_NAME, date(1958, 3, 14), IllnessLevel.UNSTABLE, ON, SHORT, ROWS[0], 2),
        RoundsLine(UUID(int=982), "فاطمة الزهراء", None, None, None, "", MORE_ROWS[0], 0),
    ),
    3,
)  # fmt: skip

QUESTION = QuestionLine(ROWS[0], LONG_NAME, "Did her sister call? " * 9, "", AT)
QUESTIONS = QuestionsPage(
    (QUESTION, replace(QUESTION, row=MORE_ROWS[0])), (replace(QUESTION, row=ROWS[2], answer="Yes, on Friday."),), 24,
    ROSA, LONG_NAME, NEW.receivers, tuple(Group), (QUESTION,),
)  # fmt: skip


def _day_unclear(request: ActingRequest) -> HttpResponse:
    typed = {f"level-{ROSA}": "watcher", "note": "I am ill."}
    return render_new(request, NEW, Attempt("offer_day", None, typed, say=Say("refusal.handoff_levels")))


def _unclear(request: ActingRequest) -> HttpResponse:
    typed = {"patient": str(ROSA), "handoff": str(ROW.id), "if_words": "she gains weight", "on": ""}
    return render_handoff(request, DRAFT, Attempt("add_what_if", None, typed, errors={"on": "Choose a day."}))


def _unsaid(request: ActingRequest) -> HttpResponse:
    typed = {f"said-{ROSA}": "Call her.", "shared": "Monday."}
    return render_handoff(request, RECEIVED, Attempt("accept", None, typed, say=Say("refusal.handoff_said_back")))


def _rounds_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt("decide", None, {"patient": str(ROSA), "title": ""}, errors={"title": "Say what must be done."})
    return render_rounds(request, ROUNDS, tried)


def _question_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt("ask", None, {"question": "Who?"}, errors={"to": "Choose a person."})
    return render_questions(request, QUESTIONS, tried)


HANDOFFS_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "handoffs": lambda request: render_handoffs(request, replace(LIST, covers=(ROW_OF_COVER,))),
    "handoffs-none": lambda request: render_handoffs(request, HandoffsPage((), ())),
    "handoff-new": lambda request: render_new(request, NEW),
    "handoff-new-unclear": _day_unclear,
    "handoff-new-caseload": lambda request: render_new(request, replace(NEW, loops=0, day=())),
    "handoff-new-none": lambda request: render_new(request, NewHandoffPage((), 0, ())),
    "handoff-draft": lambda request: render_handoff(request, DRAFT),
    "handoff-unclear": _unclear,
    "handoff-received": lambda request: render_handoff(request, RECEIVED),
    "handoff-unsaid": _unsaid,
    "handoff-asked": lambda request: render_handoff(request, ASKED),
    "handoff-over": lambda request: render_handoff(request, OVER),
    "questions": lambda request: render_questions(request, QUESTIONS),
    "questions-none": lambda request: render_questions(request, QuestionsPage((), (), 24)),
    "questions-unclear": _question_unclear,
    "rounds": lambda request: render_rounds(request, ROUNDS),
    "rounds-none": lambda request: render_rounds(request, replace(ROUNDS, lines=(), beyond=0)),
    "rounds-unclear": _rounds_unclear,
    "rounds-timed": lambda request: render_rounds(request, ROUNDS, beat=RoundsBeat(2, 1, AT, AT)),
    "rounds-over": lambda request: render_rounds(request, ROUNDS, beat=RoundsBeat(1, 3, AT, AT)),
}
