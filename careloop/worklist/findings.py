"""What checks found against what is open: loops are opened, kept, changed or closed by the facts."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.signing import JudgedBy
from careloop.facts.worklist import Answer, Event, Finding, LoopKind, Outcome, Severity, Source
from careloop.records.models import Loop, WaitingFinding
from careloop.rules.worklist import end_of
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.overrides import load_overrides
from careloop.worklist.settle import Change, change, stored

Key = tuple[UUID, str, str]
# Plain statements: asked of every batch, and the ORM takes longer to write them than the database to answer.
WAITING = (
    "SELECT patient_id, check_name, finding_key, id, finding_print FROM waiting_finding"
    " WHERE patient_id = ANY(%s) ORDER BY id FOR UPDATE"
)
OPEN = (
    "SELECT patient_id, check_name, finding_key, id, finding_print FROM loop"
    # Whoever answers a question about records holds its loop and then waits for us: we do not wait for it.
    " WHERE patient_id = ANY(%s) AND check_name NOT IN ('', 'same_person', 'take_apart') AND state <> 'closed'"
    " ORDER BY id FOR UPDATE"
)
QUIET = (
    "SELECT patient_id, check_name, finding_key, finding_print, quiet_until FROM loop WHERE patient_id = ANY(%s)"
    " AND check_name <> '' AND state = 'closed' AND quiet_until IS NOT NULL ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The patient whom a check is about: the few columns that checks and their findings need."""

    id: UUID
    unit_id: int
    label_mask: int
    zone: str
    birth_on: date | None
    sex: str
    is_dead: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """One patient's answers, by check, and the rule that each check judged by.

    What checks found that are ``switched_off`` is taken off the lists.
    """

    patient: Subject
    kinds: Mapping[str, LoopKind]
    judged_by: Mapping[str, JudgedBy]
    answers: Mapping[str, Answer]
    switched_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Known:
    """A row that stands for a finding: an open loop or a finding that waits."""

    id: Any
    finding_print: str


@dataclass(slots=True)
class _Standing:
    """What stands about some patients: open loops, findings that wait, and quiet closed loops."""

    open: dict[Key, list[_Known]]
    waiting: dict[Key, _Known]
    quiet: dict[Key, tuple[str, date]]


def source_as_stored(source: Source) -> dict[str, object]:
    """Return a source as JSON values."""
    return {
        "id": source.id,
        "organization": source.organization,
        "title": source.title,
        "year": source.year,
        "section": source.section,
        "confidence": str(source.confidence),
        "checked_on": source.checked_on.isoformat(),
        "effective_on": source.effective_on.isoformat() if source.effective_on else None,
        "address": source.address,
    }


def judged_as_stored(judged: JudgedBy) -> dict[str, object]:
    """Return the rule that a finding rests on as JSON values; thresholds as text."""
    return {
        "check": judged.check,
        "version": judged.version,
        "from": judged.from_on.isoformat(),
        "thresholds": {name: f"{value:f}" for name, value in judged.thresholds.items()},
        "knowledge": judged.knowledge,
    }


def fingerprint(finding: Finding) -> str:
    """Return a short hash of what the finding rests on, and after a dot one of what is said beside it."""
    rests = [stored(finding.because), sorted(map(str, finding.evidence)), str(finding.due_on)]
    marks = [_hash(rests)[:24]]
    if finding.beside:
        marks.append(_hash(stored(finding.beside))[:8])
    return ".".join(marks)


