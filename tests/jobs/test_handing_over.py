"""A channel that does not foresee something stops one message, never the worker and everybody else's messages."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import OperationalError
from psycopg.errors import DeadlockDetected, OutOfMemory

from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.outbox import Handed, Parcel, Went
from careloop.guard.again import TRIES
from careloop.jobs import outbox
from careloop.jobs.outbox import _hand, _hand_over

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
GOOD = Parcel(UUID(int=1), 1, Road.EMAIL, "rosa@home.example", {}, "key-1", AT, "es")
BAD = replace(GOOD, outbox_id=UUID(int=2), address="lucía@home.example")


@dataclass
class OldChannel:
    """Takes ASCII alone, as a library may."""

    def send(self, parcel: Parcel) -> Handed:
        """Hand it over."""
        return Handed(Went.SENT, parcel.address.encode("ascii").decode())


def test_what_a_channel_did_not_foresee_stops_one_and_is_never_sent_again_blindly() -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        gone = _hand(pool, lambda _road: OldChannel(), [GOOD, BAD, GOOD])  # type: ignore[arg-type, return-value]

    assert [one.went for one in gone] == [Went.SENT, Went.UNKNOWN, Went.SENT]
    assert gone[1].said == "UnicodeEncodeError"


@dataclass
class Fate:
    """Hands over in the database's place: undone so many times, before or after the first parcel has left."""

    times: int
    fault: type[Exception] = DeadlockDetected
    has_left: bool = False
    tries: int = 0

    def __call__(self, _acting: Acting, _keys: object, hand: Callable[[Sequence[Parcel]], Sequence[Handed]]) -> int:
        """Hand over, or break off as Django tells it."""
        self.tries += 1
        if self.tries > self.times or self.has_left:
            hand([GOOD])
        if self.tries <= self.times:
            raise OperationalError from self.fault()
        return 1


def hand_over(fate: Fate, monkeypatch: pytest.MonkeyPatch) -> int:
    """Hand one over under this fate; return how many left."""
    left: list[Parcel] = []

    def hand(parcels: Sequence[Parcel]) -> Sequence[Handed]:
        left.extend(parcels)
        return [Handed(Went.SENT, "r") for _ in parcels]

    monkeypatch.setattr(outbox, "hand_over", fate)
    try:
        _hand_over(lambda: AT, [(GOOD.outbox_id, 1)], hand)
    except OperationalError:
        return -len(left) - 1
    return len(left)


def test_a_stop_in_the_way_of_the_last_look_lets_it_be_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hand_over(Fate(TRIES - 1), monkeypatch) == 1
    assert hand_over(Fate(TRIES), monkeypatch) == -1


def test_once_a_parcel_has_left_nothing_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fate = Fate(1, has_left=True)

    assert hand_over(fate, monkeypatch) == -2
    assert fate.tries == 1


def test_another_fault_is_left_to_the_next_round(monkeypatch: pytest.MonkeyPatch) -> None:
    fate = Fate(1, fault=OutOfMemory)

    assert hand_over(fate, monkeypatch) == -1
    assert fate.tries == 1
