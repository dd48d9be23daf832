"""Records that arrive are held against those that are here: linked by the rule, or laid before people to compare."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID
from zlib import crc32

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.chart import Sex
from careloop.facts.intake import IdentifierColumns, PatientColumns
from careloop.facts.matching import SAME_PERSON, Candidate, Compared, Description
from careloop.facts.worklist import LoopKind, Severity
from careloop.records.models import PersonLink
from careloop.rules.matching import compare, decide, make_keys, make_print, make_turns
from careloop.worklist.opening import Draft, open_loop

# Turns of those who could be one person: so many locks at most for one document.
TURN_LOCK, TURNS = 72653003, 2048


@dataclass(frozen=True, slots=True)
class Arrived:
    """A record that is new here or says something new about the person."""

    id: UUID
    unit_id: int
    label_mask: int
    is_dead: bool
    who: Description


@dataclass(frozen=True, slots=True)
class _Asked:
    """What people were asked about a record and another one."""

    is_open: bool
    print: str
    was_apart: bool


@dataclass(frozen=True, slots=True)
class _Alike:
    """A record that could be of the same person, as the database found it."""

    candidate: Candidate
    is_dead: bool


def describe(source: str, columns: PatientColumns) -> Description:
    """Return what a patient's columns say of the person."""
    return Description(
        source=source,
        family=columns.family,
        given=columns.given,
        full_name=columns.full_name,
        birth_on=columns.birth_on,
        sex=columns.sex,
        identifiers=columns.identifiers,
    )


def take_turns(people: Iterable[Description], *, beside: Iterable[str] = ()) -> None:
    """Wait until nobody else is taking in people who could be these, or what is ``beside``; ends with the transaction.

    Two who arrive at once from two sources would else not see each other. Called before anything is written or
    locked, and all turns are taken in one order: whoever waits holds nothing that another one waits for.
    """
    names = {*beside, *(turn for who in people for turn in make_turns(who))}
    turns = sorted({crc32(name.encode()) % TURNS for name in names})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, n) FROM unnest(%s::integer[]) AS n", [TURN_LOCK, turns])


def match_arrived(acting: Acting, arrived: Sequence[Arrived]) -> tuple[int, int]:
    """Link records to the one they belong to, or open a review loop; return how many of each.

    Nobody is linked whom people told apart, and no question is asked twice about the same facts.
    """
    alike = _find_alike(arrived)
    if not alike:
        return 0, 0
    asked = _load_asked([one.id for one in arrived])
    linked = opened = 0
    for one in arrived:
        decision = decide(one.who, [a.candidate for a in alike.values() if a.candidate.id != one.id])
        here = alike[one.id].candidate.root if one.id in alike else one.id
        ask = [pair for pair in decision.ask if pair[0].root != here]
        same = decision.same
        if same is not None and same.root != here:
            # Whom people told apart, or took apart, the rule does not link again; nor a record that goes on elsewhere.
            if (one.id, same.id) in asked or here != one.id:
                ask.append((same, compare(one.who, same.who)))
            else:
                linked += _link(acting, one, same.root)
        for other, compared in ask:
            opened += _ask(acting, one, alike[other.id], compared, asked.get((one.id, other.id), []))
    return linked, opened


def _find_alike(arrived: Sequence[Arrived]) -> dict[UUID, _Alike]:
    """Return the records that share a number, or birth date and a name, with any of these, and these themselves."""
    numbers: set[str] = set()
    names: set[tuple[object, str]] = set()
    for one in arrived:
        keys = make_keys(one.who)
        numbers.update(keys.numbers)
        names.update((birth, start) for birth in keys.births for start in keys.starts)
    if not numbers and not names:
        return {}
    pairs = sorted(names, key=str)
    beside = arrived[0].who.source
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM find_alike(%s, %s::date[], %s, %s)",
            [sorted(numbers), [b for b, _s in pairs], [s for _b, s in pairs], beside],
        )
        return {row[0]: _read(row) for row in cursor.fetchall()}


def _read(row: tuple[object, ...]) -> _Alike:
    identifiers: list[list[str]] = json.loads(str(row[9]))
    who = Description(
        source=str(row[2]),
        family=str(row[3]),
        given=str(row[4]),
        full_name=str(row[5]),
        birth_on=row[6],  # type: ignore[arg-type]
        sex=Sex(str(row[7])),
        identifiers=tuple(IdentifierColumns(*map(str, one)) for one in identifiers),
    )
    return _Alike(Candidate(row[0], row[1], who), bool(row[8]))  # type: ignore[arg-type]


def _load_asked(ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], list[_Asked]]:
    found: dict[tuple[UUID, UUID], list[_Asked]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM same_person_asked(%s)", [list(ids)])
        for one, other, is_open, mark, was_apart in cursor.fetchall():
            said = _Asked(is_open, mark, was_apart)
            found.setdefault((one, other), []).append(said)
            found.setdefault((other, one), []).append(said)
    return found


def _link(acting: Acting, one: Arrived, root: UUID) -> bool:
    """Link a record by the rule alone: new rows only, and two people can take it apart."""
    unit_id = _unit_of(root)
    PersonLink(
        patient_id=one.id,
        unit_id=one.unit_id,
        label_mask=one.label_mask,
        survivor_id=root,
        survivor_unit_id=unit_id,
        how="rule",
        asked_by_id=acting.person_id,
        asked_at=acting.at,
        linked_at=acting.at,
    ).save(force_insert=True)
    return True


def _unit_of(patient_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit_id FROM linked_records(%s) WHERE id = root", [[patient_id]])
        return int(cursor.fetchone()[0])


def _ask(acting: Acting, one: Arrived, other: _Alike, compared: Compared, asked: Sequence[_Asked]) -> bool:
    """Open a loop to compare two records, unless it is open or was answered on the same facts."""
    mark = make_print(one.who, other.candidate.who)
    if one.is_dead or any(a.is_open or (a.print == mark and not a.was_apart) for a in asked):
        return False
    open_loop(acting, _draft(one, other.candidate.id, compared.because, mark))
    return True


def _draft(one: Arrived, other_id: UUID, because: tuple[Say, ...], mark: str) -> Draft:
    """Return the loop that asks whether a record is of the same person as another."""
    return Draft(
        kind=LoopKind.REVIEW,
        patient_id=one.id,
        unit_id=one.unit_id,
        label_mask=one.label_mask,
        title=Say("review.same_person"),
        because=because,
        if_waits=Say("review.same_if_waits"),
        step=Say("step.compare_records"),
        severity=Severity.MODERATE,
        queue_id=one.unit_id,
        check_name=SAME_PERSON,
        finding_key=str(other_id),
        finding_print=mark,
    )
