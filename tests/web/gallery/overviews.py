"""What stands beside the lists, filled by hand: a story, a full timeline, plots with gaps and goals, first steps."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.catalog.reach import load_ladders
from careloop.facts.chart import FactKind
from careloop.facts.chart_lists import ChartLists
from careloop.facts.circle import Told
from careloop.facts.loop_page import LoopPage, PartPage
from careloop.facts.overview import (
    Appointment,
    Barrier,
    CarePlan,
    Chip,
    ContactLine,
    Dated,
    Goal,
    GoalTarget,
    Near,
    Outside,
    Overview,
    SocialAnswer,
)
from careloop.facts.pages import FactSection, LoopRow
from careloop.facts.papers import NO_PAPERS
from careloop.facts.plots import GoalLine, Point, Series
from careloop.facts.tips import Tip, TipAbout, TipsBox
from careloop.facts.worklist import Event, Tone
from careloop.rules.overview import Gathered, gather_happenings, gather_story
from careloop.rules.starter import list_first_steps
from careloop.rules.story import tell_story
from tests.web.gallery import values
from tests.web.gallery.values import AT, ON, ROSA, ZONE, text

SAID = "Encounter, elm-hospital"


def day(ago: int) -> date:
    """Return the day so many days before the gallery's."""
    return ON - timedelta(days=ago)


