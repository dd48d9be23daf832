"""Entries of the directory and kinds of visits between their columns and their values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import F, Func

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.directory import EntryDraft, EntryKind, EntryRow, ReferralBy
from careloop.facts.scheduling import Preparation, VisitTypeDraft, VisitTypeRow
from careloop.records.models import DirectoryEntry, VisitType, VisitTypeWith
from careloop.rules.directory import is_stale, make_name_key
from careloop.rules.scheduling import say_preparation

# What an entry names; loaded with it.
NAMED = ("organization", "site", "practitioner", "checked_by")
LISTS = ("specialties", "languages", "networks")
SAME = (
    "name", "organization_id", "site_id", "practitioner_id", "unit_id", "sort", "zone", "accepts_new", "telehealth",
    "wheelchair", "phone", "fax", "email", "wait_days", "address", "latitude", "longitude", "is_active",
    "about", "eligibility", "cost", "hours", "how_to_apply",
)  # fmt: skip

# Who has a name: the kind of entry and the name, folded, to the keys of those who have it.
Named = Callable[[str, str], Sequence[UUID]]


def make_columns(draft: EntryDraft) -> dict[str, object]:
    """Return the columns that an entry's words fill; its kind is not among them, it never changes."""
    columns: dict[str, object] = {name: _clean(getattr(draft, name)) for name in SAME}
    columns |= {name: [str(_clean(one)) for one in getattr(draft, name)] for name in LISTS}
    columns["referral_by"] = str(draft.referral_by or "")
    return columns


def set_words(entry: DirectoryEntry, draft: EntryDraft) -> None:
    """Write into an entry what a draft says."""
    for column, value in make_columns(draft).items():
        setattr(entry, column, value)
    entry.name_key = make_name_key(draft.name)


def find_named(link: str, key: str) -> Sequence[UUID]:
    """Return the active entries of a kind that have this name, folded: two of them are enough to know."""
    rows = DirectoryEntry.objects.filter(kind=link, name_key=key, is_active=True)
    return list(rows.values_list("id", flat=True)[:2])


def name_links(
    entry: DirectoryEntry, draft: EntryDraft, names: Mapping[str, str], find: Named = find_named
) -> EntryDraft:
    """Return a draft with the keys of those who are named; an empty name names nobody, and nobody names itself.

    :raises Refusal: if nobody has the name, or two have
    """
    for link, name in names.items():
        found = _find_link(entry, draft, link, name, find)
        if link == "organization":
            draft = replace(draft, organization_id=found)
        elif link == "site":
            draft = replace(draft, site_id=found)
        else:
            draft = replace(draft, practitioner_id=found)
    return draft


def _find_link(entry: DirectoryEntry, draft: EntryDraft, link: str, name: str, find: Named) -> UUID | None:
    key = make_name_key(name.replace("\x00", ""))
    if not key or (link == entry.kind and key == make_name_key(draft.name)):
        return None
    now: DirectoryEntry | None = getattr(entry, link)
    if now is not None and now.name_key == key:
        return UUID(str(now.pk))
    ids = find(link, key)
    if not ids:
        raise Refusal(Say("refusal.entry_names_nobody", name=name[:100]))
    if len(ids) > 1:
        raise Refusal(Say("refusal.entry_names_two", name=name[:100]))
    return UUID(str(ids[0]))


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
