"""The directory is written: by hand, and from records that came in, which never overwrite what a person wrote."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.facts.access import Acting, Right
from careloop.facts.directory import (
    TABLE,
    ArrivedEntry,
    EntryDraft,
    EntryKind,
    Filled,
    RowProblem,
    TableReceipt,
    TableRow,
)
from careloop.formats.directory_table import LINKS, read_draft, read_kind
from careloop.formats.fhir.directory import TYPES, UNNAMED, read_entry
from careloop.guard.doors import managing
from careloop.records.directory import BOOKABLE
from careloop.records.models import DirectoryEntry
from careloop.rules.directory import find_fault, make_name_key
from careloop.worklist.directory_rows import make_columns
from careloop.worklist.directory_rows import read_draft as read_entry_draft
from careloop.worklist.settle import clinic_zone

# The column in which a row says what is refused, by the refusal.
COLUMN_OF = {
    "refusal.entry_name": "name", "refusal.zone": "zone", "refusal.entry_zone": "zone", "refusal.email": "email",
    "refusal.entry_language": "languages", "refusal.entry_phone": "phone", "refusal.entry_fax": "fax",
    "refusal.entry_wait": "wait_days", "refusal.entry_position": "latitude", "refusal.entry_role": "practitioner",
}  # fmt: skip


@managing(needs=Right.DIRECTORY_WRITE)
def add_entry(acting: Acting, draft: EntryDraft, *, names: Mapping[str, str] | None = None) -> UUID:
    """Add an entry to the directory, checked by whoever writes it; return its key.

    ``names`` are the organization, site and practitioner by name, where they are not in the draft by key.

    :raises Refusal: if a part of it cannot be, with which
    """
    entry = DirectoryEntry(id=new_id(acting.at), kind=str(draft.kind), made_at=acting.at)
    _write(acting, entry, _name(entry, draft, names or {}))
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
    _write(acting, entry, _name(entry, draft, names or {}))
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


@managing(needs=Right.DIRECTORY_WRITE)
def take_in_directory_table(
    acting: Acting, rows: Sequence[TableRow], *, source: str, dry_run: bool = False
) -> TableReceipt:
    """Add and renew entries from the rows of a table; a row with a problem is left out whole, and told.

    The same row again changes nothing, and what somebody here changed stays as it is. With ``dry_run`` it only says
    what would be done.
    """
    with transaction.atomic():
        receipt = _take_in_all(acting, rows, f"{TABLE}{source}")
        transaction.set_rollback(dry_run)
    return receipt


def _write(acting: Acting, entry: DirectoryEntry, draft: EntryDraft) -> None:
    fault = find_fault(draft)
    if fault is not None:
        raise Refusal(fault)
    is_new = entry._state.adding
    _set(entry, draft)
    entry.checked_by_id, entry.checked_on = acting.person_id, acting.at.date()
    entry.changed_at = acting.at
    entry.version = 1 if is_new else entry.version + 1
    entry.save(force_insert=is_new)


def _name(entry: DirectoryEntry, draft: EntryDraft, names: Mapping[str, str]) -> EntryDraft:
    """Return a draft with the keys of those who are named; an empty name names nobody.

    :raises Refusal: if nobody has the name, or two have
    """
    for link, name in names.items():
        found = _find_named(entry, link, name)
        if link == "organization":
            draft = replace(draft, organization_id=found)
        elif link == "site":
            draft = replace(draft, site_id=found)
        else:
            draft = replace(draft, practitioner_id=found)
    return draft


def _find_named(entry: DirectoryEntry, link: str, name: str) -> UUID | None:
    key = make_name_key(name.replace("\x00", ""))
    now: DirectoryEntry | None = getattr(entry, link)
    if not key or (now is not None and now.name_key == key):
        return now.pk if key and now is not None else None
    rows = DirectoryEntry.objects.filter(kind=link, name_key=key, is_active=True)
    ids = list(rows.values_list("id", flat=True)[:2])
    if not ids:
        raise Refusal(Say("refusal.entry_names_nobody", name=name[:100]))
    if len(ids) > 1:
        raise Refusal(Say("refusal.entry_names_two", name=name[:100]))
    return UUID(str(ids[0]))


def _take_in_all(acting: Acting, rows: Sequence[TableRow], source: str) -> TableReceipt:
    told = {"added": 0, "changed": 0, "unchanged": 0, "kept": 0}
    problems: list[RowProblem] = []
    seen: dict[tuple[str, str], int] = {}
    zone = clinic_zone()
    # Organizations, sites and practitioners come first: other rows name them.
    for row in sorted(rows, key=lambda one: (_turn(one), one.number)):
        wrong = _take_in_row(acting, row, source, zone, seen, told)
        problems += wrong
    return TableReceipt(**told, problems=tuple(sorted(problems, key=lambda one: (one.row, one.column))))


def _take_in_row(
    acting: Acting, row: TableRow, source: str, zone: str, seen: dict[tuple[str, str], int], told: dict[str, int]
) -> Sequence[RowProblem]:
    """Write one row, or return what is wrong with it."""
    kind, key = str(read_kind(row.cells["kind"])), _key_of(row)
    if (kind, key) in seen:
        return [RowProblem(row.number, "", f"is the same entry as row {seen[kind, key]}", "keep one row an entry")]
    seen[kind, key] = row.number
    entry = DirectoryEntry.objects.filter(source=source, kind=kind, fhir_id=key).select_related(*LINKS).first()
    draft, wrong = read_draft(row, read_entry_draft(entry) if entry else None)
    if wrong:
        return wrong
    digest = hashlib.sha256(json.dumps(dict(row.cells), sort_keys=True).encode()).digest()
    if entry is not None and (entry.filled_sha256 is None or bytes(entry.filled_sha256) == digest):
        told["kept" if entry.filled_sha256 is None else "unchanged"] += 1
        return []
    is_new = entry is None
    entry = entry or DirectoryEntry(
        id=new_id(acting.at), kind=kind, made_at=acting.at, source=source, fhir_id=key, version=0
    )
    try:
        draft = _name(entry, draft, {name: row.cells[name] for name in LINKS if name in row.cells})
        draft = replace(draft, zone=draft.zone or (zone if kind in (*BOOKABLE, "site") else ""))
        if (fault := find_fault(draft)) is not None:
            raise Refusal(fault)
        _refuse_twin(entry, draft)
    except Refusal as no:
        return [RowProblem(row.number, COLUMN_OF.get(no.say.key, ""), speak(no.say, "en").rstrip("."), "mend the row")]
    _set(entry, draft)
    entry.filled_sha256, entry.changed_at, entry.version = digest, acting.at, entry.version + 1
    entry.save(force_insert=is_new)
    told["added" if is_new else "changed"] += 1
    return []


def _refuse_twin(entry: DirectoryEntry, draft: EntryDraft) -> None:
    """Refuse a new row for whom the directory has from elsewhere: the same kind, name and place.

    :raises Refusal: with the name
    """
    rows = DirectoryEntry.objects.filter(kind=entry.kind, name_key=make_name_key(draft.name)).exclude(
        source=entry.source
    )
    twins = rows.filter(site_id=draft.site_id, organization_id=draft.organization_id)
    if entry._state.adding and twins.exists():
        raise Refusal(Say("refusal.entry_is_here", name=draft.name[:100]))


def _turn(row: TableRow) -> int:
    kind = str(read_kind(row.cells["kind"]))
    return LINKS.index(kind) if kind in LINKS else len(LINKS)


def _key_of(row: TableRow) -> str:
    """Return by what a row is known again: its own number, else its name with those whom it names."""
    if own := row.cells.get("id", ""):
        return own[:100]
    parts = [make_name_key(row.cells.get(name, "")) for name in ("name", *LINKS)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


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
    _set(entry, draft)
    for name, value in by_hand.items():
        setattr(entry, name, value)
    entry.filled_sha256, entry.changed_at = digest, acting.at
    entry.version = 1 if is_new else entry.version + 1
    entry.save(force_insert=is_new)


def _set(entry: DirectoryEntry, draft: EntryDraft) -> None:
    for column, value in make_columns(draft).items():
        setattr(entry, column, value)
    entry.name_key = make_name_key(draft.name)


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
        draft = replace(draft, name=read_entry_draft(DirectoryEntry.objects.get(pk=practitioner)).name)
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
