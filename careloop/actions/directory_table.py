"""Tables of the directory are taken in, stretch by stretch: rows whole or not at all, and what a person wrote stays."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import transaction

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.facts.access import Acting, Right
from careloop.facts.directory import TABLE, EntryDraft, RowProblem, TableReceipt, TableRow
from careloop.formats.directory_table import LINKS, read_draft, read_kind
from careloop.guard.doors import managing
from careloop.records.directory import BOOKABLE
from careloop.records.models import DirectoryEntry
from careloop.rules.directory import list_faults, make_name_key
from careloop.worklist.directory_rows import name_links, set_words
from careloop.worklist.directory_rows import read_draft as read_entry_draft
from careloop.worklist.settle import clinic_zone

# The column in which a row says what is refused, by the refusal.
COLUMN_OF = {
    "refusal.entry_name": "name", "refusal.zone": "zone", "refusal.entry_zone": "zone", "refusal.email": "email",
    "refusal.entry_language": "languages", "refusal.entry_phone": "phone", "refusal.entry_fax": "fax",
    "refusal.entry_wait": "wait_days", "refusal.entry_position": "latitude", "refusal.entry_role": "practitioner",
}  # fmt: skip
# So many rows are looked up, and written, with a few statements.
STRETCH = 500


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


def _take_in_all(acting: Acting, rows: Sequence[TableRow], source: str) -> TableReceipt:
    taking = _Taking(acting, source, clinic_zone())
    # Organizations, sites and practitioners come first: other rows name them.
    turns = sorted(rows, key=lambda one: (_turn(one), one.number))
    for start in range(0, len(turns), STRETCH):
        taking.take(turns[start : start + STRETCH])
    problems = sorted(taking.problems, key=lambda one: (one.row, one.column))
    return TableReceipt(**taking.told, problems=tuple(problems))


@dataclass(slots=True)
class _Taking:
    """One table on its way in: what became of its rows so far, and what its present stretch has to know."""

    acting: Acting
    source: str
    zone: str
    told: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("added", "changed", "unchanged", "kept"), 0))
    problems: list[RowProblem] = field(default_factory=list)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    # Of this stretch: entries of this table by kind and key, ids by kind and name, what is here from elsewhere by kind,
    # name, site and organization, and what is to be written.
    known: dict[tuple[str, str], DirectoryEntry] = field(default_factory=dict)
    named: dict[tuple[str, str], list[UUID]] = field(default_factory=dict)
    elsewhere: set[tuple[str, str, UUID | None, UUID | None]] = field(default_factory=set)
    new: list[DirectoryEntry] = field(default_factory=list)

    def take(self, rows: Sequence[TableRow]) -> None:
        """Take the rows of one stretch in."""
        self._look_up(rows)
        for row in rows:
            self.problems += self._take_row(row)
        DirectoryEntry.objects.bulk_create(self.new)

    def _look_up(self, rows: Sequence[TableRow]) -> None:
        keys = {_key_of(row) for row in rows}
        mine = DirectoryEntry.objects.filter(source=self.source, fhir_id__in=keys).select_related(*LINKS)
        self.known = {(entry.kind, entry.fhir_id): entry for entry in mine}
        self.named = defaultdict(list)
        self.elsewhere, self.new = set(), []
        asked = {_fold(row.cells.get(link, "")) for row in rows for link in LINKS}
        with_name = DirectoryEntry.objects.filter(kind__in=LINKS, name_key__in=asked, is_active=True)
        for kind, name, key in with_name.values_list("kind", "name_key", "id"):
            self.named[kind, name].append(key)
        names = {_fold(row.cells["name"]) for row in rows}
        others = DirectoryEntry.objects.filter(name_key__in=names).exclude(source=self.source)
        self.elsewhere.update(others.values_list("kind", "name_key", "site_id", "organization_id"))

    def _take_row(self, row: TableRow) -> Sequence[RowProblem]:
        """Write one row, or return what is wrong with it."""
        kind, key = str(read_kind(row.cells["kind"])), _key_of(row)
        if (kind, key) in self.seen:
            first = self.seen[kind, key]
            return [RowProblem(row.number, "", f"is the same entry as row {first}", "keep one row an entry")]
        self.seen[kind, key] = row.number
        entry = self.known.get((kind, key))
        draft, wrong = read_draft(row, read_entry_draft(entry) if entry else None)
        digest = hashlib.sha256(json.dumps(dict(row.cells), sort_keys=True).encode()).digest()
        if not wrong and entry is not None and (entry.filled_sha256 is None or bytes(entry.filled_sha256) == digest):
            self.told["kept" if entry.filled_sha256 is None else "unchanged"] += 1
            return []
        entry = entry or DirectoryEntry(
            id=new_id(self.acting.at), kind=kind, made_at=self.acting.at, source=self.source, fhir_id=key, version=0
        )
        draft, refused = self._link(entry, row, draft)
        told = {one.column for one in wrong}
        wrong = (*wrong, *(one for one in refused if one.column not in told))
        if not wrong:
            self._keep(entry, draft, digest)
        return wrong

    def _link(self, entry: DirectoryEntry, row: TableRow, draft: EntryDraft) -> tuple[EntryDraft, list[RowProblem]]:
        """Return the draft with the keys of those whom the row names, and all that cannot be of it."""
        draft = replace(draft, zone=draft.zone or (self.zone if entry.kind in (*BOOKABLE, "site") else ""))
        refused: list[tuple[str, Say]] = []
        for link in (one for one in LINKS if one in row.cells):
            try:
                draft = name_links(entry, draft, {link: row.cells[link]}, self._find_named)
            except Refusal as no:
                refused.append((link, no.say))
        refused += [(COLUMN_OF.get(say.key, ""), say) for say in list_faults(draft)]
        place = (entry.kind, make_name_key(draft.name), draft.site_id, draft.organization_id)
        if entry._state.adding and place in self.elsewhere:
            refused.append(("", Say("refusal.entry_is_here", name=draft.name[:100])))
        # A role whose practitioner nobody is has one problem, not two.
        first = dict(reversed(refused))
        return draft, [
            RowProblem(row.number, column, speak(say, "en").rstrip("."), "mend the row")
            for column, say in first.items()
        ]

    def _find_named(self, link: str, key: str) -> Sequence[UUID]:
        return self.named[link, key]

    def _keep(self, entry: DirectoryEntry, draft: EntryDraft, digest: bytes) -> None:
        is_new, before = entry._state.adding, entry.name_key
        set_words(entry, draft)
        entry.filled_sha256, entry.changed_at, entry.version = digest, self.acting.at, entry.version + 1
        if is_new:
            self.new.append(entry)
        else:
            entry.save(force_update=True)
        # Rows that come later name it as it is now.
        for name in (before, entry.name_key):
            self.named[entry.kind, name] = [one for one in self.named[entry.kind, name] if one != entry.pk]
        if entry.is_active:
            self.named[entry.kind, entry.name_key].append(entry.pk)
        self.told["added" if is_new else "changed"] += 1


def _turn(row: TableRow) -> int:
    kind = str(read_kind(row.cells["kind"]))
    return LINKS.index(kind) if kind in LINKS else len(LINKS)


def _key_of(row: TableRow) -> str:
    """Return by what a row is known again: its own number, else its name with those whom it names."""
    if own := row.cells.get("id", ""):
        return own[:100]
    parts = [_fold(row.cells.get(name, "")) for name in ("name", *LINKS)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def _fold(name: str) -> str:
    return make_name_key(name.replace("\x00", ""))
