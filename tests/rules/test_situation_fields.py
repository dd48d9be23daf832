"""What a situation leaves open: read as typed, refused with a reason, and written back as it was."""

from datetime import UTC, date, datetime, time

import pytest

from careloop.facts.composer import AskAs
from careloop.facts.messages import ALWAYS, FIELD_KINDS, Field, Value
from careloop.rules.situation_fields import how_asked, list_asked, names_of, read_fields, write_typed

AT, ZONE = datetime(2026, 11, 20, 15, tzinfo=UTC), "America/New_York"


def read(field: Field, *given: str, known: Value | None = None) -> object:
    """Return the value, or the key of what is wrong."""
    typed = dict(zip(names_of(field), given, strict=True)) if given else {}
    found = read_fields([field], typed, {field: known} if known is not None else {}, at=AT, zone=ZONE)
    return found.values[field] if field in found.values else found.wrong[field].key.removeprefix("compose_field.")


@pytest.mark.parametrize(
    ("field", "given", "found"),
    [
        (Field.WHEN, ("2026-11-30", "09:30"), datetime(2026, 11, 30, 14, 30, tzinfo=UTC)),
        (Field.WHEN, ("2026-11-19", "09:30"), "past"),
        (Field.WHEN, ("2026-11-30", ""), "missing"),
        (Field.WHEN, ("2026-11-30", "nine"), "moment"),
        (Field.WHEN, ("2026-11-30", "09:30+01:00"), "moment"),
        (Field.UNTIL, ("2027-03-14", "02:30"), "skipped"),
        (Field.OLD_WHEN, ("2026-11-19", "09:30"), datetime(2026, 11, 19, 14, 30, tzinfo=UTC)),
        (Field.DAY, ("2026-11-20",), date(2026, 11, 20)),
        (Field.DAY, ("2026-11-19",), "past"),
        (Field.DAY, ("soon",), "day"),
        (Field.SEEN_ON, ("2026-11-19",), date(2026, 11, 19)),
        (Field.SEEN_ON, ("2026-11-21",), "ahead"),
        (Field.OPENS, ("08:00",), time(8)),
        (Field.OPENS, ("eight",), "hour"),
        (Field.AMOUNT, ("295",), 29500),
        (Field.AMOUNT, ("$1,295.50",), 129550),
        (Field.AMOUNT, ("12,95",), "amount"),
        (Field.AMOUNT, ("0",), "amount"),
        (Field.AMOUNT, ("1000001",), "amount"),
        (Field.NUMBER, ("(555) 010-0177",), "(555) 010-0177"),
        (Field.NUMBER, ("010-0177",), "number"),
        (Field.DOCUMENT, ("plan_card",), "plan_card"),
        (Field.DOCUMENT, ("passport of the cat",), "choose"),
        (Field.PHRASE, ("  we asked \n again ",), "we asked again"),
        (Field.PHRASE, ("x" * 121,), "too_long"),
        (Field.STEPS, ("x" * 600,), "x" * 600),
        (Field.STEPS, ("x" * 601,), "too_long"),
    ],
)  # fmt: skip
def test_what_was_typed_is_read_or_refused_with_its_reason(field: Field, given: tuple[str, ...], found: object) -> None:
    assert read(field, *given) == found


def test_what_nobody_typed_comes_from_the_record_and_what_was_emptied_does_not() -> None:
    assert read(Field.PLACE, known="14 Elm Street") == "14 Elm Street"
    assert read(Field.PLACE, "", known="14 Elm Street") == "missing"
    assert read(Field.PLACE) == "missing"


@pytest.mark.parametrize("field", [one for one in Field if one not in ALWAYS])
def test_every_field_is_asked_for_as_its_kind_and_comes_back_as_it_was_typed(field: Field) -> None:
    samples: dict[type, Value] = {
        datetime: datetime(2026, 11, 30, 14, 30, tzinfo=UTC), date: date(2026, 11, 20), time: time(8, 30),
        int: 29505, str: "(555) 010-0177",
    }  # fmt: skip
    value = samples[FIELD_KINDS[field]]
    if how_asked(field) is AskAs.DOCUMENT:
        value = "id_card"

    typed = write_typed(field, value, ZONE)

    assert set(typed) == set(names_of(field))
    if list_asked([field]):
        assert read_fields([field], typed, {}, at=AT, zone=ZONE).values == {field: value}


def test_a_link_a_medicine_and_what_the_frame_says_is_never_asked_for() -> None:
    assert list_asked(Field) == tuple(one for one in Field if one not in (*ALWAYS, Field.LINK, Field.MEDICINE))
