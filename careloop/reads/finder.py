"""The finder: who could help with a need, in order and with reasons; for a patient, with what is known of them."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from careloop.catalog.needs import load_needs
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.finder import Candidate, FinderAsk, FinderPage, Finding, Position, Wishes
from careloop.facts.scheduling import Span
from careloop.formats.fhir.place import read_home_position
from careloop.formats.fhir.plans import decode
from careloop.guard.doors import managing, reading
from careloop.reads.linked import load_linked
from careloop.records.models import CalendarHours, DirectoryEntry, Patient, Resource
from careloop.rules.access import has_right
from careloop.rules.availability import subtract
from careloop.rules.directory import make_name_key
from careloop.rules.finder import find_meaning, find_needs, is_close, rank
from careloop.worklist.directory_rows import NAMED, list_named, read_row
from careloop.worklist.free_times import load_busy, load_opening
from careloop.worklist.tips import count_tips

# Who can be asked for help; rooms and devices are booked, not asked.
ASKED = tuple(str(k) for k in (EntryKind.ORGANIZATION, EntryKind.SERVICE, EntryKind.ROLE, EntryKind.PRACTITIONER))
# So many are held against what is asked, and so many of them are shown.
MOST, SHOWN = 2000, 20
# Of so many who have hours here the first free time is worked out, so many days ahead.
CALENDARS, AHEAD = 100, timedelta(days=60)
# The least that counts as a free time.
LEAST = timedelta(minutes=30)


@managing(needs=Right.DIRECTORY_READ, write=False)
def search_finder(acting: Acting, ask: FinderAsk) -> FinderPage:
    """Return who could help with a need, the best first, with reasons; nobody for an empty need."""
    return _search(acting, ask, None)


@reading(needs=Right.DIRECTORY_READ, about=Patient)
def get_finder(acting: Acting, patient: Patient, *, ask: FinderAsk | None = None) -> FinderPage:
    """Return the same for a patient, with what is known of them; without ``ask`` only what is known.

    Distances are from the patient's address while the place asked for is the patient's own.
    """
    wishes = _load_wishes(acting, patient)
    if ask is None:
        return _search(acting, FinderAsk(""), wishes)
    is_home = ask.place == wishes.place
    return _search(acting, replace(ask, position=wishes.position if is_home else None), wishes)


def _search(acting: Acting, ask: FinderAsk, wishes: Wishes | None) -> FinderPage:
    page = FinderPage(wishes, list_named("languages"), list_named("networks"))
    text = ask.need.replace("\x00", "").strip()
    if not text:
        return page
    needs = find_needs(text, load_needs())
    wanted = {need.id for need in needs}
    meant = tuple(one for one in list_named("specialties") if _is_meant(text, wanted, one))
    rows = list(_select(text, meant))
    opening = _find_openings(acting.at, rows)
    today = acting.at.date()
    candidates = {row.pk: _read_candidate(row, opening) for row in rows}
    ranked = rank(ask, candidates.values(), today)
    by_id = {row.pk: row for row in rows}
    shown = [(one, by_id[one.id]) for one in ranked[:SHOWN]]
    notes = count_tips(acting, {row.pk: row.networks for _one, row in shown})
    findings = tuple(
        Finding(
            read_row(row, today), one, candidates[row.pk].address, _first(row, "phone"), _booked(row, opening),
            notes[row.pk],
        )
        for one, row in shown
    )  # fmt: skip
    return replace(page, meant=meant, count=len(ranked), findings=findings)


def _is_meant(text: str, wanted: Set[str], specialty: str) -> bool:
    """Tell whether a specialty is what was asked for. One that is known for another need is no slip of the keyboard."""
    meaning = find_meaning(specialty, load_needs())
    return bool(wanted & meaning) or (not (wanted and meaning) and is_close(text, specialty))


def _select(text: str, meant: Sequence[str]) -> "QuerySet[DirectoryEntry]":
    """Return who has one of these specialties or is called so; a practitioner stands there once, by the roles held."""
    by_specialty = Q(specialties__overlap=list(meant)) | Q(kind="role", practitioner__specialties__overlap=list(meant))
    fits = by_specialty if meant else Q()
    if len(key := make_name_key(text)) > 2:
        fits = fits | Q(name_key__contains=key) if meant else Q(name_key__contains=key)
    elif not meant:
        return DirectoryEntry.objects.none()
    roles = DirectoryEntry.objects.filter(practitioner_id=OuterRef("pk"), kind="role", is_active=True)
    rows = DirectoryEntry.objects.filter(fits, is_active=True, kind__in=ASKED)
    rows = rows.exclude(Q(kind="practitioner") & Exists(roles)).select_related(*NAMED)
    return rows.order_by("name_key", "id")[:MOST]


def _read_candidate(row: DirectoryEntry, opening: dict[UUID, date | None]) -> Candidate:
    """Return an entry with what its practitioner, site or organization says where it says nothing itself."""
    near = _around(row)
    places = ((one.latitude, one.longitude) for one in near)
    positions = (Position(lat, lon) for lat, lon in places if lat is not None and lon is not None)
    booked = row.practitioner_id or row.pk
    return Candidate(
        id=row.pk,
        name_key=row.name_key,
        address=_first(row, "address"),
        position=next(positions, None),
        languages=tuple(row.languages or (row.practitioner.languages if row.practitioner else ())),
        networks=tuple(next((one.networks for one in near if one.networks), ())),
        accepts_new=row.accepts_new,
        telehealth=row.telehealth,
        wheelchair=next((one.wheelchair for one in near if one.wheelchair is not None), None),
        wait_days=row.wait_days,
        told_on=row.checked_on,
        opening_on=opening.get(booked),
        has_calendar=booked in opening,
    )


def _booked(row: DirectoryEntry, opening: dict[UUID, date | None]) -> UUID | None:
    """Return the practitioner with a calendar here whose visits an entry stands for."""
    booked: UUID | None = row.practitioner_id or (row.pk if row.kind == EntryKind.PRACTITIONER else None)
    return booked if booked in opening else None


def _around(row: DirectoryEntry) -> list[DirectoryEntry]:
    return [one for one in (row, row.site, row.organization, row.practitioner) if one is not None]


def _first(row: DirectoryEntry, name: str) -> str:
    return next((str(said) for one in _around(row) if (said := getattr(one, name))), "")


def _find_openings(at: datetime, rows: Iterable[DirectoryEntry]) -> dict[UUID, date | None]:
    """Return for those with hours here the first day on their clocks with a free half hour, None if none is near."""
    keys = [row.practitioner_id or row.pk for row in rows]
    kept = CalendarHours.objects.filter(entry_id__in=keys).values_list("entry_id", flat=True).distinct()[:CALENDARS]
    entries = list(DirectoryEntry.objects.filter(pk__in=list(kept), is_active=True).exclude(zone="").order_by("id"))
    if not entries:
        return {}
    window = Span(at, at + AHEAD)
    open_times, busy = load_opening(entries, window), load_busy([entry.no for entry in entries], window)
    found: dict[UUID, date | None] = {}
    for entry in entries:
        taken = (span for _seat, span in busy.get(entry.no, ()))
        free = (span for span in subtract(open_times[entry.pk], taken) if span.end - span.start >= LEAST)
        first = next(free, None)
        found[entry.pk] = first.start.astimezone(ZoneInfo(entry.zone)).date() if first else None
    return found


def _load_wishes(acting: Acting, patient: Patient) -> Wishes:
    ids = load_linked(acting, patient.pk).ids
    may_chart = has_right(acting, Right.CHART_READ)
    bodies = Resource.objects.filter(patient=patient, type="Patient").order_by("id").values_list("body", flat=True)
    position = next((found for body in bodies if (found := read_home_position(_as_json(body)))), None)
    place = ", ".join(part for part in (patient.city, patient.postal_code) if part)
    return Wishes(
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        place=place,
        position=position,
        languages=tuple(patient.languages),
        networks=_load_plans(ids, acting.at.date()) if may_chart else (),
        network_is_shown=may_chart,
    )


def _load_plans(ids: Sequence[UUID], today: date) -> tuple[str, ...]:
    """Return the plans that pay now, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.label, max(c.start_on) FROM chart_fact c WHERE c.patient_id = ANY(%s) AND c.kind = 'coverage'"
            " AND c.status = 'active' AND c.label <> '' AND (c.end_on IS NULL OR c.end_on >= %s)"
            " AND c.verification NOT IN ('entered-in-error', 'refuted') GROUP BY c.label"
            " ORDER BY 2 DESC NULLS LAST, 1",
            [list(ids), today],
        )
        return tuple(row[0] for row in cursor.fetchall())


def _as_json(body: object) -> dict[str, object]:
    return decode(body) if isinstance(body, str) else body if isinstance(body, dict) else {}
