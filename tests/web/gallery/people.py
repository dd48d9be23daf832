"""Patients filled by hand: one of whom much is known, one of whom nothing is, one who has died."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.access import Purpose, Role
from careloop.facts.care_team import NO_TEAM, CareTeam, FormerMember, StandIn, TeamMember
from careloop.facts.chart import FactKind, Sex
from careloop.facts.consents import ConsentPurpose, Hearing, NearAndTold, Relation, Road, Topic
from careloop.facts.loop_page import PartPage
from careloop.facts.matching import RecordSide, SamePage
from careloop.facts.overview import NOTHING_TO_SEE, ProxyLine
from careloop.facts.pages import (
    Alert,
    Banner,
    Contact,
    FactLine,
    FactSection,
    Identifier,
    LinkedRecord,
    LookLine,
    PatientHit,
    PatientPage,
)
from careloop.facts.papers import NO_PAPERS
from careloop.facts.worklist import Tone
from careloop.rules.chart_lists.make import make_lists
from tests.rules.chart_lists.sources import (
    DIABETES,
    DOUBTFUL,
    HCTZ_LISINOPRIL,
    IBUPROFEN,
    LISINOPRIL,
    LISINOPRIL_10,
    LISINOPRIL_20,
    allergy,
    medicine,
    problem,
)
from tests.web.gallery import overviews, papers, reminders, scheduling, values
from tests.web.gallery.values import AT, CLOSED, MORE_ROWS, PEOPLE, ROSA, TEAMS, ZONE, text


def make_fact(number: int, label: str, **changes: object) -> FactLine:
    """Return one line of the record."""
    made = FactLine(
        resource_id=UUID(int=9000 + number),
        label=label,
        codes=("sct|44054006",),
        status="active",
        on=date(2024, 3, 5),
        until=None,
        value=None,
        value_text="",
        unit="",
        said_by="Condition, Elm Clinic, imported Thu 19 Nov",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


# Lines of every kind: agreed, disagreeing, new, stopped, not matched, not coded, taken back.
SOURCES = (
    medicine(
        "Lisinopril 10 MG Oral Tablet", LISINOPRIL_10, since="2023-01-02", dose="Take one in the morning.", number=1
    ),
    medicine("Lisinopril 20 MG Oral Tablet", LISINOPRIL_20, since="2026-10-03", sender="hospital", number=2),
    medicine("lisinopril", LISINOPRIL, status="stopped", since="2026-11-02", of="MedicationStatement", number=3),
    medicine("HCTZ / Lisinopril", HCTZ_LISINOPRIL, status="on-hold", number=4),
    medicine("Ibuprofen 200 MG Oral Tablet", IBUPROFEN, status="stopped", until="2026-10-30", number=5),
    medicine("A vitamin mixture from the market, brown bottle with a green label", number=6),
    medicine("Captopril 25 MG Oral Tablet", DOUBTFUL, number=7),
    medicine("Wrong chart 5 MG", status="entered-in-error", number=8),
    problem("Heart failure", "sct|84114007", since="2026-10-01", number=11),
    problem("Type 2 diabetes mellitus", DIABETES, "icd10cm|E11.9", since="2019-01-01", number=12),
    problem("Diabetes", "icd10cm|E119", status="resolved", until="2025-01-02", sender="hospital", number=13),
    problem("Sprained ankle", "sct|44465007", status="resolved", until="2021-01-02", number=14),
    allergy("Penicillin", "rxnorm|7980", since=None, number=21),
    allergy("No known allergies", "sct|716186003", sender="hospital", number=22),
    allergy("Eggs", verification="refuted", status="", number=23),
)
OF_ROSA = tuple(replace(source, record_id=ROSA) for source in SOURCES)


# As a supervisor sees it: everybody can leave, and somebody did.
TEAM = CareTeam(
    primary=TeamMember(values.ME, "Dana Okafor", Role.COORDINATOR, "", AT - timedelta(days=90), may_leave=True),
    stands_in=(StandIn("Maximiliana Schwarzenberger-Ohnesorge", AT + timedelta(days=3)),),
    members=(
        TeamMember(UUID(int=71), "Dr. Anita Patel", Role.CLINICIAN, "heart", AT - timedelta(days=80), may_leave=True),
        TeamMember(UUID(int=72), "Lee Martin", Role.COORDINATOR, "rides", AT - timedelta(days=5), may_leave=False),
    ),
    former=(
        FormerMember("Maximiliana Schwarzenberger-Ohnesorge", Role.COORDINATOR, "", AT - timedelta(days=400),
                     AT - timedelta(days=90), reason="Works at the other site now", by="Sol Rivera"),
        FormerMember("Ben Cho", Role.CLINICIAN, "heart", AT - timedelta(days=40), AT - timedelta(days=9), "", ""),
    ),
    successors=((UUID(int=72), "Lee Martin"),),
)  # fmt: skip


CIRCLE = (
    NearAndTold(
        UUID(int=911), "Ana Alvarez", Relation.CHILD, ("(555) 010-0199",), is_emergency=True,
        hearing=(Hearing((Topic.VISITS,), (Road.PHONE,), (ConsentPurpose.CARE,), date(2027, 3, 3)),),
    ),
    NearAndTold(UUID(int=912), "فاطمة الزهراء", Relation.NEIGHBOUR),
)  # fmt: skip


def patient_full() -> PatientPage:
    """Return a patient of whom much is known."""
    lists = make_lists(OF_ROSA, AT.date(), load_knowledge())
    loops = (values.ROWS[0], values.ROWS[1], MORE_ROWS[0])
    return PatientPage(
        at=AT,
        zone=ZONE,
        banner=Banner(
            patient_id=ROSA,
            name=values.LONG_NAME,
            preferred_name="Doña Rosa",
            birth_on=date(1958, 3, 14),
            age=68,
            died_on=None,
            is_dead=False,
            sex=Sex.FEMALE,
            identifiers=(
                Identifier("MRN", "00 418 227", "https://elm.example/mrn"),
                Identifier("Medicare", "1EG4-TE5-MK72", "http://hl7.org/fhir/sid/us-mbi"),
            ),
            languages=("es", "en"),
            needs_interpreter=True,
            contacts=(
                Contact("phone", "home", "(555) 010-0142"),
                Contact("email", "work", "rosa@example.org"),
            ),
            address="123 Elm Street Apartment 4, Springfield, MA 01103",
            zone=ZONE,
            unit_name="Elm Street team",
            coordinator_name="Dana Okafor",
            alerts=(
                Alert(Tone.LATE, text("Allergy: penicillin (hives)")),
                Alert(Tone.SOON, text("Blood thinner since 17 Nov")),
                Alert(Tone.INFO, text("Interpreter needed")),
            ),
        ),
        open_loops=loops,
        closed_loops=(CLOSED,),
        lists=lists,
        sections=(
            FactSection(
                FactKind.RESULT,
                34,
                (
                    make_fact(
                        3,
                        "Hemoglobin A1c/Hemoglobin.total in Blood",
                        value=Decimal("9.10"),
                        unit="%",
                        status="final",
                    ),
                    make_fact(4, "Tobacco smoking status", value_text="Never smoked tobacco", status="final"),
                ),
            ),
            FactSection(FactKind.PROCEDURE, 0, ()),
        ),
        not_checked=(
            text("Kidney function: no test in the last 12 months."),
            text("2 medicines have no code that we know."),
        ),
        care_team=TEAM,
        who_looked=(
            LookLine(AT, "Dana Okafor", Role.COORDINATOR, "Patient page", Purpose.TREATMENT, "allowed"),
            LookLine(AT - timedelta(days=400), "Sam Ortiz", Role.FRONT_DESK, "Find", Purpose.OPERATIONS, "refused"),
        ),
        may_see_chart=True,
        may_act=True,
        people=PEOPLE,
        teams=TEAMS,
        papers=papers.papers(OF_ROSA[4].fact.resource_id, OF_ROSA[4].fact.columns.label),
        overview=overviews.overview(lists, loops),
        proxies=(ProxyLine("Luis Alvarez", "son"),),
        circle=CIRCLE,
        may_see_circle=True,
        may_check_caller=True,
        may_see_ledger=True,
        visits=scheduling.VISITS,
        may_see_visits=True,
        reminders=reminders.COMING,
        medicine_reminders=1,
        may_book=True,
    )


def patient_new() -> PatientPage:
    """Return a patient of whom nothing but a name in Arabic is known, seen by the front desk."""
    full = patient_full()
    banner = replace(
        full.banner,
        name="فاطمة الزهراء بنت محمد العلوي",
        preferred_name="",
        birth_on=None,
        age=None,
        sex=Sex.UNKNOWN,
        identifiers=(),
        languages=(),
        needs_interpreter=False,
        contacts=(),
        address="",
        alerts=(),
        coordinator_name="",
    )
    return replace(
        full,
        banner=banner,
        open_loops=(),
        closed_loops=(),
        lists=None,
        sections=(),
        not_checked=(),
        care_team=NO_TEAM,
        who_looked=(),
        may_see_chart=False,
        may_act=False,
        papers=NO_PAPERS,
        overview=NOTHING_TO_SEE,
        proxies=(),
        visits=(),
    )


def patient_starting() -> PatientPage:
    """Return somebody who was just registered, seen by a coordinator: the first steps stand above everything."""
    new = patient_new()
    return replace(new, may_see_chart=True, may_act=True, overview=overviews.STARTING)


def patient_large() -> PatientPage:
    """Return a patient with more of everything than the page shows."""
    full = patient_full()
    loops = tuple(replace(values.ROWS[n % 3], id=UUID(int=5000 + n)) for n in range(60))
    many = tuple(problem(f"Problem number {n}", f"sct|{n}", since="2026-10-01", number=500 + n) for n in range(40))
    lists = make_lists((*OF_ROSA, *many), AT.date(), load_knowledge())
    return replace(full, open_loops=loops, lists=lists, overview=overviews.overview(lists, loops, open_count=240))


def part_problems() -> PartPage:
    """Return the problems of a patient as a part."""
    lists = patient_full().lists
    assert lists
    return overviews.part_page("problem", kind=FactKind.PROBLEM, lines=lists.problems.lines)


def patient_dead() -> PatientPage:
    """Return a patient who has died."""
    full = patient_full()
    return replace(
        full,
        banner=replace(
            full.banner,
            died_on=date(2026, 11, 1),
            is_dead=True,
            alerts=(Alert(Tone.BLOCK, text("This person has died.")),),
        ),
        open_loops=(),
        may_act=False,
    )


OTHER = UUID(int=102)
WHO = {"family": "Alvarez", "given": "Rosa", "birth_on": "1958-03-14"}


def patient_linked() -> PatientPage:
    """Return a patient whose record goes on from two others, one of which somebody wants to take apart."""
    full = patient_full()
    first = LinkedRecord(
        OTHER, values.LONG_NAME, "clinic-b", AT, by_rule=True, apart_asked=False, apart_asked_by_me=False
    )
    second = replace(first, patient_id=UUID(int=103), source="plan", by_rule=False, apart_asked=True)
    rows = tuple(replace(row, patient_id=OTHER, asks_same=True) for row in full.open_loops[:1])
    section = full.sections[0]
    lines = tuple(replace(line, from_record=OTHER) for line in section.lines)
    from_other = (replace(source, record_id=OTHER) for source in SOURCES[5:])
    return replace(
        full,
        open_loops=(*rows, *full.open_loops[1:]),
        lists=make_lists((*OF_ROSA[:5], *from_other), AT.date(), load_knowledge()),
        sections=(replace(section, lines=lines), *full.sections[1:]),
        linked=(first, second),
        is_held_elsewhere=True,
        may_review=True,
    )


def two_records(**changes: object) -> SamePage:
    """Return two records side by side, of which some fields differ."""
    one = RecordSide(
        patient_id=ROSA,
        name=values.LONG_NAME,
        birth_on=date(1958, 3, 14),
        sex=Sex.FEMALE,
        is_dead=False,
        identifiers=(Identifier("MR", "00 418 227", "https://elm.example/mrn"), Identifier("SS", "123-45-6780", "")),
        contacts=(Contact("phone", "mobile", "+1 413 555 0134"), Contact("email", "home", "rosa@example.org")),
        address="12 Elm Street, Springfield, MA 01103",
        languages=("es", "en"),
        source="fhir",
        unit_name="North",
        since=AT,
    )
    other = replace(
        one, patient_id=OTHER, name="Rosa Alvarez", identifiers=(), contacts=(), languages=(), source="plan"
    )
    shown = SamePage(
        loop_id=UUID(int=104),
        version=1,
        is_open=True,
        because=(text("The name and the birth date are the same."),),
        one=one,
        other=other,
        differs=frozenset({"name", "identifiers", "contacts", "languages"}),
        said_by="",
        said_why="",
        said_by_me=False,
    )
    return replace(shown, **changes)  # type: ignore[arg-type]


HITS = (
    PatientHit(ROSA, "Rosa Alvarez", date(1958, 3, 14), Sex.FEMALE, "227", "Springfield", True),
    PatientHit(UUID(int=101), values.LONG_NAME, date(1958, 3, 14), Sex.OTHER, "801", "", False),
)
