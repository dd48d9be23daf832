"""A part of a patient's page that is too long for it: fifty lines at a time, behind a door of its own."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.chart import FactKind
from careloop.facts.chart_lists import ListLine
from careloop.facts.loop_page import PartPage
from careloop.facts.pages import FactSection, LoopRow
from careloop.guard.doors import reading
from careloop.reads.chart_lists import load_lists
from careloop.reads.contacts import load_contacts
from careloop.reads.linked import load_linked
from careloop.reads.papers import load_papers
from careloop.reads.rows import PLACE, Viewer, select_rows
from careloop.reads.sections import load_sections
from careloop.records.models import Loop, Patient
from careloop.rules.access import has_right
from careloop.rules.chart_lists.make import KINDS

PAGE = 50
OPEN, CLOSED, CONTACTS = "loops", "closed", "contacts"


@reading(needs=Right.PATIENT_READ, about=Patient)
def get_patient_part(acting: Acting, patient: Patient, *, part: str, number: int = 1) -> PartPage:
    """Return one page of a part: "loops", "closed", "contacts" or a kind of facts.

    :raises NotFound: if there is no such part, or the role may not see it
    """
    is_loops = part in (OPEN, CLOSED, CONTACTS)
    if not has_right(acting, Right.LOOP_READ if is_loops else Right.CHART_READ):
        raise NotFound
    if not is_loops and part not in list(FactKind):
        raise NotFound
    linked = load_linked(acting, patient.pk)
    skipped = (number - 1) * PAGE
    page = PartPage(
        at=acting.at,
        zone=patient.zone,
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        part=part,
        count=0,
        number=number,
        following=0,
        papers=load_papers(acting, patient),
        linked=linked.records,
    )
    if part == CONTACTS:
        contacts, count = load_contacts(linked.ids, how_many=PAGE, skipped=skipped)
        page = replace(page, contacts=tuple(contacts), count=count)
    elif is_loops:
        loops, count = _loops(acting, patient, linked.ids, skipped, is_closed=part == CLOSED)
        page = replace(page, loops=tuple(loops), count=count)
    elif FactKind(part) in KINDS:
        lines = _lines(acting, patient, linked.ids, FactKind(part))
        page = replace(page, kind=FactKind(part), lines=tuple(lines[skipped : skipped + PAGE]), count=len(lines))
    else:
        section = _section(patient, linked.ids, FactKind(part), skipped)
        page = replace(page, kind=FactKind(part), section=section, count=section.count)
    return replace(page, following=number + 1 if skipped + PAGE < page.count else 0)


def _loops(
    acting: Acting, patient: Patient, ids: Sequence[UUID], skipped: int, *, is_closed: bool
) -> tuple[list[LoopRow], int]:
    test, order = ("=", "l.closed_at DESC, l.id") if is_closed else ("<>", f"{PLACE}, l.id")
    where = (
        f"l.id IN (SELECT l.id FROM loop l WHERE l.patient_id = ANY(%s) AND l.state {test} 'closed'"
        f" ORDER BY {order} LIMIT %s OFFSET %s)"
    )
    viewer = Viewer(acting.person_id, acting.at, patient.zone)
    rows = select_rows(viewer, where, [list(ids), PAGE, skipped], order=order)
    every = Loop.objects.filter(patient_id__in=ids)
    return rows, (every.filter(state="closed") if is_closed else every.exclude(state="closed")).count()


def _lines(acting: Acting, patient: Patient, ids: Sequence[UUID], kind: FactKind) -> Sequence[ListLine]:
    lists = load_lists(ids, acting.at.astimezone(ZoneInfo(patient.zone)).date())
    if kind is FactKind.MEDICINE:
        return lists.medicines.lines
    return lists.problems.lines if kind is FactKind.PROBLEM else lists.allergies.lines


def _section(patient: Patient, ids: Sequence[UUID], kind: FactKind, skipped: int) -> FactSection:
    (section,) = load_sections(patient.pk, ids, [kind], how_many=PAGE, skipped=skipped)
    return section
