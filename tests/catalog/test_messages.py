"""Words for patients as data: situations, languages, grades, parts, private words, clear errors for a wrong file."""

from datetime import date
from pathlib import Path

import pytest

from careloop.catalog import messages
from careloop.catalog.messages import (
    DATA,
    SAMPLE_ZONE,
    load_messages,
    load_part_prices,
    load_private_names,
    load_samples,
    load_tongues,
    read_messages,
)
from careloop.catalog.speech import list_languages
from careloop.catalog.tables import KnowledgeError
from careloop.facts.consents import TOLD_TOPICS, Road
from careloop.facts.messages import PIECES, Alphabet, Field, Grade, Piece, Private, State
from careloop.rules.messages import find_faults, show_messages
from careloop.rules.private_words import find_private_words
from careloop.rules.reading_grade import grade_of, is_plain

MESSAGES = load_messages()
LINES = show_messages(
    MESSAGES.values(),
    {language: load_samples(language) for language in load_tongues()},
    tongues=load_tongues(),
    names=load_private_names(),
    prices=load_part_prices(),
    on=date(2026, 11, 20),
    zone=SAMPLE_ZONE,
)
ROW = """
[[message]]
key = "one"
topic = "visits"
roads = ["text"]
fields = ["when"]
[message.words.en]
body = "Your visit is {when}."
"""


def test_there_are_at_least_thirty_situations_on_every_topic_and_road() -> None:
    assert len(MESSAGES) >= 30
    assert {one.topic for one in MESSAGES.values()} == set(TOLD_TOPICS)
    assert {road for one in MESSAGES.values() for road in one.roads} == set(PIECES)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.template.key)
def test_every_message_has_every_language_at_grade_six_or_lower_and_carries_nothing_private(line: object) -> None:
    assert find_faults(line) == ()  # type: ignore[arg-type]
    assert {one.language for one in line.shown} == set(list_languages())  # type: ignore[attr-defined]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.template.key)
def test_a_text_with_made_up_values_fits_two_parts_of_the_short_alphabet(line: object) -> None:
    for shown in line.shown:  # type: ignore[attr-defined]
        assert shown.parts is None or (shown.parts.alphabet is Alphabet.GSM7 and shown.parts.parts <= 2)


def test_nobody_is_said_to_have_reviewed_what_nobody_reviewed() -> None:
    versions = [version for one in MESSAGES.values() for version in one.versions.values()]

    assert {(one.state, one.reviewer, one.reviewed_on) for one in versions} == {(State.DRAFT, "", None)}


def test_every_text_names_a_number_and_says_how_to_end_them_or_is_an_answer() -> None:
    for line in LINES:
        for shown in line.shown:
            for road in shown.roads:
                if road.road is Road.TEXT:
                    text = road.pieces[0][1]
                    assert "(555) 010-0100" in text, line.template.key
                    assert "STOP" in text or line.template.is_answer, line.template.key


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("piece", [piece for piece in Piece if piece is not Piece.ENVELOPE])
def test_what_stands_around_every_message_is_as_easy(language: str, piece: Piece) -> None:
    words = {"name": "Rosa", "sender": "Dana", "phone": "(555) 010-0100", "body": ""}

    assert is_plain(grade_of(load_tongues()[language].frames[piece].format_map(words), language))


def test_a_hard_message_would_be_noticed() -> None:
    assert not is_plain(grade_of("Utilization management determination notification follows.", "en"))
    assert isinstance(LINES[0].shown[0].grades[0][1], Grade)


@pytest.mark.parametrize("language", list_languages())
def test_there_is_a_made_up_value_for_every_field(language: str) -> None:
    assert load_samples(language).keys() == set(Field)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("metformin", Private.MEDICINE), ("metformina", Private.MEDICINE), ("amlodipino", Private.MEDICINE),
        ("lisinopril", Private.MEDICINE), ("opioide", Private.MEDICINE),
        ("blood thinner", Private.MEDICINE), ("diabetes", Private.CONDITION),
        ("VIH", Private.CONDITION), ("presión alta", Private.CONDITION), ("cardiology", Private.SPECIALTY),
        ("oncología", Private.SPECIALTY), ("mental health", Private.SPECIALTY), ("knee", Private.SPECIALTY),
    ],
)  # fmt: skip
def test_names_of_medicines_conditions_and_specialties_are_known(word: str, kind: Private) -> None:
    found = find_private_words(f"Your {word} visit", Piece.TEXT, load_private_names())

    assert [one.kind for one in found] == [kind]


