"""Referrals for the gallery, filled by hand: the list, one with a report of another person, strays, figures."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.misfiled import MisfiledReport, MisfiledTask
from careloop.facts.preparation import Arranged, Item, ItemDue, ItemState, PreparedItem, Readiness
from careloop.facts.referral_figures import FEW_EACH, GroupFigures, ReferralFigures, Share, StateDays
from careloop.facts.referrals import (
    AnswerKind,
    AnswerLine,
    Channel,
    Claimed,
    Evidence,
    HistoryEntry,
    ReferralFilter,
    ReferralList,
    ReferralPage,
    ReferralRow,
    ReferralState,
    ReportLine,
    SendingLine,
    SendingState,
    StrayLine,
    StrayState,
    Urgency,
    VisitBeside,
)
from careloop.facts.scheduling import BookingState, Promised
from careloop.facts.worklist import Ball, Tone
from careloop.rules.referrals import OPEN, list_moves
from careloop.web.staff.referrals import render_figures, render_referral, render_referrals, render_strays
from tests.web.gallery.values import AT, LONG_NAME, ME, ROSA, ZONE, deadline, text

BORN = date(1958, 3, 14)
LATE = deadline(Tone.LATE, "3 days late", "since Tue 17 Nov")
SOON = deadline(Tone.SOON, "Due in 2 business days", "Tue 24 Nov")
WALL = datetime(2026, 11, 24, 9, 30)  # noqa: DTZ001


def _row(number: int, name: str, state: ReferralState, **more: object) -> ReferralRow:
    row = ReferralRow(
        id=UUID(int=800 + number), loop_id=UUID(int=820 + number), patient_id=ROSA, patient_name=name, birth_on=BORN,
        language="es", specialty="cardiology", question="Can warfarin be replaced for her, and by what?",
        urgency=Urgency.URGENT, state=state, state_since=AT - timedelta(days=4), days_in_state=4, limit=LATE,
        next_step=Say("step.referral_read"), owner_name="Dana Okafor", owner_id=ME,
        to_name="The Harbor Heart and Vascular Institute of the Lower Valley", ball=Ball.US, see_by=date(2026, 12, 4),
        version=7,
    )  # fmt: skip
    return replace(row, **more)  # type: ignore[arg-type]


READ_NEXT = _row(0, "Rosa Tran", ReferralState.REPORT_IN)
ROWS = (
    READ_NEXT,
    _row(1, LONG_NAME, ReferralState.SILENT, next_step=Say("step.referral_reroute_silent")),
    _row(2, "فاطمة الزهراء", ReferralState.DATE_SET, language="ar", limit=SOON, next_step=Say("step.referral_see"),
         birth_on=None, owner_name=""),
)  # fmt: skip
LIST = ReferralList(
    AT, ROWS, 3, tuple((state, sum(row.state is state for row in ROWS)) for state in OPEN), ("cardiology", "neurology"),
    ((ME, "Dana Okafor"),), 2,
)  # fmt: skip

TASKS = (
    MisfiledTask(UUID(int=841), 2, text("Test the nerve again in the left hand, and in the right one"), is_open=True),
    MisfiledTask(UUID(int=842), 3, text("Stop the splint"), is_open=False),
)
CAME = (
    Say("misfiled.came", name="Harbor Heart", day=date(2026, 11, 17)),
    Say("misfiled.read", name="Dr. Asha Patel", day=date(2026, 11, 18)),
    Say("misfiled.told", name="Dana Okafor", day=date(2026, 11, 19)),
    Say("misfiled.tasks", count=2),
)
MISFILED = MisfiledReport(
    UUID(int=850), AT - timedelta(days=3), AT, "Dana Okafor", "Another name stands on its second page.", may_look=True,
    was_told=True, because=CAME, undo_id=UUID(int=851), is_undone=False, tasks=TASKS,
)  # fmt: skip
REPORT = ReportLine(
    UUID(int=852), UUID(int=853), "Report of Harbor Heart", AT - timedelta(days=1), ("name", "birth"), "", None,
    is_amended=True,
)  # fmt: skip
PAGE = ReferralPage(
    row=READ_NEXT, zone=ZONE, asked_by="Dr. Asha Patel", asked_by_id=UUID(int=3), made_at=AT - timedelta(days=9),
    state_tone=Tone.TO_DO, moves=list_moves(ReferralState.REPORT_IN), may_write=True, may_sign=True, is_asker=True,
    promised=Promised(WALL.replace(tzinfo=UTC) + timedelta(hours=5), ZONE, WALL), late_because="",
    is_beyond_limit=False, decline_reason="",
    sendings=(SendingLine(Channel.FAX, "Harbor Heart", "555-0101", "Fax report says 2 pages, 10:04",
                          SendingState.DELIVERED, AT - timedelta(days=8), "Dana Okafor", UUID(int=854)),),
    answers=(AnswerLine(AnswerKind.ACCEPTED, "Kay", "Next week", AT - timedelta(days=7), "Dana Okafor"),),
    reports=(REPORT,), history=(HistoryEntry(AT, "Dana Okafor", Say("event.report_misfiled"), "Another name"),),
    told_by="", told_at=None, told_how=None, teach_back="", outcome=None, visits=(), misfiled=(MISFILED,),
    others=((UUID(int=802), "neurology: Is the nerve pressed?"),), receiver_phone="555-0100", receiver_fax="555-0101",
    visit=VisitBeside(UUID(int=701), "Heart check", Promised(WALL.replace(tzinfo=UTC) + timedelta(hours=5), ZONE, WALL),
                      BookingState.DONE, Say("visit.referral_stays")),
)  # fmt: skip

# Accepted and dated: what is to be in order before it, with an approval that does not hold any more.
BY_ASHA = {"who": "Dana Okafor", "at": AT - timedelta(days=2)}
DATED = replace(
    PAGE, row=_row(3, "Rosa Tran", ReferralState.DATE_SET, next_step=Say("step.referral_ride")),
    moves=list_moves(ReferralState.DATE_SET), state_tone=Tone.INFO, reports=(), misfiled=(), visit=None,
    may_prepare=True, readiness=Readiness((
        PreparedItem(Item.COVERAGE, ItemState.DONE, note="Checked with the plan: active", **BY_ASHA),  # type: ignore[arg-type]
        PreparedItem(
            Item.APPROVAL, is_open_again=True, note="Number AB123",
            arranged=Arranged(date(2026, 11, 1), date(2026, 11, 20)), **BY_ASHA,  # type: ignore[arg-type]
        ),
        PreparedItem(Item.INTERPRETER, is_open_again=True), PreparedItem(Item.RIDE),
        PreparedItem(Item.INSTRUCTIONS, ItemState.NOT_NEEDED, note="She works there", **BY_ASHA),  # type: ignore[arg-type]
    )),
    dues=(
        ItemDue(Item.INTERPRETER, date(2026, 11, 24), AT, "Product default, for the clinic to set", is_verified=False),
        ItemDue(Item.RIDE, date(2026, 11, 23), AT, "Rides of the county, its handbook", is_verified=True),
    ),
)  # fmt: skip
# Missed twice: a coordinator waits for the clinician's word.
MISSED = replace(
    PAGE, row=_row(4, "Rosa Tran", ReferralState.MISSED), moves=list_moves(ReferralState.MISSED), state_tone=Tone.SOON,
    reports=(), misfiled=(), promised=None, may_sign=False, awaits_decision=True,
)  # fmt: skip
# Declined: a report that comes all the same is explained.
DECLINED = replace(
    PAGE, row=_row(5, "Rosa Tran", ReferralState.DECLINED, next_step=Say("step.referral_reroute")),
    moves=list_moves(ReferralState.DECLINED), state_tone=Tone.SOON, reports=(), misfiled=(), promised=None, visit=None,
)  # fmt: skip

CLAIMED = Claimed("Ada Whitfield", date(1951, 7, 9))
STRAYS = (
    StrayLine(
        UUID(int=860), AT, "Dana Okafor", "Report of a visit", CLAIMED, "Harbor Heart", "The nerve is well. " * 30,
        StrayState.WAITING, 1,
        ((DECLINED.row, Evidence(False, ("name", "birth"), ())), (ROWS[2], Evidence(False, ("name",), ()))),
    ),
    StrayLine(
        UUID(int=861), AT, "Lee Martin", "Scan", Claimed("Unknown", None), "Bayview", "", StrayState.WAITING, 1, ()
    ),
    StrayLine(
        UUID(int=862), AT, "Lee Martin", "Letter", CLAIMED, "", "The nerve is well.", StrayState.WAITING, 1, (),
        ((UUID(int=863), "Ada Whitfield", date(1951, 7, 9), Evidence(True, ("name", "birth"), ())),),
    ),
)  # fmt: skip

DAYS = (StateDays(ReferralState.SENT, 2.5, 41), StateDays(ReferralState.ACCEPTED, 11.0, 33))
FEW = (StateDays(ReferralState.SENT, None, 3),)
GROUPS = (GroupFigures("", Share(1, 3), Share(2, 3), FEW), GroupFigures("es", Share(22, 40), Share(9, 40), DAYS))
FIGURES = ReferralFigures(
    since=date(2025, 11, 20), closed_told=Share(23, 43), never_dated=Share(11, 43), days=DAYS, oldest=ROWS,
    by_specialty=(replace(GROUPS[1], name="cardiology"),), by_language=GROUPS,
    by_payer=(GROUPS[0], replace(GROUPS[1], name="Blue Harbor Health Plan of the Lower Valley, Silver 4000")),
    by_clinic=(
        replace(GROUPS[1], name="Harbor Heart and Vessel Center of the Lower Valley"),
        replace(GROUPS[0], name=FEW_EACH),
    ),
)  # fmt: skip

REFERRALS_SHOWN = {
    "referrals": lambda request: render_referrals(request, LIST, ReferralFilter()),
    "referral": lambda request: render_referral(request, PAGE, [("", "Choose")]),
    "referral-dated": lambda request: render_referral(request, DATED, [("", "Choose")]),
    "referral-missed": lambda request: render_referral(request, MISSED, [("", "Choose")]),
    "referral-early": lambda request: render_referral(request, DECLINED, [("", "Choose")]),
    "referral-strays": lambda request: render_strays(request, STRAYS),
    "referral-figures": lambda request: render_figures(request, FIGURES),
}
