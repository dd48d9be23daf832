"""What checks found against what is open: loops are opened, kept, changed or closed by the facts."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.worklist import Answer, Event, Finding, LoopKind, Outcome, Severity, Source, State
from careloop.records.models import Loop, Patient, WaitingFinding
from careloop.rules.worklist import end_of
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change, stored

Key = tuple[UUID, str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """One patient's answers, by check."""

    patient: Patient
    kinds: Mapping[str, LoopKind]
    answers: Mapping[str, Answer]


@dataclass(slots=True)
class _Standing:
    """What stands about some patients: open loops, findings that wait, and quiet closed loops."""

    open: dict[Key, Loop]
    waiting: dict[Key, WaitingFinding]
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
    }


def fingerprint(finding: Finding) -> str:
    """Return a short hash of what the finding rests on: it changes when its facts change."""
    parts = [stored(finding.because), sorted(map(str, finding.evidence)), str(finding.due_on)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]


def apply_answers(acting: Acting, checked: Sequence[Checked], on: Mapping[UUID, date]) -> dict[UUID, date]:
    """Bring loops and waiting findings in line with the answers, for patients in context and locked.

    ``on`` is today in each patient's zone. Returns the day on which a quiet finding returns.
    """
    standing = _load_standing([c.patient.pk for c in checked])
    returns: dict[UUID, date] = {}
    fresh: list[WaitingFinding] = []
    found: set[Key] = set()
    for one in checked:
        for name, answer in one.answers.items():
            for finding in answer.findings:
                key = (one.patient.pk, name, finding.key)
                found.add(key)
                again = _meet(acting, one, name, finding, standing, on[one.patient.pk], fresh)
                if again is not None:
                    returns[one.patient.pk] = min(again, returns.get(one.patient.pk, again))
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
    key, mark = (one.patient.pk, name, finding.key), fingerprint(finding)
    loop = standing.open.get(key)
    if loop is not None:
        if loop.finding_print != mark:
            _update(acting, loop, finding, mark, one.patient.zone)
        return None
    quiet = standing.quiet.get(key)
    if quiet is not None and quiet[0] == mark and quiet[1] > today:
        return quiet[1]
    waiting = standing.waiting.get(key)
    if waiting is None:
        fresh.append(_wait(acting, one, name, finding, mark))
    elif waiting.finding_print != mark:
        waiting.finding_print, waiting.severity = mark, int(finding.severity)
        waiting.due_on, waiting.body = finding.due_on, _body(one.kinds[name], finding)
        waiting.save()
    return None


def _end_missing(acting: Acting, checked: Sequence[Checked], found: set[Key], standing: _Standing) -> None:
    """Close what the facts have ended: only for checks that gave an answer."""
    answers = {(one.patient.pk, name): answer for one in checked for name, answer in one.answers.items()}
    for key, loop in standing.open.items():
        if key not in found and key[:2] in answers:
            change(acting, loop, _say_ended(answers[key[:2]]))
    gone = [row.pk for key, row in standing.waiting.items() if key not in found and key[:2] in answers]
    if gone:
        WaitingFinding.objects.filter(pk__in=gone).delete()


def _say_ended(answer: Answer) -> Change:
    """Say how the facts ended a finding: done with its evidence, or no longer asked of this person."""
    if answer.satisfied_by:
        said = Say("event.ended_by_facts")
        return Change(Event.ENDED_BY_FACTS, said, outcome=Outcome.DONE, evidence=answer.satisfied_by)
    return Change(Event.ENDED_BY_FACTS, Say("event.no_longer_asked"), outcome=Outcome.WITHDRAWN)


def _update(acting: Acting, loop: Loop, finding: Finding, mark: str, zone: str) -> None:
    columns: dict[str, object] = {
        "title": finding.title.as_stored(),
        "because": stored(finding.because),
        "base_step": finding.next_step.as_stored(),
        "severity": int(finding.severity),
        "due_at": end_of(finding.due_on, zone) if finding.due_on else None,
        "finding_print": mark,
        "evidence": list(finding.evidence),
    }
    what = Change(Event.FACTS_CHANGED, Say("event.facts_changed"), evidence=finding.evidence, columns=columns)
    change(acting, loop, what)


def _load_standing(patient_ids: list[UUID]) -> _Standing:
    # What waits is locked first: a worker that is just opening its loops ends, and then these are seen open.
    waits = WaitingFinding.objects.filter(patient_id__in=patient_ids).order_by("id").select_for_update()
    waiting = {(row.patient_id, row.check_name, row.finding_key): row for row in waits}
    loops = Loop.objects.filter(patient_id__in=patient_ids).exclude(check_name="").order_by("id")
    opened, quiet = {}, {}
    for loop in loops.exclude(state=str(State.CLOSED)).select_for_update(of=("self",)):
        opened[(loop.patient_id, loop.check_name, loop.finding_key)] = loop
    closed = loops.filter(state=str(State.CLOSED), quiet_until__isnull=False)
    for row in closed.values_list("patient_id", "check_name", "finding_key", "finding_print", "quiet_until"):
        quiet[(row[0], row[1], row[2])] = (row[3], row[4])
    return _Standing(open=opened, waiting=waiting, quiet=quiet)


def _wait(acting: Acting, one: Checked, name: str, finding: Finding, mark: str) -> WaitingFinding:
    return WaitingFinding(
        patient_id=one.patient.pk,
        unit_id=one.patient.unit_id,
        label_mask=one.patient.label_mask,
        check_name=name,
        finding_key=finding.key,
        finding_print=mark,
        severity=int(finding.severity),
        due_on=finding.due_on,
        found_at=acting.at,
        body=_body(one.kinds[name], finding),
    )


def _body(kind: LoopKind, finding: Finding) -> dict[str, object]:
    return {
        "kind": str(kind),
        "title": finding.title.as_stored(),
        "because": stored(finding.because),
        "if_waits": finding.if_waits.as_stored(),
        "next_step": finding.next_step.as_stored(),
        "source": source_as_stored(finding.source),
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
    )
    row.delete()
    return loop


def _sentences(said: Iterable[Mapping[str, object]]) -> tuple[Say, ...]:
    return tuple(Say.from_stored(s) for s in said)


def _due(on: date | None, zone: str) -> datetime | None:
    return end_of(on, zone) if on else None
