"""Entries of the directory and kinds of visits between their columns and their values."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import F, Func

from careloop.facts.directory import EntryDraft, EntryKind, EntryRow, ReferralBy
from careloop.facts.scheduling import Preparation, VisitTypeDraft, VisitTypeRow
from careloop.records.models import DirectoryEntry, VisitType, VisitTypeWith
from careloop.rules.directory import is_stale
from careloop.rules.scheduling import say_preparation

# What an entry names; loaded with it.
NAMED = ("organization", "site", "practitioner", "checked_by")
LISTS = ("specialties", "languages", "networks")
SAME = (
    "name", "organization_id", "site_id", "practitioner_id", "unit_id", "sort", "zone", "accepts_new", "telehealth",
    "wheelchair", "phone", "fax", "email", "wait_days", "address", "latitude", "longitude", "is_active",
    "about", "eligibility", "cost", "hours", "how_to_apply",
)  # fmt: skip


def make_columns(draft: EntryDraft) -> dict[str, object]:
    """Return the columns that an entry's words fill; its kind is not among them, it never changes."""
    columns: dict[str, object] = {name: _clean(getattr(draft, name)) for name in SAME}
    columns |= {name: [str(_clean(one)) for one in getattr(draft, name)] for name in LISTS}
    columns["referral_by"] = str(draft.referral_by or "")
    return columns


def read_draft(entry: DirectoryEntry) -> EntryDraft:
    """Return what an entry says."""
    return EntryDraft(
        kind=EntryKind(entry.kind),
        referral_by=ReferralBy(entry.referral_by) if entry.referral_by else None,
        specialties=tuple(entry.specialties),
        languages=tuple(entry.languages),
        networks=tuple(entry.networks),
        **{name: getattr(entry, name) for name in SAME},
    )


def read_row(entry: DirectoryEntry, today: date) -> EntryRow:
    """Return an entry as pages show it; what it names is loaded with it."""
    return EntryRow(
        id=entry.pk,
        draft=read_draft(entry),
        version=entry.version,
        organization_name=entry.organization.name if entry.organization else "",
        site_name=entry.site.name if entry.site else "",
        practitioner_name=entry.practitioner.name if entry.practitioner else "",
        checked_by=entry.checked_by.name if entry.checked_by else "",
        checked_on=entry.checked_on,
        is_stale=is_stale(entry.checked_on, today),
    )


def list_named(column: str) -> tuple[str, ...]:
    """Return every word that active entries have in a list of theirs ("languages"), in order."""
    rows = DirectoryEntry.objects.filter(is_active=True).annotate(one=Func(F(column), function="unnest"))
    return tuple(sorted(set(rows.values_list("one", flat=True).distinct())))


def read_visit_types(rows: Iterable[VisitType]) -> tuple[VisitTypeRow, ...]:
    """Return kinds of visits with whom they are: two statements, however many there are."""
    kinds = list(rows)
    people: dict[UUID, list[UUID]] = {}
    with_whom = VisitTypeWith.objects.filter(visit_type__in=kinds).order_by("id")
    for visit_type_id, entry_id in with_whom.values_list("visit_type_id", "entry_id"):
        people.setdefault(visit_type_id, []).append(entry_id)
    return tuple(_read_type(row, tuple(people.get(row.pk, ()))) for row in kinds)


def _read_type(row: VisitType, people: tuple[UUID, ...]) -> VisitTypeRow:
    draft = VisitTypeDraft(
        name=row.name,
        minutes=row.minutes,
        gap_before=row.gap_before,
        gap_after=row.gap_after,
        preparation=Preparation(row.preparation),
        needs_practitioner=row.needs_practitioner,
        needs_escort=row.needs_escort,
        needs_fasting=row.needs_fasting,
        room_sort=row.room_sort,
        device_sort=row.device_sort,
        seats=row.seats,
        labels=row.labels,
        is_active=row.is_active,
        people=people,
    )
    return VisitTypeRow(row.pk, draft, say_preparation(draft.preparation), row.version)


def _clean(value: object) -> object:
    return " ".join(value.replace("\x00", "").split()) if isinstance(value, str) else value
