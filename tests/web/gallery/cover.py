"""Pages of shared cover, the board of caseloads and notes for the gallery: long names, other scripts, nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.facts.capacity import BoardLine, BoardPage, BoardPatient, Works
from careloop.facts.covering import (
    AbsencePage,
    AbsenceRow,
    AbsenceState,
    ChargeLine,
    DigestLine,
    HelperLine,
    PartLine,
    PartState,
    SharePlan,
    VisitLine,
)
from careloop.facts.pages import Choice
from careloop.facts.tips import Tip, TipAbout, TipsPage
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.capacity import render_board
from careloop.web.staff.covering import AwayForm, render_absence, render_share
from careloop.web.staff.tips import render_tips
from tests.web.gallery.values import AT, LONG_NAME, ME, MORE_ROWS, ON, ROSA, ROWS

LEE, MAY = UUID(int=2), UUID(int=3)
CHOICES = (Choice(str(LEE), "Lee Martin"), Choice(str(MAY), LONG_NAME))
ROW = AbsenceRow(
    UUID(int=1500), ROSA, LONG_NAME, AT, AT + timedelta(days=5), True, AbsenceState.RUNNING, 3, PartState.OFFERED
)  # fmt: skip
LINES = (
    ChargeLine(
        ROSA, LONG_NAME, date(1958, 3, 14), "es", 95, True, ROWS,
        (VisitLine(AT + timedelta(hours=3), "Cardiology, first visit with echocardiography"),), LEE,
        (Say("covering.speaks"), Say("covering.knows", count=4), Say("covering.room", count=3)), CHOICES,
    ),
    ChargeLine(UUID(int=982), "فاطمة الزهراء", None, "ar", 20, False, MORE_ROWS[:1], (), MAY,
               (Say("covering.only_one"), Say("covering.interpreter"), Say("covering.full")), CHOICES[1:]),
    ChargeLine(UUID(int=983), "Ben Cole", date(1990, 1, 2), "", 5, False, (), (), None, (Say("covering.nobody"),), ()),
)  # fmt: skip
HELPERS = (
    HelperLine(LEE, "Lee Martin", 1800, 1200, 95, 1, ("es",)),
    HelperLine(MAY, LONG_NAME, 0, 20, 20, 1, ()),
)
PLAN = SharePlan(
    AT, (Choice(str(ROSA), LONG_NAME), *CHOICES), ROSA, LONG_NAME, LINES, HELPERS, 2, ("Elm Street team",), 24,
    (ROW, replace(ROW, id=UUID(int=1501), state=AbsenceState.COMING, mine=None, patients=1)),
)  # fmt: skip
NONE = SharePlan(AT, PLAN.people, None, "", (), (), 0, (), 24, ())
DONE = ((AT, "Lee Martin", ROWS[0].title, Say("event.contact.left_message")),)
DIGEST = (
    DigestLine(ROSA, LONG_NAME, date(1958, 3, 14), LEE, "Lee Martin", LINES[0].because, ROWS, 2, 1, 3, DONE),
    DigestLine(UUID(int=982), "فاطمة الزهراء", None, MAY, LONG_NAME, (Say("covering.chosen", name=LONG_NAME),), (), 0,
               0, 0, ()),
)  # fmt: skip
PARTS = (
    PartLine(ME, "Dana Okafor", PartState.OFFERED, AT + timedelta(hours=1), 1),
    PartLine(LEE, "Lee Martin", PartState.ACCEPTED, None, 1),
    PartLine(MAY, LONG_NAME, PartState.EXPIRED, None, 0),
)
ABSENCE = AbsencePage(AT, ROW, 1, PARTS, DIGEST, CHOICES, may_plan=False, is_mine=False, is_cut=False)
LED = replace(ABSENCE, may_plan=True, is_cut=True, row=replace(ROW, mine=None))
OVER = replace(ABSENCE, is_mine=True, row=replace(ROW, state=AbsenceState.OVER, mine=None))
BACK = replace(ABSENCE, is_mine=True, row=replace(ROW, mine=None))

BOARD_LINES = (
    BoardLine(ROSA, LONG_NAME, 48, 2400, 1800, 7, 3, ("es", "vi"), (("ar", 4), ("so", 1)), ("heart failure",),
              is_said=True, is_away=True, noted=385, noted_calls=41),
    BoardLine(LEE, "Lee Martin", 0, 0, 1800, 0, 0, (), (), (), is_said=False, is_away=False),
)  # fmt: skip
PATIENTS = (
    BoardPatient(ROSA, LONG_NAME, date(1958, 3, 14), "es", 95, 4, 3, "Lee Martin", LINES[0].because),
    BoardPatient(UUID(int=983), "Ben Cole", None, "", 5, 0, 0, "", (Say("covering.nobody"),)),
)
BOARD = BoardPage(BOARD_LINES, None, "", (), (), None, 360)
CHOSEN = replace(
    BOARD, person_id=ROSA, name=LONG_NAME, patients=PATIENTS, receivers=CHOICES,
    works=Works((360, 360, 360, 360, 240, 0, 0), ("es",), ("heart failure",)),
)  # fmt: skip

TIP = Tip(
    UUID(int=1600), TipAbout.ENTRY, "Bayview Heart", "Fax before noon and say that it is urgent: they call back. " * 3,
    LONG_NAME, AT, ON, is_old=False, helped=3, helped_me=False, may_withdraw=True,
)  # fmt: skip
TIPS = TipsPage(
    (TIP, replace(TIP, id=UUID(int=1601), about=TipAbout.LOOP_KIND, about_name="referral", is_old=True, helped=0,
                  helped_me=True)),
    365, ("Blue Plan", "Medicaid"), ("visit_confirm",), (("1", "Cardiology"),),
)  # fmt: skip


def _form() -> AwayForm:
    return AwayForm({"away": str(ROSA), "first_on": "2026-11-20", "last_on": "2026-11-27", "sudden": "on"})


def _share_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt("plan", None, {f"to-{ROSA}": ""}, say=Say("refusal.cover_choose_all"))
    return render_share(request, PLAN, _form(), tried)


def _board_unclear(request: ActingRequest) -> HttpResponse:
    typed = {"to_person": str(LEE), "reason": "", "day_0": "9999"}
    return render_board(request, CHOSEN, Attempt("move", None, typed, errors={"reason": "Say why, in a few words."}))


def _tips_unclear(request: ActingRequest) -> HttpResponse:
    typed = {"about": "entry", "key": str(ROSA), "words": "Ask Rosa Garcia."}
    return render_tips(request, TIPS, Attempt("write", None, typed, say=Say("refusal.tip_name")))


COVER_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "cover-share": lambda request: render_share(request, PLAN, _form()),
    "cover-share-none": lambda request: render_share(request, NONE, AwayForm({})),
    "cover-share-nobody": lambda request: render_share(request, replace(PLAN, lines=(), helpers=()), _form()),
    "cover-share-unclear": _share_unclear,
    "absence": lambda request: render_absence(request, ABSENCE),
    "absence-led": lambda request: render_absence(request, LED),
    "absence-back": lambda request: render_absence(request, BACK),
    "absence-over": lambda request: render_absence(request, OVER),
    "board": lambda request: render_board(request, BOARD),
    "board-chosen": lambda request: render_board(request, CHOSEN),
    "board-unclear": _board_unclear,
    "what-worked": lambda request: render_tips(request, TIPS),
    "what-worked-none": lambda request: render_tips(request, replace(TIPS, tips=())),
    "what-worked-unclear": _tips_unclear,
}
