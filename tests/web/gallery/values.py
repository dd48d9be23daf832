"""Page values with everything that is hard to lay out: long names, Arabic, nothing at all, 200 rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Role
from careloop.facts.chart import FactKind
from careloop.facts.pages import Choice, EvidenceLine, Explanation, HistoryLine, LoopRow
from careloop.facts.signing import JudgedBy
from careloop.facts.today import Group, Over, Tab, TodayPage, Week
from careloop.facts.worklist import (
    Ball,
    Confidence,
    Deadline,
    Event,
    LoopKind,
    Outcome,
    Severity,
    Source,
    State,
    Tone,
)

AT = datetime(2026, 11, 20, 15, 4, tzinfo=UTC)
ON = date(2026, 11, 20)
ZONE = "America/New_York"
ME = UUID(int=1)
ROSA = UUID(int=100)
LONG_NAME = "Maximiliana Guadalupe Concepción de los Ángeles Featherstonehaugh-Wolfeschlegelsteinhausen"


def text(words: str) -> Say:
    """Return a sentence that says just these words."""
    return Say("text.free", text=words)


def deadline(tone: Tone, words: str, more: str = "") -> Deadline:
    """Return a deadline in words."""
    return Deadline(tone, text(words), text(more) if more else None, None)


def row(number: int, name: str, title: str, why: str, due: Deadline, **changes: object) -> LoopRow:
    """Return one row of Today."""
    made = LoopRow(
        id=UUID(int=1000 + number),
        version=3,
        patient_id=ROSA,
        patient_name=name,
        birth_on=date(1958, 3, 14),
        language="en",
        needs_interpreter=False,
        kind=LoopKind.GAP,
        state=State.TO_DO,
        outcome=None,
        severity=Severity.HIGH,
        tone=due.tone,
        title=text(title),
        because=(text(why),),
        deadline=due,
        next_step=text("Call, then book the visit."),
        ball=Ball.US,
        owner_id=ME,
        owner_name="Dana Okafor",
        queue_name="",
        is_mine=True,
        same_person=0,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


ROWS = (
    row(
        1,
        "Rosa Alvarez",
        "Help arrange a visit after the hospital stay",
        "Went home from the hospital on Wed 18 Nov (heart failure). We have no visit on record since then. "
        "The first goal is a visit by Wed 25 Nov, for people with high needs.",
        deadline(Tone.LATE, "Due today by 5 pm", "day 2 of 2"),
        language="es",
        needs_interpreter=True,
        same_person=2,
        state=State.STARTED,
    ),
    row(
        2,
        "Minh Tran",
        "Ask a clinician about warfarin with ibuprofen",
        "Warfarin is on the active list. Ibuprofen is on the active list, last prescribed Mon 16 Nov. "
        "Together they raise the risk of bleeding.",
        deadline(Tone.LATE, "3 days late", "since Tue 17 Nov"),
        language="vi",
        kind=LoopKind.SAFETY,
    ),
    row(
        3,
        LONG_NAME,
        "Ask about an HbA1c blood test and about everything else that the very long title of this row says",
        "Type 2 diabetes mellitus is on the problem list since Mon 3 Mar 2014. The last HbA1c was 9.1 % on "
        "Tue 12 May. It was good until Thu 12 Nov. Pneumonoultramicroscopicsilicovolcanoconiosis was named.",
        deadline(Tone.SOON, "Due in 2 business days", "Tue 24 Nov"),
        ball=Ball.PROVIDER,
    ),
)
MORE_ROWS = (
    row(
        4,
        "فاطمة الزهراء بنت محمد العلوي",
        "Ask about colorectal cancer screening",
        "Turned 45 on Mon 2 Feb. We have no screening test on record. One may have been done elsewhere: ask.",
        deadline(Tone.INFO, "Do by Wed 16 Dec", "any day before is fine"),
        language="ar",
        needs_interpreter=True,
        owner_id=None,
        owner_name="",
        queue_name="Elm Street team",
        is_mine=False,
    ),
    row(
        5,
        "James Okoye",
        "Read the letter that could not be filed",
        "A document came in without a birth date. Nobody could be found for it.",
        deadline(Tone.TO_DO, "No deadline", "look again Mon 23 Nov"),
        kind=LoopKind.REVIEW,
        is_mine=False,
        owner_id=UUID(int=2),
        owner_name="Lee Martin",
    ),
    row(
        6,
        "Grace Lindqvist",
        "Get the skin clinic's report",
        "The visit was on Mon 2 Nov. The report was promised in 7 days.",
        deadline(Tone.WAIT, "Look again Mon 23 Nov", "the clinic has the ball"),
        ball=Ball.PROVIDER,
        state=State.SNOOZED,
    ),
)
CLOSED = row(
    7,
    "Ada Whitfield",
    "Ask why the cardiology visit was missed",
    "Missed Thu 19 Nov.",
    deadline(Tone.OK, "Closed today", ""),
    state=State.CLOSED,
    outcome=Outcome.DONE,
)
SOURCE = Source(
    id="hedis-trc-2025",
    organization="National Committee for Quality Assurance",
    title="Transitions of Care",
    year=2025,
    section="Patient Engagement After Inpatient Discharge",
    confidence=Confidence.SECONDARY,
    checked_on=date(2026, 10, 1),
    effective_on=date(2025, 1, 1),
)
PEOPLE = (Choice(str(UUID(int=2)), "Lee Martin"), Choice(str(UUID(int=3)), "Sam Ortiz"))
TEAMS = (Choice("1", "Elm Street team"), Choice("2", "Intake"))


def explain(shown: LoopRow, *, can_act: bool = True) -> Explanation:
    """Return why a row is on the list, with every part filled."""
    return Explanation(
        row=shown,
        phone="(555) 010-0142",
        why_here=(
            *shown.because,
            text("Everyone who goes home from the hospital gets a visit within 14 days."),
        ),
        why_now=text("Today is business day 2 after going home."),
        if_waits=text("People who are not seen soon after a hospital stay go back more often."),
        next_step=text("Call the person. Ask how it is going at home, and book a visit that works for them."),
        moved=(text("Moved up 2 days: serious harm if it is missed."),),
        source=SOURCE,
        evidence=(
            EvidenceLine(
                UUID(int=50),
                FactKind.VISIT,
                "Inpatient stay, Mercy Hospital",
                date(2026, 11, 18),
                "Encounter, imported Thu 19 Nov",
            ),
        ),
        same_person=(ROWS[1],),
        history=(
            HistoryLine(AT - timedelta(days=1), "Careloop", Event.OPEN, text("opened it: a check found it"), ""),
            HistoryLine(
                AT - timedelta(hours=2),
                "Dana Okafor",
                Event.LOG_CONTACT,
                text("called: no answer"),
                "Rang twice, no voicemail.",
            ),
        ),
        can_act=can_act,
        undo_until=None,
        check="visit_after_discharge",
        judged_by=JudgedBy("visit_after_discharge", 1, date(2026, 11, 21), {"a.b": Decimal("6.1")}, "2026-11"),
        thresholds=((text("Days after going home"), "14 d"),),
    )


def make_tabs(needs: int) -> tuple[Tab, ...]:
    """Return the tabs of Today."""
    return (
        Tab("needs_you", text("Needs you"), needs),
        Tab("deadlines", text("Deadlines"), 5),
        Tab("calls", text("Calls"), 6),
        Tab("waiting", text("Waiting"), 9),
        Tab("done", text("Done today"), 8),
    )


def today_full(selected: LoopRow = ROWS[0]) -> TodayPage:
    """Return a day with work in three groups and a worker that has gone silent."""
    return TodayPage(
        at=AT,
        on=ON,
        zone=ZONE,
        role=Role.COORDINATOR,
        tab="needs_you",
        tabs=make_tabs(14),
        late_count=1,
        due_today_count=2,
        groups=(
            Group(
                "first",
                text("Do first"),
                text("a deadline or a safety check"),
                (replace(ROWS[0], folded=(ROWS[1], ROWS[2])), *ROWS[1:]),
                over=Over(2, MORE_ROWS[1].id),
            ),
            Group("queue", text("In your team's queue"), text("nobody has it yet"), MORE_ROWS[:1]),
            Group("then", text("Then"), text("none due today"), MORE_ROWS[1:]),
        ),
        next_cursor="abc",
        selected=explain(selected),
        waiting_to_open=12,
        waiting_count=4,
        closed_today=8,
        worker_silent_since=None,
        people=PEOPLE,
        teams=TEAMS,
        week=Week(calls_made=6, calls_left=5, closed=17, left=5, with_deadline=10, in_time=9),
        is_folded=True,
    )


def today_silent() -> TodayPage:
    """Return a day on which the worker is not seen, with somebody else's loop chosen."""
    full = today_full()
    chosen = explain(MORE_ROWS[1], can_act=False)
    return replace(full, worker_silent_since=AT - timedelta(hours=5), selected=chosen)


def today_empty() -> TodayPage:
    """Return a day with nothing to do."""
    return replace(
        today_full(),
        groups=(),
        tabs=make_tabs(0),
        late_count=0,
        due_today_count=0,
        selected=None,
        next_cursor="",
        waiting_to_open=0,
        waiting_count=0,
        closed_today=0,
    )


def today_long() -> TodayPage:
    """Return a day with as many rows as a page holds."""
    rows = tuple(replace(ROWS[n % 3], id=UUID(int=5000 + n)) for n in range(50))
    group = Group("first", text("Do first"), text("a deadline or a safety check"), rows)
    return replace(today_full(rows[0]), groups=(group,), tabs=make_tabs(50))


def today_done() -> TodayPage:
    """Return what was closed today, with one that can be opened again."""
    closed = Group("done", text("Closed today"), text("by you and your team"), (CLOSED,))
    return replace(today_full(CLOSED), tab="done", groups=(closed,), next_cursor="")
