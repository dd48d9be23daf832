"""People as pages: one patient with what a role may see, and the find door."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.days import age_on
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.chart import FactKind, Sex
from careloop.facts.chart_lists import ChartLists, ListLine, NoneKnown
from careloop.facts.overview import StarterStep
from careloop.facts.pages import (
    Alert,
    Banner,
    FactSection,
    Identifier,
    LoopRow,
    PatientHit,
    PatientPage,
    PersonName,
)
from careloop.facts.worklist import State, Tone
from careloop.guard.doors import Shown, finding, reading
from careloop.reads.chart_lists import load_lists
from careloop.reads.linked import load_linked
from careloop.reads.overview import Seen, load_overview
from careloop.reads.papers import load_papers
from careloop.reads.referral_rows import load_of_patients
from careloop.reads.rows import PLACE, Viewer, select_rows
from careloop.reads.sections import load_sections
from careloop.reads.visit_rows import load_visits
from careloop.reads.who import Who, load_who
from careloop.records.models import Patient
from careloop.rules.access import has_right
from careloop.rules.chart_lists.make import KINDS
from careloop.rules.people import fold
from careloop.rules.starter import list_first_steps

# The kinds of facts that are no list of their own, in the order of the page.
SECTIONS = tuple(kind for kind in FactKind if kind not in KINDS)
LINES = 12
LOOKS, CONTACTS = 30, 12
# So many open loops are loaded, the most pressing first; the rest are counted and wait on a page of their own.
OPEN = 60
CLOSED = 10
REFERRALS = 10
# So many allergies are named in the banner; the rest are counted.
ALLERGIES = 4


@reading(needs=Right.PATIENT_READ, about=Patient)
def get_patient_page(acting: Acting, patient: Patient) -> PatientPage:
    """Return the page of one patient: banner, loops, facts with sources, and who looked, as the role may see."""
    may_loops, may_chart = has_right(acting, Right.LOOP_READ), has_right(acting, Right.CHART_READ)
    may_looks, may_visits = has_right(acting, Right.ACCESS_READ), has_right(acting, Right.BOOKING_READ)
    may_refer = has_right(acting, Right.REFERRAL_READ), has_right(acting, Right.REFERRAL_WRITE)
    viewer = Viewer(acting.person_id, acting.at, patient.zone)
    linked = load_linked(acting, patient.pk)
    looks, contacts = LOOKS if may_looks else 0, CONTACTS if may_loops else 0
    who = load_who(acting, patient, linked.ids, looks=looks, contacts=contacts)
    opened, closed = _loops(viewer, linked.ids) if may_loops else ([], [])
    lists = load_lists(linked.ids, _today(acting, patient)) if may_chart else None
    sections = load_sections(patient.pk, linked.ids, SECTIONS, how_many=LINES) if may_chart else ()
    counts = who.loop_counts if may_loops else (0, 0)
    referrals = load_of_patients(linked.ids, acting.at, who.clocks, how_many=REFERRALS) if may_refer[0] else []
    seen = Seen(opened, *counts, lists, _shown(lists, sections, opened), who.clocks.holidays, who.contacted)
    overview = load_overview(acting, patient, linked.ids, seen, may_chart=may_chart, may_loops=may_loops)
    return PatientPage(
        at=acting.at,
        zone=patient.zone,
        banner=_banner(acting, patient, lists, who, has_died=linked.has_died),
        open_loops=tuple(opened),
        closed_loops=tuple(closed),
        lists=lists,
        sections=sections,
        not_checked=who.not_checked if may_chart else (),
        care_team=who.care_team,
        who_looked=who.looks,
        may_see_chart=may_chart,
        may_act=has_right(acting, Right.LOOP_WRITE) and not linked.has_died,
        people=who.people,
        teams=who.teams,
        linked=linked.records,
        goes_on_in=linked.goes_on_in,
        is_held_elsewhere=linked.is_held_elsewhere,
        may_review=has_right(acting, Right.INTAKE_REVIEW),
        papers=load_papers(acting, patient),
        overview=replace(overview, starter=_first_steps(patient, who, lists, sections) if may_chart else ()),
        proxies=who.proxies,
        visits=load_visits(linked.ids) if may_visits else (),
        may_see_visits=may_visits,
        may_book=has_right(acting, Right.BOOKING_WRITE) and not linked.has_died,
        referrals=tuple(referrals),
        may_refer=may_refer[1] and not linked.has_died,
        circle=who.circle,
        may_see_circle=has_right(acting, Right.CIRCLE_READ),
        may_give_link=has_right(acting, Right.LINK_GIVE),
        may_check_caller=has_right(acting, Right.CALLER_CHECK),
        may_see_ledger=has_right(acting, Right.DISCLOSURE_READ),
        reminders=who.reminders,
        medicine_reminders=who.medicine_reminders,
    )


@reading(needs=Right.PATIENT_READ, about=Patient)
def get_name(acting: Acting, patient: Patient) -> PersonName:
    """Return name and birth date of a patient, to say whose form it was."""
    return PersonName(patient.pk, patient.full_name, patient.birth_on)


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


def _loops(viewer: Viewer, ids: Sequence[UUID]) -> tuple[list[LoopRow], list[LoopRow]]:
    """Return the first open loops in order and the last closed ones: one statement."""
    either = (
        "l.id IN (SELECT l.id FROM loop l WHERE l.patient_id = ANY(%s) AND l.state <> 'closed'"
        f" ORDER BY {PLACE}, l.id LIMIT {OPEN}) OR l.id IN (SELECT c.id FROM loop c WHERE c.patient_id = ANY(%s)"
        f" AND c.state = 'closed' ORDER BY c.closed_at DESC LIMIT {CLOSED})"
    )
    rows = select_rows(viewer, either, [list(ids), list(ids)], order=f"l.closed_at DESC, {PLACE}, l.id")
    return [r for r in rows if r.state is not State.CLOSED], [r for r in rows if r.state is State.CLOSED]


def _shown(lists: ChartLists | None, sections: Sequence[FactSection], opened: Sequence[LoopRow]) -> frozenset[str]:
    """Return the ids of the elements of the page that a number of the story can lead to."""
    lines: list[ListLine] = []
    for one in (lists.medicines, lists.problems, lists.allergies) if lists else ():
        lines += [*one.now[:LINES], *one.ended[:LINES]]
    visits = [line for section in sections if section.kind is FactKind.VISIT for line in section.lines]
    return frozenset(
        [f"line-{line.sources[0].fact.resource_id}" for line in lines]
        + [f"fact-{v.resource_id}" for v in visits]
        + [f"row-{row.id}" for row in opened[:LINES]]
    )


def _first_steps(
    patient: Patient, who: Who, lists: ChartLists | None, sections: Sequence[FactSection]
) -> tuple[StarterStep, ...]:
    holds = any(section.count for section in sections) or (
        lists is not None and any(one.lines for one in (lists.medicines, lists.problems, lists.allergies))
    )
    return list_first_steps(
        has_task=any(who.loop_counts),
        has_contact=bool(who.contacts),
        has_language=bool(patient.languages),
        has_coordinator=bool(who.coordinator_name),
        has_record=holds or patient.is_dead,
    )


def _today(acting: Acting, patient: Patient) -> date:
    return acting.at.astimezone(ZoneInfo(patient.zone)).date()


def _banner(acting: Acting, patient: Patient, lists: ChartLists | None, who: Who, *, has_died: bool) -> Banner:
    place = ", ".join(part for part in (*patient.address_lines, patient.city, patient.state) if part)
    today = _today(acting, patient)
    return Banner(
        patient_id=patient.pk,
        name=patient.full_name,
        preferred_name=patient.preferred_name,
        birth_on=patient.birth_on,
        age=age_on(patient.birth_on, today) if patient.birth_on and not patient.is_dead else None,
        died_on=patient.died_at.astimezone(ZoneInfo(patient.zone)).date() if patient.died_at else None,
        is_dead=patient.is_dead,
        sex=Sex(patient.sex),
        identifiers=_shown_identifiers(who.identifiers, patient),
        languages=tuple(patient.languages),
        needs_interpreter=patient.needs_interpreter,
        contacts=who.contacts,
        address=f"{place} {patient.postal_code}".strip(),
        zone=patient.zone,
        unit_name=who.unit_name,
        coordinator_name=who.coordinator_name,
        alerts=_alerts(patient, lists, has_died=has_died),
    )


def _shown_identifiers(known: Sequence[Identifier], patient: Patient) -> tuple[Identifier, ...]:
    """Return record numbers only: social security and other papers are not for a banner."""
    shown = [i for i in known if i.name == "MR"] or [i for i in known if i.name in ("", "MRN")]
    if not shown:
        return (Identifier(name="ID", value=patient.fhir_id[-8:], system=patient.source),)
    return tuple(replace(i, name=i.name or "ID") for i in shown[:2])


def _alerts(patient: Patient, lists: ChartLists | None, *, has_died: bool) -> tuple[Alert, ...]:
    alerts = []
    if has_died:
        said = Say("alert.dead") if patient.is_dead else Say("alert.dead_beside")
        alerts.append(Alert(Tone.BLOCK, said))
    standing = lists.allergies.now if lists else ()
    named = [line.label for line in standing if line.none_known is NoneKnown.SOME]
    alerts += [Alert(Tone.LATE, Say("alert.allergy", what=label)) for label in named[:ALLERGIES]]
    if len(named) > ALLERGIES:
        alerts.append(Alert(Tone.LATE, Say("alert.more_allergies", count=len(named) - ALLERGIES)))
    if patient.needs_interpreter:
        alerts.append(Alert(Tone.INFO, Say("alert.interpreter")))
    return tuple(alerts)
