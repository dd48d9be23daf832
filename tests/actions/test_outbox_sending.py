"""What goes out, as the worker sends it: claimed, looked at again, handed over, looked up, and told to the loops."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.consents import add_member, give_consent, take_back
from careloop.actions.outbox import choose_contact, send_message
from careloop.actions.outbox_receipts import keep_incoming
from careloop.actions.outbox_sending import claim_due
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.outbox import ChoiceKind, Handed, InboxSource, LookedUp, Parcel, Went
from careloop.jobs.outbox import send_due
from tests.actions.look import ask, ask_one, broken_invariants
from tests.outgoing import after, bring_reachable, draft
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db
ANA = MemberDraft("Ana Alvarez", Relation.CHILD, phone="(555) 010-0199")
RIDES = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.TEXT,), GivenHow.SCREEN)
NIGHT = datetime.fromisoformat("2026-11-21T03:30:00+00:00")


@dataclass
class Gateway:
    """A provider in memory: what it took, and how it answers next."""

    answers: list[Handed] = field(default_factory=list)
    took: list[Parcel] = field(default_factory=list)
    can_tell: bool = True

    def send(self, parcel: Parcel) -> Handed:
        handed = self.answers.pop(0) if self.answers else Handed(Went.SENT, f"SM{len(self.took)}")
        if handed.went in (Went.SENT, Went.UNKNOWN) and handed.said != "lost":
            self.took.append(parcel)
        return handed

    def look_up(self, parcel: Parcel) -> LookedUp:
        found = [f"SM{n}" for n, one in enumerate(self.took) if one.key == parcel.key]
        return LookedUp(self.can_tell, tuple(found) if self.can_tell else ())


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_reachable(house)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


def run(gateway: Gateway, at: datetime = NOW) -> bool:
    return send_due(lambda: at, lambda _road: gateway)  # type: ignore[arg-type,return-value]


def states(patient: UUID) -> list[str]:
    return [one for (one,) in ask("SELECT state FROM outbox WHERE patient_id = %s ORDER BY meant_at, no", patient)]


def tasks(patient: UUID) -> list[Any]:
    return ask(
        "SELECT check_name, because -> 0 ->> 'key' FROM loop WHERE patient_id = %s AND check_name <> ''", patient
    )


def test_what_is_due_goes_once_with_its_receipt(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    key = send_message(dana, rosa, draft(rosa))

    assert run(gateway)
    assert not run(gateway)

    assert [one.outbox_id for one in gateway.took] == [key]
    found = ask("SELECT state, reference, sent_at, attempts FROM outbox WHERE id = %s", key)
    assert found == [("sent", "SM0", NOW, 1)]
    lines = ask("SELECT event, token > 0 FROM outbox_event WHERE outbox_id = %s ORDER BY id", key)
    assert lines == [("queued", False), ("claimed", True), ("sent", True)]
    assert broken_invariants() == {}


def test_nothing_goes_before_its_time_nor_within_the_time_to_undo(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    send_message(dana, rosa, draft(rosa, undo_seconds=10))
    send_message(dana, rosa, draft(rosa, not_before=after(hours=1)))

    assert not run(gateway)
    assert run(gateway, after(seconds=10))
    assert states(rosa) == ["sent", "waiting"]


def test_nobody_is_written_to_at_night_and_a_message_that_would_be_too_late_then_is_not_sent(
    dana: Acting, rosa: UUID, gateway: Gateway
) -> None:
    # 10:30 in the evening in New York.
    send_message(dana, rosa, draft(rosa, not_before=NIGHT))
    late = send_message(dana, rosa, draft(rosa, not_before=NIGHT, good_until=NIGHT + timedelta(hours=2)))

    run(gateway, NIGHT)
    run(gateway, NIGHT)

    assert gateway.took == []
    morning = ask_one("SELECT next_at FROM outbox WHERE patient_id = %s AND state = 'waiting' AND id <> %s", rosa, late)
    assert morning == datetime.fromisoformat("2026-11-21T13:00:00+00:00")
    run(gateway, morning)
    run(gateway, morning)
    assert states(rosa) == ["sent", "withdrawn"]
    assert tasks(rosa) == [("outbox_not_sent", "outbox.stopped_too_late")]


def test_nothing_overtakes_what_comes_before_it_in_its_thread(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    first, second = send_message(dana, rosa, draft(rosa)), send_message(dana, rosa, draft(rosa, words="And bring her."))
    gateway.answers = [Handed(Went.TRY_AGAIN, said="503")]

    run(gateway)
    run(gateway, after(seconds=30))
    assert gateway.took == []

    for minutes in (1, 2):
        run(gateway, after(minutes=minutes))
    assert [one.outbox_id for one in gateway.took] == [first, second]


@pytest.mark.parametrize(
    ("stop", "because"),
    [
        ("UPDATE patient SET is_dead = true WHERE id = %s", "dead"),
        (
            "INSERT INTO contact_choice (patient_id, unit_id, label_mask, kind, road, value, because, at, by_id)"
            " SELECT id, unit_id, 0, 'stop', 'text', '{}', '', now(), '00000000-0000-7000-8000-000000000001'"
            " FROM patient WHERE id = %s",
            "stopped",
        ),
        ("UPDATE contact_point SET frozen_at = now(), frozen_because = 'x' WHERE patient_id = %s", "frozen"),
    ],
)
def test_what_changed_since_it_was_written_withdraws_it_in_the_claim(
    dana: Acting, rosa: UUID, gateway: Gateway, stop: str, because: str
) -> None:
    key = send_message(dana, rosa, draft(rosa))
    past_the_doors(stop, rosa)

    run(gateway)

    assert gateway.took == []
    assert ask("SELECT state, stopped_because FROM outbox WHERE id = %s", key) == [("withdrawn", because)]


def test_a_consent_taken_back_between_claim_and_sending_stops_it(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    ana = add_member(dana, rosa, ANA)
    give_consent(dana, rosa, RIDES, member_id=ana)
    send_message(dana, rosa, draft(rosa, member_id=ana))

    class Late(Gateway):
        def send(self, parcel: Parcel) -> Handed:
            raise AssertionError(parcel)

    claimed = claim_due(system(Purpose.SWEEP), how_many=10)
    assert claimed is not None
    take_back(dana, rosa, member_id=ana, reason="Changed her mind")
    from careloop.actions.outbox_sending import hand_over

    def hand(parcels: Sequence[Parcel]) -> Sequence[Handed]:
        assert parcels == []
        return []

    hand_over(system(Purpose.SWEEP), claimed.keys, hand)
    assert ask("SELECT state, stopped_because FROM outbox WHERE patient_id = %s", rosa) == [("withdrawn", "no_consent")]


def test_what_the_circle_is_told_stands_in_the_ledger(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    ana = add_member(dana, rosa, ANA)
    (consent,) = give_consent(dana, rosa, RIDES, member_id=ana)
    send_message(dana, rosa, draft(rosa, member_id=ana))

    run(gateway)

    told = ask("SELECT recipient, consent_id, words FROM disclosure WHERE patient_id = %s", rosa)
    assert told == [("Ana Alvarez", consent, "Can you come on Monday?")]
    assert broken_invariants() == {}


def test_an_unknown_outcome_is_looked_up_and_never_sent_twice(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    send_message(dana, rosa, draft(rosa))
    gateway.answers = [Handed(Went.UNKNOWN, said="TimeoutError")]

    run(gateway)
    assert states(rosa) == ["unknown"]
    run(gateway, after(minutes=3))

    assert states(rosa) == ["sent"]
    assert len(gateway.took) == 1


def test_what_never_came_there_is_sent_again_after_it_was_looked_up(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    send_message(dana, rosa, draft(rosa))
    gateway.answers = [Handed(Went.UNKNOWN, said="lost")]

    run(gateway)
    run(gateway, after(minutes=3))
    assert states(rosa) == ["waiting"]
    run(gateway, after(minutes=5))

    assert states(rosa) == ["sent"]
    assert len(gateway.took) == 1


def test_what_nobody_can_tell_is_never_sent_again_but_asked_about(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    send_message(dana, rosa, draft(rosa, road=Road.EMAIL))
    gateway.answers, gateway.can_tell = [Handed(Went.UNKNOWN, said="SMTPServerDisconnected")], False

    for minutes in (0, 3, 10, 60):
        run(gateway, after(minutes=minutes))

    assert states(rosa) == ["failed"]
    assert len(gateway.took) == 1
    assert tasks(rosa) == [("outbox_unclear", "outbox.unclear_because")]


def test_a_claim_that_nobody_came_back_with_is_looked_up(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    send_message(dana, rosa, draft(rosa))
    claim_due(system(Purpose.SWEEP), how_many=10)

    run(gateway, after(minutes=1))
    assert states(rosa) == ["claimed"]
    run(gateway, after(minutes=3))
    run(gateway, after(minutes=6))

    assert states(rosa) == ["sent"]
    assert len(gateway.took) == 1


def test_after_some_tries_it_failed_and_somebody_is_asked(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    send_message(dana, rosa, draft(rosa))
    other = send_message(dana, rosa, draft(rosa, road=Road.EMAIL, thread_id=None))
    gateway.answers = [Handed(Went.TRY_AGAIN, said="503")] * 5

    for hours in range(20):
        run(gateway, NOW + timedelta(minutes=29 * hours))

    assert states(rosa) == ["failed", "sent"]
    assert other == gateway.took[0].outbox_id
    assert tasks(rosa) == [("outbox_not_sent", "outbox.failed")]


def test_a_letter_waits_for_a_person(dana: Acting, house: House, rosa: UUID, gateway: Gateway) -> None:
    past_the_doors("UPDATE patient SET address_lines = '{12 Elm Street}', city = 'Troy' WHERE id = %s", rosa)
    send_message(dana, rosa, draft(rosa, road=Road.LETTER))
    gateway.answers = [Handed(Went.BY_HAND)]

    run(gateway)

    assert ask("SELECT state, held_for, next_at FROM outbox WHERE patient_id = %s", rosa) == [("held", "person", None)]
    assert tasks(rosa) == [("outbox_by_hand", "outbox.by_hand_because")]


@pytest.mark.parametrize(("status", "state"), [("delivered", "delivered"), ("undelivered", "failed")])
def test_a_receipt_is_kept_whole_and_moves_what_it_is_about(
    dana: Acting, rosa: UUID, gateway: Gateway, status: str, state: str
) -> None:
    send_message(dana, rosa, draft(rosa))
    run(gateway)
    about = {"MessageSid": "SM0", "MessageStatus": status, "ErrorCode": "30006"}
    raw = repr(about).encode()

    for _ in range(3):
        keep_incoming(system(Purpose.INTAKE), source=InboxSource.TEXT_STATUS, raw=raw, about=about)
    run(gateway)
    run(gateway)

    assert states(rosa) == [state]
    assert ask_one("SELECT count(*) FROM inbox_item WHERE state = 'done'") == 1
    assert tasks(rosa) == ([] if state == "delivered" else [("outbox_not_sent", "outbox.failed")])


def test_a_stop_is_said_once_more_and_no_more(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    choose_contact(dana, rosa, ChoiceKind.STOP, road=Road.TEXT, because="STOP")
    last = draft(rosa, words="", situation="stop_confirmed", is_last_word=True)
    send_message(dana, rosa, last)

    run(gateway)

    assert len(gateway.took) == 1
    assert broken_invariants() == {}


def past_the_doors(statement: str, *values: object) -> None:
    from tests.outgoing import past

    past(statement, *values)
