"""People as pages: one patient with what a role may see, and the find door."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from careloop.basics.days import age_on
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Purpose, Right, Role
from careloop.facts.chart import FactKind, Sex
from careloop.facts.pages import (
    Alert,
    Banner,
    Choice,
    Contact,
    FactLine,
    FactSection,
    Identifier,
    LookLine,
    LoopRow,
    PatientHit,
    PatientPage,
)
from careloop.facts.worklist import Tone
from careloop.guard.doors import Shown, finding, reading
from careloop.reads.rows import Viewer, select_rows
from careloop.records.models import (
    CareTeamMember,
    Caseload,
    Patient,
    PatientContact,
    PatientIdentifier,
    Person,
    Recheck,
    Unit,
)
from careloop.rules.access import has_right, rights_of
from careloop.rules.people import fold

LINES = 12
LOOKS = 30
CLOSED = 10


@reading(needs=Right.PATIENT_READ, about=Patient)
def get_patient_page(acting: Acting, patient: Patient) -> PatientPage:
    """Return the page of one patient: banner, loops, facts with sources, and who looked, as the role may see."""
    may_loops, may_chart = has_right(acting, Right.LOOP_READ), has_right(acting, Right.CHART_READ)
    may_looks = has_right(acting, Right.ACCESS_READ)
    viewer = Viewer(acting.person_id, acting.at, patient.zone)
    opened, closed = _loops(viewer, patient) if may_loops else ([], [])
    sections = _sections(patient) if may_chart else ()
    people, teams = _receivers(patient)
    not_checked = Recheck.objects.filter(pk=patient.pk).values_list("not_checked", flat=True).first() or []
    return PatientPage(
        at=acting.at,
        zone=patient.zone,
        banner=_banner(acting, patient, sections),
        open_loops=tuple(opened),
        closed_loops=tuple(closed),
        sections=sections,
        not_checked=tuple(Say.from_stored(s) for s in not_checked) if may_chart else (),
        care_team=_care_team(acting, patient),
        who_looked=_who_looked(patient) if may_looks else (),
        may_see_chart=may_chart,
        may_act=has_right(acting, Right.LOOP_WRITE) and not patient.is_dead,
        people=people,
        teams=teams,
    )


@finding(needs=Right.PATIENT_FIND)
def find_patients(
    acting: Acting, *, name: str = "", birth_on: date | None = None, identifier: str = ""
) -> Shown[tuple[PatientHit, ...]]:
    """Search by two of three: the beginning of the name (family first), the birth date, an identifier.

    At most ten hits, with only what tells people apart; every hit is logged.

    :raises Refusal: unless two of the three are given
    """
    key, number = fold(name), identifier.strip()
    if (len(key) >= 2) + (birth_on is not None) + bool(number) < 2:
        raise Refusal(Say("refusal.two_identifiers"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM find_people(%s, %s, %s)", [key, birth_on, number])
        rows = cursor.fetchall()
    hits = tuple(
        PatientHit(
            patient_id=r[0], name=r[1], birth_on=r[2], sex=Sex(r[3]), city=r[4], last_of_identifier=r[5], may_open=r[6]
        )
        for r in rows
    )
    return Shown(hits, tuple(hit.patient_id for hit in hits))


def _loops(viewer: Viewer, patient: Patient) -> tuple[list[LoopRow], list[LoopRow]]:
    opened = select_rows(viewer, "l.patient_id = %s AND l.state <> 'closed'", [patient.pk])
    recent = (
        "l.id IN (SELECT c.id FROM loop c WHERE c.patient_id = %s AND c.state = 'closed'"
        f" ORDER BY c.closed_at DESC LIMIT {CLOSED})"
    )
    return opened, select_rows(viewer, recent, [patient.pk], order="l.closed_at DESC, l.id")


def _banner(acting: Acting, patient: Patient, sections: tuple[FactSection, ...]) -> Banner:
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    identifiers = PatientIdentifier.objects.filter(patient=patient).order_by("id")
    contacts = PatientContact.objects.filter(patient=patient).order_by("id")
    coordinator = Caseload.objects.filter(patient=patient, during__contains=acting.at).select_related("person").first()
    place = ", ".join(part for part in (*patient.address_lines, patient.city, patient.state) if part)
    return Banner(
        patient_id=patient.pk,
        name=patient.full_name,
        preferred_name=patient.preferred_name,
        birth_on=patient.birth_on,
        age=age_on(patient.birth_on, today) if patient.birth_on and not patient.is_dead else None,
        died_on=patient.died_at.astimezone(ZoneInfo(patient.zone)).date() if patient.died_at else None,
        is_dead=patient.is_dead,
        sex=Sex(patient.sex),
        identifiers=_shown_identifiers(list(identifiers), patient),
        languages=tuple(patient.languages),
        needs_interpreter=patient.needs_interpreter,
        contacts=tuple(Contact(system=c.system, use=c.use, value=c.value) for c in contacts),
        address=f"{place} {patient.postal_code}".strip(),
        zone=patient.zone,
        unit_name=str(Unit.objects.values_list("name", flat=True).get(pk=patient.unit_id)),
        coordinator_name=coordinator.person.name if coordinator else "",
        alerts=_alerts(patient, sections),
    )


def _shown_identifiers(rows: list[PatientIdentifier], patient: Patient) -> tuple[Identifier, ...]:
    """Return record numbers only: social security and other papers are not for a banner."""
    shown = [r for r in rows if r.type_code == "MR"] or [r for r in rows if r.type_code in ("", "MRN")]
    if not shown:
        return (Identifier(name="ID", value=patient.fhir_id[-8:], system=patient.source),)
    return tuple(Identifier(name=r.type_code or "ID", value=r.value, system=r.system) for r in shown[:2])


def _alerts(patient: Patient, sections: tuple[FactSection, ...]) -> tuple[Alert, ...]:
    alerts = []
    if patient.is_dead:
        alerts.append(Alert(Tone.BLOCK, Say("alert.dead")))
    for section in sections:
        if section.kind is FactKind.ALLERGY:
            named = [line.label for line in section.lines if line.status in ("active", "")]
            alerts += [Alert(Tone.LATE, Say("alert.allergy", what=label)) for label in named[:4]]
    if patient.needs_interpreter:
        alerts.append(Alert(Tone.INFO, Say("alert.interpreter")))
    return tuple(alerts)


def _sections(patient: Patient) -> tuple[FactSection, ...]:
    """Return the first facts of each kind, newest first, and how many there are: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.kind, f.n_all, f.resource_id, f.label, f.code, f.other_codes, f.status, f.start_on, f.end_on,"
            " f.value, f.value_text, f.unit_text, r.type, r.source FROM ("
            " SELECT c.*, count(*) OVER w AS n_all, row_number() OVER (PARTITION BY c.kind"
            " ORDER BY (c.status IN ('active', 'recurrence', 'relapse')) DESC, c.start_on DESC NULLS LAST,"
            " c.resource_id, c.n) AS place"
            " FROM chart_fact c WHERE c.patient_id = %s AND c.status <> 'entered-in-error'"
            " AND c.verification NOT IN ('entered-in-error', 'refuted') WINDOW w AS (PARTITION BY c.kind)) f"
            " JOIN resource r ON r.id = f.resource_id WHERE f.place <= %s ORDER BY f.kind, f.place",
            [patient.pk, LINES],
        )
        rows = cursor.fetchall()
    sections = []
    for kind in FactKind:
        own = [r for r in rows if r[0] == kind]
        sections.append(FactSection(kind=kind, count=own[0][1] if own else 0, lines=tuple(_fact(r) for r in own)))
    return tuple(sections)


