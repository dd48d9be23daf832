"""What cannot come in stays whole in the inbox, with one review for the document until it is mended or set aside."""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.worklist import dismiss_loop, finish_loop, reopen_loop, undo_last
from careloop.basics.refusals import Refusal
from careloop.facts.receipts import Receipt
from careloop.facts.worklist import Outcome, State
from careloop.reads.worklist import get_explanation
from tests.actions.look import ask, ask_one, broken_invariants
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, bundle, changed, entry
from tests.people import NOW, House, find_patient, later, take_in

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
BAD = changed(OBSERVATION, id="o2", status=None)
STRAY = changed(OBSERVATION, id="o3", subject={"reference": "Patient/unknown"})


def take(document: Json | bytes, house: House, *, name: str = "one.json", at: datetime = NOW) -> Receipt:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return take_in(raw, house.north, name=name, at=at)


def inbox() -> list[tuple[str, bytes]]:
    return [(state, bytes(body)) for state, body in ask("SELECT state, body FROM inbox ORDER BY id")]


def reviews() -> list[tuple[UUID, str, str | None]]:
    return [tuple(row) for row in ask("SELECT id, state, outcome FROM loop WHERE kind = 'review' ORDER BY id")]


def review(house: House) -> UUID:
    ((key, _, _),) = [one for one in reviews() if one[1] != "closed"]
    return key


def test_what_belongs_to_nobody_known_is_kept_whole_with_reason_and_remedy(house: House) -> None:
    receipt = take(STRAY, house, name="stray.json")

    (line,) = receipt.rejected
    assert (line.file, line.path) == ("stray.json", "Observation.subject")
    assert "Patient/unknown" in line.why
    assert line.fix
    assert receipt.resources == {}
    assert inbox() == [("rejected", json.dumps(STRAY).encode())]
    ((sha256,),) = ask("SELECT sha256 FROM inbox")
    assert bytes(sha256) == hashlib.sha256(json.dumps(STRAY).encode()).digest()
    assert ask_one("SELECT count(*) FROM resource") == 0
    assert broken_invariants() == {}


@pytest.mark.parametrize("bad", [BAD, STRAY], ids=["against the schema", "of nobody"])
def test_a_transaction_is_refused_as_a_whole_and_nothing_of_it_is_lost(house: House, bad: Json) -> None:
    receipt = take(bundle(entry(PATIENT), entry(CONDITION), entry(bad)), house)

    assert (receipt.created, receipt.patients, len(receipt.rejected)) == (0, 0, 1)
    assert ask_one("SELECT count(*) FROM patient") == 0
    (_, one), (_, rest) = inbox()
    assert json.loads(one) == bad
    assert [each["resource"] for each in json.loads(rest)["entry"]] == [PATIENT, CONDITION]
    assert broken_invariants() == {}


@pytest.mark.parametrize("bad", [BAD, STRAY], ids=["against the schema", "of nobody"])
@pytest.mark.parametrize("kind", ["batch", "collection"])
def test_of_a_batch_only_the_bad_part_is_refused(house: House, bad: Json, kind: str) -> None:
    receipt = take(bundle(entry(PATIENT), entry(bad), entry(CONDITION), kind=kind), house)

    assert (receipt.created, len(receipt.rejected)) == (2, 1)
    assert receipt.resources == {"Patient": 1, "Condition": 1}
    assert [json.loads(body) for _, body in inbox()] == [bad]


def test_a_resource_that_another_patient_holds_is_refused_and_moves_nowhere(house: House) -> None:
    other = changed(PATIENT, id="p9")
    stolen = changed(OBSERVATION, subject={"reference": "Patient/p9"})
    take(bundle(entry(PATIENT), entry(OBSERVATION)), house)

    alone = take(bundle(entry(other), entry(stolen), kind="batch"), house, name="two.json")
    together = take(bundle(entry(PATIENT), entry(other), entry(stolen), kind="batch"), house, name="three.json")

    assert [line.why for line in (*alone.rejected, *together.rejected)] == [
        "is kept in the record of another patient"
    ] * 2
    assert ask("SELECT patient_id FROM chart_fact") == [(find_patient("p1"),)]
    assert ask("SELECT version FROM resource WHERE type = 'Observation'") == [(1,)]


