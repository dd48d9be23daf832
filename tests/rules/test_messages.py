"""What is wrong with words is found: too hard, too telling, missing. A draft is no fault."""

from dataclasses import replace
from datetime import date

from careloop.basics.words import Say
from careloop.catalog.messages import SAMPLE_ZONE, load_messages, load_private_names, load_samples, load_tongues
from careloop.facts.consents import Road
from careloop.facts.messages import MessageLine, PartPrice, Private, State, Template
from careloop.rules.messages import find_faults, show_messages
from careloop.rules.private_words import add_names

BOOKED = load_messages()["visit_booked"]
ON = date(2026, 11, 20)


def show(template: Template, *, clinic: str = "", price: int = 0) -> MessageLine:
    names = add_names(load_private_names(), [(clinic, Private.CLINIC)])
    prices = (PartPrice(ON, price, "made up"),) if price else ()
    return show_messages(
        [template],
        {language: load_samples(language) for language in load_tongues()},
        tongues=load_tongues(),
        names=names,
        prices=prices,
        on=ON,
        zone=SAMPLE_ZONE,
    )[0]


def with_words(template: Template, language: str, **words: str) -> Template:
    version = replace(template.versions[language], **words)  # type: ignore[arg-type]
    return replace(template, versions={**template.versions, language: version})


def test_a_draft_is_shown_in_each_language_on_each_road_and_is_no_fault() -> None:
    line = show(BOOKED)

    assert [one.language for one in line.shown] == ["en", "es"]
    assert all(one.state is State.DRAFT for one in line.shown)
    assert [one.road for one in line.shown[0].roads] == list(BOOKED.roads)
    assert (line.lacking, find_faults(line)) == ((), ())


def test_hard_words_are_told_with_language_and_grade() -> None:
    hard = "Notification of utilization management determination communicated {when} regarding {place} authorization."

    faults = find_faults(show(with_words(BOOKED, "en", body=hard)))

    assert [(language, fault.key) for language, fault in faults] == [("en", "message_fault.hard")]
    assert float(str(dict(faults[0][1].values)["grade"])) > 6


def test_a_private_word_is_told_once_for_each_piece_that_carries_it() -> None:
    telling = with_words(BOOKED, "en", text="It is {when} for your heart failure. We can help.")

    assert find_faults(show(telling)) == (("en", Say("message_private.condition", word="heart failure")),)
    # In a letter it may stand.
    telling = with_words(BOOKED, "en", body="It is {when} for your heart failure at {place}. We can help.")
    assert find_faults(show(replace(telling, roads=(Road.LETTER,)))) == ()


def test_the_name_of_the_clinic_is_found_in_a_place() -> None:
    faults = find_faults(show(BOOKED, clinic="Maple Avenue"))

    said = Say("message_private.clinic", word="maple avenue")
    assert faults == (("en", said), ("es", said))


def test_a_language_that_is_missing_is_told() -> None:
    line = show(replace(BOOKED, versions={"en": BOOKED.versions["en"]}))

    assert line.lacking == ("es",)
    assert find_faults(line) == (("es", Say("message_fault.lacking")),)


def test_a_text_is_priced_by_its_parts_and_nothing_else_is() -> None:
    assert show(BOOKED, price=79).shown[0].cost_hundredths == 158
    assert show(BOOKED).shown[0].cost_hundredths is None
    line = show(load_messages()["cost_estimate"], price=79)
    assert (line.shown[0].parts, line.shown[0].cost_hundredths) == (None, None)


def test_the_grade_of_a_language_is_that_of_its_hardest_road() -> None:
    shown = show(BOOKED).shown[0]

    assert shown.grade == max(grade.grade for _road, grade in shown.grades)