def _fact(r: tuple[object, ...]) -> FactLine:
    codes = [str(r[4]), *(r[5] if isinstance(r[5], list) else [])] if r[4] else []
    return FactLine(
        resource_id=r[2],  # type: ignore[arg-type]
        label=str(r[3]),
        codes=tuple(codes),
        status=str(r[6]),
        on=r[7],  # type: ignore[arg-type]
        until=r[8],  # type: ignore[arg-type]
        value=r[9],  # type: ignore[arg-type]
        value_text=str(r[10]),
        unit=str(r[11]),
        said_by=f"{r[12]}, {r[13]}",
    )


def _care_team(acting: Acting, patient: Patient) -> tuple[tuple[str, Role], ...]:
    rows = CareTeamMember.objects.filter(patient=patient, during__contains=acting.at).select_related("person")
    return tuple((row.person.name, Role(row.person.role)) for row in rows.order_by("person__name"))


def _who_looked(patient: Patient) -> tuple[LookLine, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, person_name, role, what, purpose, outcome FROM who_looked(%s, %s)", [patient.pk, LOOKS]
        )
        rows = cursor.fetchall()
    return tuple(
        LookLine(at=r[0], who=r[1], role=Role(r[2]), what=r[3], purpose=Purpose(r[4]), outcome=r[5]) for r in rows
    )


def _receivers(patient: Patient) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    members = Person.objects.filter(Q(membership__unit_id=patient.unit_id), is_active=True).distinct().order_by("name")
    people = tuple(Choice(str(p.pk), p.name) for p in members if Right.LOOP_WRITE in rights_of(Role(p.role)))
    team = Unit.objects.get(pk=patient.unit_id)
    return people, (Choice(str(team.pk), team.name),)
