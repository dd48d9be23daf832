"""The directory is written: by hand, and from records that came in, which never overwrite what a person wrote."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.directory import ArrivedEntry, EntryDraft, EntryKind, Filled
from careloop.formats.fhir.directory import TYPES, UNNAMED, read_entry
from careloop.guard.doors import managing
from careloop.records.directory import BOOKABLE
from careloop.records.models import DirectoryEntry
from careloop.rules.directory import find_fault
from careloop.worklist.directory_rows import name_links, read_draft, set_words
from careloop.worklist.settle import clinic_zone


@managing(needs=Right.DIRECTORY_WRITE)
def add_entry(acting: Acting, draft: EntryDraft, *, names: Mapping[str, str] | None = None) -> UUID:
    """Add an entry to the directory, checked by whoever writes it; return its key.

    ``names`` are the organization, site and practitioner by name, where they are not in the draft by key.

    :raises Refusal: if a part of it cannot be, with which
    """
    entry = DirectoryEntry(id=new_id(acting.at), kind=str(draft.kind), made_at=acting.at)
    _write(acting, entry, name_links(entry, draft, names or {}))
    return UUID(str(entry.pk))


@managing(needs=Right.DIRECTORY_WRITE)
def change_entry(
    acting: Acting, *, entry_id: UUID, version: int, draft: EntryDraft, names: Mapping[str, str] | None = None
) -> int:
    """Change an entry, which is checked with it; return its version. Neither records nor tables renew it any more.

    ``names`` are as in ``add_entry``; one that stands already stays the same, whoever else has that name.

    :raises Refusal: if a part of it cannot be, with which
    :raises TakenMeanwhile: if somebody else changed it after ``version``
    """
    entry = _load(entry_id, version)
    if draft.kind != entry.kind:
        raise Refusal(Say("refusal.entry_kind"))
    entry.filled_sha256 = None
    _write(acting, entry, name_links(entry, draft, names or {}))
    return int(entry.version)


@managing(needs=Right.DIRECTORY_WRITE)
def note_checked(acting: Acting, *, entry_id: UUID, version: int) -> int:
    """Note that everything in an entry still holds; return its version.

    :raises TakenMeanwhile: if somebody else changed it after ``version``
    """
    entry = _load(entry_id, version)
    entry.checked_by_id, entry.checked_on = acting.person_id, acting.at.date()
    entry.version += 1
    entry.save()
    return int(entry.version)


@managing(needs=Right.DIRECTORY_WRITE)
def fill_directory(acting: Acting, *, dry_run: bool = False) -> Filled:
    """Add and renew entries from the organizations, places and practitioners that came in with records.

    What somebody here changed stays as it is; what they added (hours, networks, who likes faxes) is not in records and
    stays too. With ``dry_run`` it only says what would be done. ``left_out`` names records without a name.
    """
    with transaction.atomic():
        filled = _fill_all(acting)
        transaction.set_rollback(dry_run)
    return filled


def _write(acting: Acting, entry: DirectoryEntry, draft: EntryDraft) -> None:
    fault = find_fault(draft)
    if fault is not None:
        raise Refusal(fault)
    is_new = entry._state.adding
    set_words(entry, draft)
    entry.checked_by_id, entry.checked_on = acting.person_id, acting.at.date()
    entry.changed_at = acting.at
    entry.version = 1 if is_new else entry.version + 1
    entry.save(force_insert=is_new)


def _fill_all(acting: Acting) -> Filled:
    added = changed = kept = 0
    left_out: list[str] = []
    known: dict[tuple[str, str], UUID] = {}
    zone = clinic_zone()
    for source, key, body in _records():
        arrived = read_entry(body)
        if arrived is None or (arrived.draft.kind is EntryKind.ROLE and (source, arrived.practitioner) not in known):
            left_out.append(f"{source} {key}")
            continue
        draft = _link(arrived, source, known, zone)
        entry = DirectoryEntry.objects.filter(source=source, kind=str(draft.kind), fhir_id=key).first()
        digest = hashlib.sha256(repr(draft).encode()).digest()
        if entry is not None and (entry.filled_sha256 is None or bytes(entry.filled_sha256) == digest):
            kept += 1
        elif entry is None:
            added += 1
            entry = DirectoryEntry(
                id=new_id(acting.at), kind=str(draft.kind), made_at=acting.at, source=source, fhir_id=key
            )
            _fill(acting, entry, draft, digest)
        else:
            changed += 1
            _fill(acting, entry, draft, digest)
        known[(source, arrived.key)] = entry.pk
    return Filled(added, changed, kept, tuple(left_out))


def _fill(acting: Acting, entry: DirectoryEntry, draft: EntryDraft, digest: bytes) -> None:
    is_new = entry._state.adding
    # What a record never says was written here, and stays.
    by_hand = {} if is_new else {n: getattr(entry, n) for n in ("networks", "accepts_new", "telehealth", "wait_days")}
    set_words(entry, draft)
    for name, value in by_hand.items():
        setattr(entry, name, value)
    entry.filled_sha256, entry.changed_at = digest, acting.at
    entry.version = 1 if is_new else entry.version + 1
    entry.save(force_insert=is_new)


def _link(arrived: ArrivedEntry, source: str, known: dict[tuple[str, str], UUID], zone: str) -> EntryDraft:
    """Return what arrived with the entries that it refers to; clocks are the clinic's until changed."""
    practitioner = known.get((source, arrived.practitioner))
    draft = replace(
        arrived.draft,
        organization_id=known.get((source, arrived.organization)),
        site_id=known.get((source, arrived.site)),
        practitioner_id=practitioner,
        zone=zone if arrived.draft.kind in BOOKABLE or arrived.draft.kind is EntryKind.SITE else "",
    )
    if practitioner is not None and draft.name == UNNAMED:
        draft = replace(draft, name=read_draft(DirectoryEntry.objects.get(pk=practitioner)).name)
    return draft


def _load(entry_id: UUID, version: int) -> DirectoryEntry:
    entry: DirectoryEntry | None = DirectoryEntry.objects.select_for_update(of=("self",)).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    if entry.version != version:
        raise TakenMeanwhile(Say("refusal.entry_changed"))
    return entry


def _records() -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield source, id and body of the records of the directory: what others refer to comes first."""
    for kind in TYPES:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT source, fhir_id, body FROM directory_resource WHERE type = %s ORDER BY source, fhir_id", [kind]
            )
            yield from ((row[0], row[1], _json(row[2])) for row in cursor.fetchall())


def _json(body: object) -> dict[str, object]:
    value = json.loads(body) if isinstance(body, str) else body
    return value if isinstance(value, dict) else {}
