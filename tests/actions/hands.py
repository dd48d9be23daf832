"""Loops in the hands of tests: a patient with a coordinator, verbs by name, and what became of a loop."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from careloop.actions import worklist as verbs
from careloop.facts.access import Acting
from careloop.facts.worklist import ContactResult, Outcome
from careloop.reads.worklist import get_explanation
from tests.actions.look import ask, ask_json
from tests.formats.fhir.samples import PATIENT, changed
from tests.people import TODAY, House, find_patient, give_to, take_in

# 8 am and 5 pm in New York on days after NOW (Friday, 10 am there), as the database gives them back.
SOON = TODAY + timedelta(days=7)


def take_patient_in(house: House, fhir_id: str = "p1", *, coordinator: str = "dana") -> UUID:
    take_in(json.dumps(changed(PATIENT, id=fhir_id)).encode(), house.north, name=f"{fhir_id}.json")
    found = find_patient(fhir_id)
    give_to(house, coordinator, found)
    return found


def make_task(house: House, patient: UUID, *, by: str = "dana", **given: Any) -> UUID:  # noqa: ANN401
    given = {"title": "Call about the ride", "due_on": None, "note": ""} | given
    return verbs.open_task(house.acting(by), patient, **given)


Verb = Callable[[Acting, UUID, int], int]

VERBS: dict[str, Verb] = {
    "start": lambda who, loop, version: verbs.start_loop(who, loop, version=version),
    "contact": lambda who, loop, version: verbs.log_contact(
        who, loop, version=version, result=ContactResult.LEFT_MESSAGE, note="Asked to call back."
    ),
    "finish": lambda who, loop, version: verbs.finish_loop(
        who, loop, version=version, outcome=Outcome.DONE, note="She has a ride."
    ),
    "snooze": lambda who, loop, version: verbs.snooze_loop(
        who, loop, version=version, until=who.at.date() + timedelta(days=7), reason="Away."
    ),
    "to the team": lambda who, loop, version: verbs.hand_off_loop(
        who, loop, version=version, to_person=None, to_unit=unit_of(loop), note="Who has time?"
    ),
    "take": lambda who, loop, version: verbs.take_loop(who, loop, version=version),
    "not needed": lambda who, loop, version: verbs.dismiss_loop(
        who, loop, version=version, outcome=Outcome.DECLINED, reason="Wants no ride."
    ),
    "reopen": lambda who, loop, version: verbs.reopen_loop(who, loop, version=version, reason="It fell through."),
    "undo": lambda who, loop, version: verbs.undo_last(who, loop, version=version),
}


def unit_of(loop: UUID) -> int:
    ((unit,),) = ask("SELECT unit_id FROM loop WHERE id = %s", loop)
    return int(unit)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a loop stands, in plain values."""

    state: str
    owner: UUID | None
    queue: int | None
    step: str | None
    next_at: datetime | None
    outcome: str | None
    version: int
    snoozed_until: date | None


def stand(loop: UUID) -> Standing:
    """Return where a loop stands."""
    ((state, owner, queue, step, next_at, outcome, version, until),) = ask(
        "SELECT state, owner_id, queue_id, next_step ->> 'key', next_at, outcome, version, snoozed_until"
        " FROM loop WHERE id = %s",
        loop,
    )
    return Standing(state, owner, queue, step, next_at, outcome, version, until)


def whole(loop: UUID) -> dict[str, Any]:
    """Return every column of a loop but its version."""
    row: dict[str, Any] = ask_json("SELECT to_jsonb(l) - 'version' FROM loop l WHERE id = %s", loop)
    return row


def last_line(house: House, loop: UUID, *, reader: str = "dana") -> tuple[str, str, str, str]:
    """Return event, sentence, note and who of the newest line of history."""
    line = get_explanation(house.acting(reader), loop).history[0]
    return str(line.event), line.say.key, line.note, line.who


def audited(house: House, patient: UUID) -> list[tuple[str, str, str]]:
    """Return what the log says was done about a patient, newest first: who, what, outcome."""
    rows = ask("SELECT person_name, what, outcome FROM who_looked(%s, 100)", patient)
    return [(who, what.rsplit(".", 1)[-1], outcome) for who, what, outcome in rows]