@pytest.mark.parametrize(
    "raw",
    [b"", b"not json", b'{"resourceType":"Patient","id":"p1","name":[{"family":"a\\u0000b"}]}', b"\xff\xfe\x00",
     b'{"resourceType":"Patient","id":"p1","a\\u0000":1}'],
    ids=["empty", "no json", "NUL", "bytes", "NUL in a name"],
)  # fmt: skip
def test_any_bytes_are_kept_as_they_came(house: House, raw: bytes) -> None:
    receipt = take(raw, house)

    assert receipt.rejected[0].why
    assert inbox() == [("rejected", raw)]
    assert reviews()[0][1] == "to_do"


def test_one_review_stands_for_a_document_however_often_it_comes(house: House) -> None:
    for hour in range(3):
        take(BAD, house, at=later(hours=hour))
    take(BAD, house, name="another.json")

    assert len(reviews()) == 2
    assert len(inbox()) == 2
    told = get_explanation(house.acting("dana"), reviews()[0][0])
    assert told.row.title.key == "review.inbox"
    assert told.row.queue_name == "north"
    assert told.row.patient_id is None


def test_the_same_bad_line_twice_in_a_document_is_kept_once(house: House) -> None:
    receipt = take(bundle(entry(BAD), entry(BAD), kind="batch"), house)

    assert len(receipt.rejected) == 2
    assert len(inbox()) == 1


def test_the_review_closes_itself_when_the_mended_document_comes(house: House) -> None:
    take(bundle(entry(PATIENT), entry(BAD)), house)
    opened = review(house)

    take(bundle(entry(PATIENT), entry(OBSERVATION)), house, at=later(hours=1))

    assert reviews() == [(opened, "closed", "done")]
    assert {state for state, _ in inbox()} == {"taken"}
    assert get_explanation(house.acting("dana"), opened).history[0].say.key == "event.came_in"
    assert broken_invariants() == {}


CLOSERS = {
    "finished": lambda who, loop: finish_loop(who, loop, version=1, outcome=Outcome.DONE, note="Asked the sender."),
    "not needed": lambda who, loop: dismiss_loop(who, loop, version=1, outcome=Outcome.DUPLICATE, reason="Twice."),
}


@pytest.mark.parametrize("how", CLOSERS)
def test_a_review_closed_by_hand_sets_the_document_aside_whole(house: House, how: str) -> None:
    take(BAD, house)

    CLOSERS[how](house.acting("dana"), review(house))

    assert inbox() == [("set_aside", json.dumps(BAD).encode())]
    assert broken_invariants() == {}


def test_a_review_that_is_reopened_or_taken_back_brings_its_document_back(house: House) -> None:
    dana = house.acting("dana")
    take(BAD, house)
    loop = review(house)
    finish_loop(dana, loop, version=1, outcome=Outcome.DONE, note="Asked.")
    undo_last(dana, loop, version=2)
    states = [inbox()[0][0]]
    finish_loop(dana, loop, version=3, outcome=Outcome.DONE, note="Asked.")
    reopen_loop(dana, loop, version=4, reason="No answer came.")
    states.append(inbox()[0][0])

    assert states == ["rejected", "rejected"]
    assert get_explanation(dana, loop).row.state is State.TO_DO
    assert broken_invariants() == {}


def test_a_document_that_comes_again_after_it_was_set_aside_is_reviewed_again(house: House) -> None:
    dana = house.acting("dana")
    take(BAD, house)
    first = review(house)
    finish_loop(dana, first, version=1, outcome=Outcome.DONE, note="Asked the sender.")
    take(BAD, house, at=later(days=1))

    assert inbox()[0][0] == "rejected"
    assert len(reviews()) == 2
    with pytest.raises(Refusal) as told:
        reopen_loop(dana, first, version=2, reason="Again.")
    assert told.value.say.key == "refusal.open_already"


def test_nobody_of_another_team_sees_the_review(house: House) -> None:
    take(BAD, house)

    with pytest.raises(Refusal) as told:
        get_explanation(house.acting("kim"), review(house))
    assert told.value.say.key == "refusal.not_found"