def _hash(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _rests_on_the_same(one: str, other: str) -> bool:
    """Tell whether two marks differ at most in what is said beside: nothing rests on that."""
    return one.partition(".")[0] == other.partition(".")[0]


def _say_why(finding: Finding) -> list[dict[str, object]]:
    return stored((*finding.because, *finding.beside))


def apply_answers(
    acting: Acting, checked: Sequence[Checked], on: Mapping[UUID, date], root_of: Mapping[UUID, UUID]
) -> dict[UUID, date]:
    """Bring loops and waiting findings in line with the answers, for patients in context and locked.

    ``on`` is today in each patient's zone; ``root_of`` names, by linked record, the patient to whom its loops
    belong: they stay where they are and are met there. Returns the day on which a quiet finding returns.
    """
    patients = {c.patient.id for c in checked}
    standing = _load_standing(
        [*patients, *(k for k, root in root_of.items() if root in patients and root != k)], root_of
    )
    returns: dict[UUID, date] = {}
    fresh: list[WaitingFinding] = []
    found: set[Key] = set()
    for one in checked:
        for name, answer in one.answers.items():
            for finding in answer.findings:
                key = (one.patient.id, name, finding.key)
                found.add(key)
                again = _meet(acting, one, name, finding, standing, on[one.patient.id], fresh)
                if again is not None:
                    returns[one.patient.id] = min(again, returns.get(one.patient.id, again))
    _end_missing(acting, checked, found, standing)
    WaitingFinding.objects.bulk_create(fresh)
    return returns


def _meet(
    acting: Acting,
    one: Checked,
    name: str,
    finding: Finding,
    standing: _Standing,
    today: date,
    fresh: list[WaitingFinding],
) -> date | None:
    """Meet one finding with what stands; return the day on which it returns if it is quiet now."""
    key, mark = (one.patient.id, name, finding.key), fingerprint(finding)
    loops = standing.open.get(key)
    if loops is not None:
        for loop in loops:
            if loop.finding_print != mark:
                _update(acting, loop.id, one, name, finding)
        return None
    quiet = standing.quiet.get(key)
    if quiet is not None and _rests_on_the_same(quiet[0], mark) and quiet[1] > today:
        return quiet[1]
    waiting = standing.waiting.get(key)
    if waiting is None:
        fresh.append(_wait(acting, one, name, finding, mark))
    elif waiting.finding_print != mark:
        WaitingFinding.objects.filter(pk=waiting.id).update(
            finding_print=mark,
            severity=int(finding.severity),
            due_on=finding.due_on,
            body=_body(one, name, finding),
        )
    return None


def _end_missing(acting: Acting, checked: Sequence[Checked], found: set[Key], standing: _Standing) -> None:
    """Close what the facts have ended: only for checks that gave an answer."""
    by_patient = {one.patient.id: one for one in checked}
    for key, loops in standing.open.items():
        one = by_patient[key[0]]
        if key not in found and (what := _say_ended(one, key[1])) is not None:
            for row in loops:
                change(acting, Loop.objects.get(pk=row.id), what, zone=one.patient.zone)
    gone = [
        row.id
        for key, row in standing.waiting.items()
        if key not in found and _say_ended(by_patient[key[0]], key[1]) is not None
    ]
    if gone:
        WaitingFinding.objects.filter(pk__in=gone).delete()


def _say_ended(one: Checked, name: str) -> Change | None:
    """Say how a finding ended: its check is off, it is done with its evidence, or no longer asked of this person.

    None if its check gave no answer: then nothing has ended.
    """
    if name in one.switched_off:
        return Change(Event.ENDED_BY_FACTS, Say("event.switched_off"), outcome=Outcome.WITHDRAWN)
    answer = one.answers.get(name)
    if answer is None:
        return None
    if answer.satisfied_by:
        said = Say("event.ended_by_facts")
        return Change(Event.ENDED_BY_FACTS, said, outcome=Outcome.DONE, evidence=answer.satisfied_by)
    return Change(Event.ENDED_BY_FACTS, Say("event.no_longer_asked"), outcome=Outcome.WITHDRAWN)


def _update(acting: Acting, loop_id: UUID, one: Checked, name: str, finding: Finding) -> None:
    zone = one.patient.zone
    columns: dict[str, object] = {
        "title": finding.title.as_stored(),
        "because": _say_why(finding),
        "base_step": finding.next_step.as_stored(),
        "severity": int(finding.severity),
        "due_at": end_of(finding.due_on, zone) if finding.due_on else None,
        "finding_print": fingerprint(finding),
        "evidence": list(finding.evidence),
        "source": _source(one, name, finding),
    }
    what = Change(Event.FACTS_CHANGED, Say("event.facts_changed"), evidence=finding.evidence, columns=columns)
    change(acting, Loop.objects.get(pk=loop_id), what, zone=zone)


def _load_standing(patient_ids: list[UUID], root_of: Mapping[UUID, UUID]) -> _Standing:
    """Lock what stands, and read just what tells whether it must change: few do, and those are read whole."""
    # What waits is locked first: a worker that is just opening its loops ends, and then these are seen open.
    waiting = {row[:3]: _Known(*row[3:]) for row in _read(WAITING, patient_ids)}
    opened: dict[Key, list[_Known]] = {}
    for row in _read(OPEN, patient_ids):
        opened.setdefault((root_of.get(row[0], row[0]), *row[1:3]), []).append(_Known(*row[3:]))
    quiet = {(root_of.get(row[0], row[0]), *row[1:3]): row[3:] for row in _read(QUIET, patient_ids)}
    # What a clinician's word set aside is quiet too, whatever loops were closed before it.
    overrides = load_overrides(patient_ids)
    aside = {(root_of.get(key[0], key[0]), *key[1:]): said for key, said in overrides.items()}
    return _Standing(open=opened, waiting=waiting, quiet=quiet | aside)


def _read(sql: str, patient_ids: list[UUID]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [patient_ids])
        return list(cursor.fetchall())


def _wait(acting: Acting, one: Checked, name: str, finding: Finding, mark: str) -> WaitingFinding:
    return WaitingFinding(
        patient_id=one.patient.id,
        unit_id=one.patient.unit_id,
        label_mask=one.patient.label_mask,
        check_name=name,
        finding_key=finding.key,
        finding_print=mark,
        severity=int(finding.severity),
        due_on=finding.due_on,
        found_at=acting.at,
        body=_body(one, name, finding),
    )


def _source(one: Checked, name: str, finding: Finding) -> dict[str, object]:
    return source_as_stored(finding.source) | {"judged_by": judged_as_stored(one.judged_by[name])}


def _body(one: Checked, name: str, finding: Finding) -> dict[str, object]:
    return {
        "kind": str(one.kinds[name]),
        "title": finding.title.as_stored(),
        "because": _say_why(finding),
        "if_waits": finding.if_waits.as_stored(),
        "next_step": finding.next_step.as_stored(),
        "source": _source(one, name, finding),
        "evidence": [str(e) for e in finding.evidence],
    }


def open_waiting_row(acting: Acting, row: WaitingFinding, zone: str, owner_id: UUID | None) -> Loop:
    """Open the loop of a finding that waited, and take the finding off the waiting list."""
    body = row.body
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind(body["kind"]),
            patient_id=row.patient_id,
            unit_id=row.unit_id,
            label_mask=row.label_mask,
            title=Say.from_stored(body["title"]),
            because=_sentences(body["because"]),
            if_waits=Say.from_stored(body["if_waits"]),
            step=Say.from_stored(body["next_step"]),
            severity=Severity(row.severity),
            due_at=_due(row.due_on, zone),
            owner_id=owner_id,
            queue_id=row.unit_id,
            check_name=row.check_name,
            finding_key=row.finding_key,
            finding_print=row.finding_print,
            source=body["source"],
            evidence=tuple(UUID(e) for e in body["evidence"]),
        ),
        zone=zone,
    )
    row.delete()
    return loop


def _sentences(said: Iterable[Mapping[str, object]]) -> tuple[Say, ...]:
    return tuple(Say.from_stored(s) for s in said)


def _due(on: date | None, zone: str) -> datetime | None:
    return end_of(on, zone) if on else None
