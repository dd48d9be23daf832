"""A channel that does not foresee something stops one message, never the worker and everybody else's messages."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from careloop.facts.consents import Road
from careloop.facts.outbox import Handed, Parcel, Went
from careloop.jobs.outbox import _hand

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
