"""A message for one person: its language, its road, its days in words, what stops it and what it leaves to be done."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.messages import load_messages, load_private_names, load_tongues
from careloop.facts.consents import Road
from careloop.facts.messages import PIECES, Composed, Field, Hold, Need, Piece, Private, Reader, State, Template, Value
from careloop.rules.compose import compose, preview, write_day, write_hour, write_moment

CHICAGO, NEW_YORK = "America/Chicago", "America/New_York"
WHEN = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
VALUES: dict[Field, Value] = {
    Field.NAME: "Rosa",
    Field.SENDER: "Dana",
    Field.PHONE: "(555) 010-0100",
    Field.WHEN: WHEN,
    Field.PLACE: "12 Oak Street",
}
BOOKED = load_messages()["visit_booked"]
EN, ES = load_tongues()["en"], load_tongues()["es"]


def signed(*languages: str, of: Template = BOOKED) -> Template:
    """Return a template whose words in these languages are approved."""
    versions = {
        key: replace(one, state=State.APPROVED, reviewer="Kim Tran, RN", reviewed_on=date(2026, 11, 20))
        if key in languages
        else one
        for key, one in of.versions.items()
    }
    return replace(of, versions=versions)


def go(template: Template, language: str, road: Road = Road.TEXT, **more: object) -> Composed:
    reader = Reader(language, CHICAGO, more.pop("chosen", frozenset()))  # type: ignore[arg-type]
    values = {**VALUES, **{Field(name): value for name, value in more.items()}}
    return compose(template, reader, road, values, tongues=load_tongues(), names=load_private_names())  # type: ignore[arg-type]


def test_an_approved_message_goes_as_it_is() -> None:
    sent = go(signed("en"), "en")

    assert sent.pieces == (
        (
            Piece.TEXT,
            "Hi Rosa, it is Dana. Your visit is set for Monday, November 23 at 9:30 am at 12 Oak Street. "
            "Reply 2 to change it. Questions? Call (555) 010-0100. Reply STOP to end texts.",
        ),
    )
    assert (sent.holds, sent.needs, sent.private) == (frozenset(), frozenset(), ())
    assert sent.parts is not None
    assert sent.parts.parts == 2


def test_an_approved_language_is_the_person_s_own() -> None:
    sent = go(signed("en", "es"), "es-MX")

    assert sent.language == "es"
    assert sent.pieces[0][1].startswith("Hola Rosa, soy Dana. Su cita es el lunes 23 de noviembre a las 9:30 am en ")
    assert sent.needs == frozenset()


@pytest.mark.parametrize("language", ["es", "vi", "zh-Hant"])
def test_a_language_that_is_missing_or_not_approved_goes_in_english_and_asks_for_an_interpreter(language: str) -> None:
    sent = go(signed("en"), language)

    assert (sent.language, sent.asked_language) == ("en", language)
    assert sent.pieces[0][1].startswith("Hi Rosa")
    assert sent.needs == {Need.INTERPRETER}
    assert sent.holds == frozenset()


def test_words_that_only_were_reviewed_are_not_approved() -> None:
    template = signed("en", "es")
    reviewed = replace(template.versions["es"], state=State.REVIEWED)

    sent = go(replace(template, versions={**template.versions, "es": reviewed}), "es")

    assert (sent.language, sent.needs) == ("en", {Need.INTERPRETER})


@pytest.mark.parametrize("key", load_messages())
def test_what_is_shipped_is_held_on_every_road_since_nobody_approved_it(key: str) -> None:
    template = load_messages()[key]
    values: dict[Field, Value] = {**dict.fromkeys(Field, "Lee"), Field.AMOUNT: 1}
    values |= dict.fromkeys((Field.WHEN, Field.OLD_WHEN, Field.UNTIL, Field.PICKUP), WHEN)
    values |= dict.fromkeys((Field.DAY, Field.SEEN_ON), date(2026, 11, 30))
    values |= dict.fromkeys((Field.OPENS, Field.CLOSES), time(8))

    for road in template.roads:
        sent = compose(
            template, Reader("es", CHICAGO), road, values, tongues=load_tongues(), names=load_private_names()
        )
        assert Hold.NOT_APPROVED in sent.holds
        assert sent.needs == {Need.INTERPRETER}
        assert [piece for piece, _text in sent.pieces] == list(PIECES[road])
        assert not any("{" in text for _piece, text in sent.pieces)


@pytest.mark.parametrize("place", ["Harbor Cardiology", "Oncología del Sur", "Dialysis, 12 Oak Street"])
def test_a_value_that_tells_too_much_holds_a_text_and_not_a_letter(place: str) -> None:
    told = go(signed("en"), "en", place=place)

    assert told.holds == {Hold.PRIVATE_WORDS}
    assert {word.piece for word in told.private} == {Piece.TEXT}
    assert go(signed("en"), "en", Road.LETTER, place=place).holds == frozenset()


def test_what_the_patient_chose_may_be_named() -> None:
    chosen = frozenset({Private.SPECIALTY})

    assert go(signed("en"), "en", place="Harbor Cardiology", chosen=chosen).holds == frozenset()


@pytest.mark.parametrize("key", load_messages())
def test_subject_envelope_and_voicemail_are_the_same_whatever_it_is_about(key: str) -> None:
    template = load_messages()[key]
    alike = {
        Piece.EMAIL_SUBJECT: "A message for you from Dana",
        Piece.ENVELOPE: "Rosa",
        Piece.VOICEMAIL: "Hello. This is Dana. I have a message for Rosa. Please call me back at (555) 010-0100. "
        "Thank you.",
    }
    values = {**dict.fromkeys(Field, "x"), **VALUES, Field.AMOUNT: 1}
    values |= dict.fromkeys((Field.WHEN, Field.OLD_WHEN, Field.UNTIL, Field.PICKUP), WHEN)
    values |= dict.fromkeys((Field.DAY, Field.SEEN_ON), date(2026, 11, 30))
    values |= dict.fromkeys((Field.OPENS, Field.CLOSES), time(8))

    for road in set(template.roads) & {Road.EMAIL, Road.LETTER, Road.PHONE}:
        sent = preview(
            template, Reader("en", CHICAGO), road, values, tongues=load_tongues(), names=load_private_names()
        )
        assert sent.pieces[0] == (sent.pieces[0][0], alike[sent.pieces[0][0]])


def test_a_preview_shows_the_draft_of_the_language_that_was_asked_for() -> None:
    shown = preview(
        BOOKED, Reader("es", CHICAGO), Road.PORTAL, VALUES, tongues=load_tongues(), names=load_private_names()
    )

    assert shown.language == "es"
    assert "Es el lunes 23 de noviembre a las 9:30 de la mañana." in shown.pieces[0][1]
    assert shown.holds == {Hold.NOT_APPROVED}
    assert shown.parts is None


def test_a_preview_of_a_language_that_is_missing_is_refused() -> None:
    with pytest.raises(LookupError):
        preview(BOOKED, Reader("vi", CHICAGO), Road.TEXT, VALUES, tongues=load_tongues(), names=load_private_names())


def test_a_road_that_is_not_the_message_s_is_refused() -> None:
    with pytest.raises(Refusal) as no:
        go(load_messages()["reminder_prepare"], "en", Road.TEXT)

    assert no.value.say == Say("refusal.message_road")


@pytest.mark.parametrize("field", [Field.NAME, Field.SENDER, Field.PHONE, Field.WHEN, Field.PLACE])
def test_a_value_that_is_missing_is_named(field: Field) -> None:
    values = {name: value for name, value in VALUES.items() if name is not field}

    with pytest.raises(KeyError, match=field):
        compose(
            signed("en"), Reader("en", CHICAGO), Road.TEXT, values, tongues=load_tongues(), names=load_private_names()
        )


def test_a_value_of_another_kind_is_named() -> None:
    with pytest.raises(TypeError, match=r"when is a datetime, not a str"):
        go(signed("en"), "en", when="Monday")
    with pytest.raises(TypeError, match=r"when is a moment without a zone"):
        go(signed("en"), "en", when=WHEN.replace(tzinfo=None))
    with pytest.raises(TypeError, match=r"place is a str"):
        go(signed("en"), "en", place=True)


@given(name=st.text())
def test_a_value_stays_what_it_is_and_on_one_line(name: str) -> None:
    sent = go(signed("en"), "en", name=f"{name}{{phone}}\n{{")

    assert sent.pieces[0][1].startswith(f"Hi {' '.join((name + '{phone} {').split())}, it is Dana.")
    assert "\n" not in sent.pieces[0][1]


def test_an_answer_stands_without_a_greeting() -> None:
    sent = go(load_messages()["stop_confirmed"], "en")

    assert sent.pieces[0][1].startswith("You will get no more texts")
    assert "STOP" not in sent.pieces[0][1]


@pytest.mark.parametrize(
    ("at", "english", "spanish"),
    [
        (datetime(2026, 11, 23, 15, 30, tzinfo=UTC), "Monday, November 23 at 9:30 in the morning",
         "lunes 23 de noviembre a las 9:30 de la mañana"),
        (datetime(2026, 11, 23, 18, 0, tzinfo=UTC), "Monday, November 23 at noon", "lunes 23 de noviembre al mediodía"),
        (datetime(2026, 11, 24, 6, 0, tzinfo=UTC), "Tuesday, November 24 at midnight",
         "martes 24 de noviembre a la medianoche"),
        (datetime(2026, 11, 23, 19, 5, tzinfo=UTC), "Monday, November 23 at 1:05 in the afternoon",
         "lunes 23 de noviembre a la 1:05 de la tarde"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), "Monday, November 23 at 6 in the evening",
         "lunes 23 de noviembre a las 6 de la noche"),
        (datetime(2026, 11, 23, 6, 30, tzinfo=UTC), "Monday, November 23 at 12:30 in the morning",
         "lunes 23 de noviembre a las 12:30 de la mañana"),
        (datetime(2026, 7, 4, 14, 0, tzinfo=UTC), "Saturday, July 4 at 9 in the morning",
         "sábado 4 de julio a las 9 de la mañana"),
    ],
)  # fmt: skip
def test_a_moment_is_said_in_words_of_the_person_s_zone(at: datetime, english: str, spanish: str) -> None:
    assert write_moment(at, EN, CHICAGO) == english
    assert write_moment(at, ES, CHICAGO) == spanish


def test_the_zone_decides_the_day_and_summer_time_the_hour() -> None:
    at = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)

    assert write_moment(at, EN, CHICAGO) == "Sunday, November 22 at 11:30 in the evening"
    assert write_moment(at, EN, NEW_YORK, is_short=True) == "Monday, November 23 at 12:30 am"


@given(at=st.datetimes(timezones=st.just(UTC)), tongue=st.sampled_from([EN, ES]))
def test_no_moment_is_written_as_digits_of_a_date(at: datetime, tongue: object) -> None:
    text = write_moment(at, tongue, "UTC")  # type: ignore[arg-type]

    assert "/" not in text
    assert str(at.year) not in text or at.year < 1000
    assert write_day(at.date(), tongue) in text  # type: ignore[arg-type]


def test_hours_alone_can_stand_between_others() -> None:
    assert write_hour(time(8), EN) == "8 in the morning"
    assert write_hour(time(12), ES) == "el mediodía"
    assert write_hour(time(17, 15), ES, is_short=True) == "las 5:15 pm"
