"""Identifiers: UUIDs of version 7, in the order in which they were made."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from careloop.basics.ids import new_id

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2600, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments)
@example(datetime(2249, 1, 1, 0, 0, 0, 4999, tzinfo=UTC))
def test_an_id_says_its_version_its_variant_and_its_moment(at: datetime) -> None:
    made = new_id(at)

    assert made.version == 7
    assert (made.int >> 62) & 0b11 == 0b10
    assert made.int >> 80 == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(moments, st.integers(1, 10**9))
def test_what_is_made_later_sorts_later_as_a_number_as_text_and_as_bytes(at: datetime, millis: int) -> None:
    one, other = new_id(at), new_id(at + timedelta(milliseconds=millis))

    assert one < other
    assert str(one) < str(other)
    assert one.bytes < other.bytes


def test_ids_of_one_moment_are_all_different() -> None:
    assert len({new_id(AT) for _ in range(5000)}) == 5000