def test_no_price_of_a_text_is_made_up() -> None:
    assert load_part_prices() == ()


def test_a_price_that_the_clinic_gives_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = '{ from = 2027-06-01, hundredths = 83, source = "b" }, { from = 2027-01-01, hundredths = 79, source = "a" }'
    (tmp_path / "text_cost.toml").write_text(f"part = [{rows}]")
    monkeypatch.setattr(messages, "DATA", tmp_path)
    load_part_prices.cache_clear()

    prices = load_part_prices()

    load_part_prices.cache_clear()
    assert [(one.from_on, one.hundredths) for one in prices] == [(date(2027, 1, 1), 79), (date(2027, 6, 1), 83)]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('topic = "visits"', 'topic = "weather"', "one.*topic|row 1.*topic"),
        ('roads = ["text"]', 'roads = ["fax"]', "roads"),
        ('fields = ["when"]', 'fields = ["shoe"]', "fields"),
        ('fields = ["when"]', 'fields = ["when", "day"]', "declared and not used: day"),
        ("{when}", "{day}", "not declared.*day, when"),
        ("{when}", "{when", "one, en"),
        ("[message.words.en]", "[message.words.es]", "must have en"),
        ("[message.words.en]", "[message.words.xx]", "unknown xx"),
        ('body = "', 'state = "approved"\nbody = "', "names one, with a qualification"),
        ('body = "', 'reviewer = "Kim"\nreviewed_on = 2026-11-20\nbody = "', "a draft has no reviewer"),
        ('body = "', 'shout = "x"\nbody = "', "shout"),
        ("[[message]]", "[[other]]", "has no"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, before: str, after: str, said: str) -> None:
    path = tmp_path / "made.toml"
    path.write_text(ROW)
    assert read_messages(path)[0].key == "one"
    path.write_text(ROW.replace(before, after, 1))

    with pytest.raises(KnowledgeError, match=rf"(?s)made\.toml.*({said})"):
        read_messages(path)


def test_a_message_that_is_signed_names_who_and_when(tmp_path: Path) -> None:
    path = tmp_path / "made.toml"
    lines = 'state = "approved"\nreviewer = "Kim Tran, RN"\nreviewed_on = 2026-11-20\nbody = "'
    path.write_text(ROW.replace('body = "', lines))

    version = read_messages(path)[0].versions["en"]

    assert version.state is State.APPROVED
    assert (version.reviewer, version.reviewed_on) == ("Kim Tran, RN", date(2026, 11, 20))


def test_a_situation_that_stands_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "messages").mkdir()
    for name in ("a", "b"):
        (tmp_path / "messages" / f"{name}.toml").write_text(ROW)
    monkeypatch.setattr(messages, "DATA", tmp_path)

    with pytest.raises(KnowledgeError, match=r"b\.toml, one: stands in another file too"):
        load_messages.__wrapped__()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [("noon = ", "no_noon = ", "noon"), ("envelope = ", "open = ", "open"), ('name = "Rosa"', "name = 5", "name")],
)
def test_a_wrong_tongue_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, said: str
) -> None:
    (tmp_path / "tongues").mkdir()
    text = (DATA / "tongues" / "en.toml").read_text("utf-8")
    (tmp_path / "tongues" / "en.toml").write_text(text.replace(before, after, 1), "utf-8")
    monkeypatch.setattr(messages, "DATA", tmp_path)

    with pytest.raises(KnowledgeError, match=rf"en\.toml.*{said}"):  # noqa: PT012
        load_tongues.__wrapped__()
        load_samples.__wrapped__("en")