def dated(number: int, kind: FactKind, label: str, ago: int, **changes: object) -> Dated:
    """Return a fact with its day."""
    made = Dated(
        resource_id=UUID(int=8000 + number),
        kind=kind,
        label=label,
        code="sct|1",
        status="finished" if kind is FactKind.VISIT else "final",
        visit_class="AMB" if kind is FactKind.VISIT else "",
        start=day(ago),
        end=None,
        same_day=1,
        said_by=SAID,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


DATED = (
    dated(1, FactKind.VISIT, "Hospital stay", 7, end=day(2), visit_class="IMP"),
    dated(2, FactKind.VISIT, "Clinic visit", 24),
    dated(3, FactKind.VISIT, "Heart clinic visit with a very long name of a department that goes on and on", 12),
    dated(4, FactKind.RESULT, "Heart ultrasound", 5),
    dated(5, FactKind.RESULT, "Basic metabolic panel", 5, same_day=8),
    dated(6, FactKind.RESULT, "Hemoglobin A1c", 20),
    dated(7, FactKind.IMMUNIZATION, "Influenza vaccine", 18),
    dated(8, FactKind.ORDER, "Heart doctor, first visit", 2, status="active"),
    dated(9, FactKind.ORDER, "Potassium in blood", 1, status="active", code="loinc|2823-3"),
    dated(10, FactKind.COVERAGE, "Harbor Advantage HMO", 320, status="active"),
    dated(11, FactKind.VISIT, "Called off", -3, status="cancelled"),
)
BOOKED = (
    Appointment(UUID(int=8100), "Clinic visit", day(-3), "9:30 am", "Appointment, elm-hospital"),
    Appointment(UUID(int=8101), "Eye exam", day(-20), "", "Appointment, elm-hospital"),
)
CONTACTS = (
    ContactLine(
        UUID(int=8200),
        AT - timedelta(hours=4),
        "Dana Okafor",
        Say("event.contact.no_answer"),
        "Rang twice, no voicemail.",
        values.ROWS[0].id,
        values.ROWS[0].title,
    ),
    ContactLine(
        UUID(int=8201),
        AT - timedelta(days=6),
        "Lee Martin",
        Say("event.contact.reached"),
        "",
        values.ROWS[1].id,
        values.ROWS[1].title,
    ),
)
GOALS = (
    Goal(
        UUID(int=8300),
        "I want to dance at my granddaughter's quinceañera in June.",
        "active",
        "",
        is_own=True,
        since=day(10),
        targets=(),
        said_by="Goal, elm-hospital",
    ),
    Goal(
        UUID(int=8301),
        "Keep weight under 81 kg",
        "active",
        "improving",
        is_own=False,
        since=day(10),
        targets=(GoalTarget(("loinc|29463-7",), None, Decimal(81), "kg", day(-40)),),
        said_by="Goal, elm-hospital",
    ),
)
PLANS = (CarePlan(UUID(int=8310), "Heart failure at home", day(10), None, "CarePlan, elm-hospital"),)
WEIGHTS = tuple(
    Point(day(ago), Decimal(value), "Observation, elm-hospital")
    for ago, value in ((90, "84.0"), (83, "83.6"), (76, "83.1"), (20, "82.1"), (13, "81.4"), (6, "80.9"), (1, "80.1"))
)
SERIES = (
    Series("loinc|29463-7", "Body weight", "kg", WEIGHTS, 34, GoalLine(None, Decimal(81))),
    Series("loinc|4548-4", "Hemoglobin A1c", "%", tuple(replace(p, value=p.value / 10) for p in WEIGHTS[:2]), 2),
    Series("loinc|8480-6", "", "mm[Hg]", tuple(replace(p, value=Decimal(130)) for p in WEIGHTS), 7),
)
NEAR = (
    Near("Elena Alvarez", "daughter", ("(555) 010-0143",), "RelatedPerson, elm-hospital"),
    Near("فاطمة الزهراء", "", (), "Patient, elm-hospital"),
    Near("Luis Alvarez", "son", ("(555) 010-0144",), "RelatedPerson, elm-hospital", "RelatedPerson/1", True, Told.PART),
    Near("Marta Alvarez", "niece", (), "RelatedPerson, elm-hospital", "RelatedPerson/2", told=Told.NO),
)
OUTSIDE = (
    Outside("Bayview Heart", "cardiology", "CareTeam, elm-hospital"),
    Outside("Dr. Jonathan Featherstonehaugh-Smythe", "", "Patient, elm-hospital"),
)
ANSWERS = (
    SocialAnswer(UUID(int=8500), "93030-5", "Has lack of transportation kept you from medical appointments?", "Yes",
                 day(40), "Observation, elm-hospital"),
)  # fmt: skip
BARRIERS = (Barrier(UUID(int=8400), "Lack of transport", day(200), "Condition, elm-hospital"),)


def overview(lists: ChartLists | None, loops: tuple[LoopRow, ...], *, open_count: int = 0) -> Overview:
    """Return everything beside the lists for a patient of whom much is known."""
    count = open_count or len(loops)
    # The gallery's deadlines are words only; the timeline needs their moments.
    dues = [replace(row.deadline, at=AT + timedelta(days=(12, -3, 5)[n % 3])) for n, row in enumerate(loops)]
    loops = tuple(replace(row, deadline=due) for row, due in zip(loops, dues, strict=True))
    shown = frozenset([f"row-{row.id}" for row in loops[:12]])
    known = Gathered(ON, ZONE, DATED, lists, BOOKED, loops, count, CONTACTS, shown)
    return Overview(
        story=tell_story(gather_story(known)),
        happenings=gather_happenings(known),
        closed_days=load_clocks().holidays,
        series=SERIES,
        goals=GOALS,
        plans=PLANS,
        barriers=BARRIERS,
        answers=ANSWERS,
        near=NEAR,
        outside=OUTSIDE,
        first_way="(555) 010-0142",
        reached=(AT - timedelta(days=6), AT - timedelta(days=20)),
        contacts=CONTACTS,
        contact_count=14,
        chips=(
            Chip(values.ROWS[0].id, Tone.LATE, text("Ask a clinician about warfarin with ibuprofen")),
            Chip(values.ROWS[1].id, Tone.SOON, text("Ask a clinician about metformin and the kidneys")),
            Chip(values.ROWS[2].id, Tone.WAIT, text("Ask a clinician about two medicines of one kind")),
        ),
        open_count=count,
        closed_count=1,
    )


STARTING = Overview(
    starter=list_first_steps(
        has_task=False, has_contact=False, has_language=True, has_coordinator=False, has_record=False
    )
)


TIP = Tip(
    UUID(int=991), TipAbout.LOOP_KIND, "referral", "Ask for the desk of the second floor: they answer at once.",
    "Lee Martin",
    AT, date(2027, 5, 1), is_old=False, helped=3, helped_me=False, may_withdraw=True,
)  # fmt: skip


def loop_page(shown: LoopRow = values.ROWS[0], *, can_act: bool = True, **changes: object) -> LoopPage:
    """Return the page of a loop with its history."""
    explained = values.explain(shown, can_act=can_act)
    made = LoopPage(
        at=AT,
        zone=ZONE,
        opened_at=AT - timedelta(days=1),
        asked_by="Dr. Anita Patel",
        selected=explained,
        tried=tuple(line for line in explained.history if line.event is Event.LOG_CONTACT),
        earlier=2,
        people=values.PEOPLE,
        teams=values.TEAMS,
        tips=TipsBox(TipAbout.LOOP_KIND, str(shown.kind), (TIP,), may_write=can_act),
        ladder=load_ladders()["abnormal_result"][-1],
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def part_page(part: str, **changes: object) -> PartPage:
    """Return one part of a patient's page, the second of three."""
    made = PartPage(AT, ZONE, ROSA, values.LONG_NAME, date(1958, 3, 14), part, 140, 2, 3, NO_PAPERS, ())
    return replace(made, **changes)  # type: ignore[arg-type]


def part_results(section: FactSection) -> PartPage:
    """Return the results of a patient as a part."""
    return part_page("result", kind=FactKind.RESULT, section=section)
