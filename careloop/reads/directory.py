"""The directory is looked at: entries found by need, place and language, one entry, and kinds of visits."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, Q, Value, When

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.directory import (
    RECEIVERS,
    TABLE,
    Beside,
    DirectoryAsk,
    DirectoryPage,
    EntryKind,
    EntryPage,
    EntryRow,
)
from careloop.facts.scheduling import VisitTypeRow
from careloop.facts.tips import TipAbout
from careloop.guard.doors import managing
from careloop.records.models import DirectoryEntry, VisitType
from careloop.rules.directory import make_name_key
from careloop.worklist.directory_rows import NAMED, list_named, read_row, read_visit_types
from careloop.worklist.tips import make_box

LIMIT = 100
# So many entries stand on a page, and so many of those beside an entry.
PAGE, BESIDE = 50, 60
# So many places, organizations and practitioners can be chosen from by name.
CHOICES = 500
_KEYS = ("id", "kind", "name", "specialties")


@managing(needs=Right.DIRECTORY_READ, write=False)
def find_entries(
    acting: Acting,
    *,
    kinds: Iterable[EntryKind] = (),
    text: str = "",
    language: str = "",
    network: str = "",
    site_id: UUID | None = None,
) -> tuple[EntryRow, ...]:
    """Return at most a hundred active entries by name; each part that is given must hold.

    ``text`` is sought in name and specialties, ``language`` is a BCP 47 code, ``network`` the words of the entry.
    """
    rows = DirectoryEntry.objects.filter(is_active=True).select_related(*NAMED)
    wanted = [str(kind) for kind in kinds]
    if wanted:
        rows = rows.filter(kind__in=wanted)
    if language:
        rows = rows.filter(languages__contains=[language])
    if network:
        rows = rows.filter(networks__contains=[network])
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    if key := make_name_key(text.replace("\x00", "")):
        rows = rows.filter(Q(name_key__contains=key) | Q(specialties__icontains=key))
    return tuple(read_row(row, acting.at.date()) for row in rows.order_by("name_key", "id")[:LIMIT])


@managing(needs=Right.DIRECTORY_READ, write=False)
def list_receivers(acting: Acting, *, specialty: str = "", chosen: UUID | None = None) -> tuple[EntryRow, ...]:
    """Return at most a hundred active entries to whom one can refer, by name.

    The one that was ``chosen`` before comes first, then those who name the ``specialty``: others never push them out.
    """
    key = make_name_key(specialty.replace("\x00", ""))
    place = Case(
        When(pk=chosen, then=Value(0)),
        *([When(specialties__icontains=key, then=Value(1))] if key else []),
        default=Value(2),
    )
    rows = DirectoryEntry.objects.filter(is_active=True, kind__in=[str(kind) for kind in RECEIVERS])
    rows = rows.select_related(*NAMED).order_by(place, "name_key", "id")
    return tuple(read_row(row, acting.at.date()) for row in rows[:LIMIT])


@managing(needs=Right.DIRECTORY_READ, write=False)
def get_entry(acting: Acting, entry_id: UUID) -> EntryRow:
    """Return one entry, active or not.

    :raises NotFound: if there is none
    """
    rows = DirectoryEntry.objects.select_related(*NAMED)
    row = rows.filter(pk=entry_id).first()
    if row is None:
        raise NotFound
    return read_row(row, acting.at.date())


@managing(needs=Right.DIRECTORY_READ, write=False)
def get_directory_page(acting: Acting, ask: DirectoryAsk) -> DirectoryPage:
    """Return a page of the active entries that fit everything asked, by name, fifty at a time.

    ``text`` is sought in names and specialties, ``place`` in addresses and names of sites.
    """
    rows = DirectoryEntry.objects.filter(is_active=True).select_related(*NAMED)
    if ask.kind is not None:
        rows = rows.filter(kind=str(ask.kind))
    if ask.language:
        rows = rows.filter(languages__contains=[ask.language])
    if ask.network:
        rows = rows.filter(networks__contains=[ask.network])
    if key := make_name_key(ask.text.replace("\x00", "")):
        rows = rows.filter(Q(name_key__contains=key) | Q(specialties__icontains=key))
    if place := " ".join(ask.place.replace("\x00", "").split()):
        here = Q(address__icontains=place) | Q(site__address__icontains=place)
        rows = rows.filter(here | Q(site__name_key__contains=make_name_key(place)))
    start = (ask.number - 1) * PAGE
    found = list(rows.order_by("name_key", "id")[start : start + PAGE + 1])
    today = acting.at.date()
    languages, networks = list_named("languages"), list_named("networks")
    return DirectoryPage(tuple(read_row(r, today) for r in found[:PAGE]), len(found) > PAGE, languages, networks)


@managing(needs=Right.DIRECTORY_READ, write=False)
def get_entry_page(acting: Acting, entry_id: UUID) -> EntryPage:
    """Return one entry, active or not, with what belongs to it and what it can name.

    :raises NotFound: if there is none
    """
    row = DirectoryEntry.objects.select_related(*NAMED).filter(pk=entry_id).first()
    if row is None:
        raise NotFound
    belongs = Q(organization_id=entry_id) | Q(site_id=entry_id) | Q(practitioner_id=entry_id)
    rows = DirectoryEntry.objects.filter(belongs, is_active=True).order_by("kind", "name_key", "id")
    beside = tuple(_read_beside(one) for one in rows.values_list(*_KEYS)[:BESIDE])
    shown = read_row(row, acting.at.date())
    return EntryPage(
        shown,
        beside,
        is_filled=row.filled_sha256 is not None,
        is_of_table=row.source.startswith(TABLE),
        source=row.source.removeprefix(TABLE),
        choices=_list_nameable(),
        tips=make_box(acting, TipAbout.ENTRY, str(entry_id), {TipAbout.PAYER: row.networks}),
    )


@managing(needs=Right.DIRECTORY_READ, write=False)
def list_nameable(acting: Acting) -> tuple[Beside, ...]:
    """Return the first organizations, sites and practitioners by name: what another entry can name."""
    return _list_nameable()


@managing(needs=Right.DIRECTORY_READ, write=False)
def list_visit_types(acting: Acting) -> tuple[VisitTypeRow, ...]:
    """Return the kinds of visits that are in use, by name."""
    return read_visit_types(VisitType.objects.filter(is_active=True).order_by("name", "id"))


def _list_nameable() -> tuple[Beside, ...]:
    kinds = [str(kind) for kind in (EntryKind.ORGANIZATION, EntryKind.SITE, EntryKind.PRACTITIONER)]
    rows = DirectoryEntry.objects.filter(kind__in=kinds, is_active=True).order_by("name_key", "id")
    return tuple(_read_beside(one) for one in rows.values_list(*_KEYS)[:CHOICES])


def _read_beside(one: tuple[UUID, str, str, list[str]]) -> Beside:
    key, kind, name, specialties = one
    return Beside(key, EntryKind(kind), name, tuple(specialties))
