"""The story: each sentence by a table of cases, and what holds for every story."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.catalog.speech import list_languages, speak
from careloop.facts.story import (
    Booked,
    Change,
    Changed,
    Cited,
    Needed,
    Place,
    Stay,
    Story,
    StoryFacts,
    Tried,
)
from careloop.rules.story import NAMED, tell_story

ON = date(2026, 11, 20)


def text(words: str) -> Say:
    return Say("text.free", text=words)


def cited(key: str, words: str = "", on: date | None = None) -> Cited:
    return Cited(key, text(words or key), on)


def stay(key: str, came: int, left: int | None, place: Place = Place.HOSPITAL) -> Stay:
    """Return a stay by how many days ago somebody came and left."""
    days = [None if ago is None else ON - timedelta(days=ago) for ago in (came, left)]
    assert days[0]
    return Stay(cited(key, "Check-up"), place, days[0], days[1])


def said(story: Story, language: str = "en") -> list[str]:
    """Return each sentence in words, with its numbers."""
    return [
        " ".join(speak(p.say, language, today=ON) + (f"[{p.number}]" if p.number else "") for p in sentence.parts)
        for sentence in story.sentences
    ]


STAYS = [
    ([stay("a", 7, 2)], "Went home from the hospital on Wed 18 Nov after 5 nights.[1]"),
    ([stay("a", 3, 2)], "Went home from the hospital on Wed 18 Nov after 1 night.[1]"),
    ([stay("a", 2, 2)], "Was in the hospital on Wed 18 Nov and went home the same day.[1]"),
    ([stay("a", 2, None)], "In the hospital since Wed 18 Nov.[1]"),
    ([stay("a", 2, 2, Place.EMERGENCY)], "Was in the emergency room until Wed 18 Nov.[1]"),
    ([stay("a", 2, None, Place.EMERGENCY)], "In the emergency room since Wed 18 Nov.[1]"),
    ([stay("a", 2, 2, Place.VISIT)], "Last seen on Wed 18 Nov: Check-up.[1]"),
    # A hospital stay is told before a newer visit, the newest stay before an older one, one that goes on before all.
    ([stay("a", 9, 8), stay("b", 2, 2, Place.VISIT)], "Went home from the hospital on Thu 12 Nov after 1 night.[1]"),
    ([stay("a", 9, 8), stay("b", 7, 2)], "Went home from the hospital on Wed 18 Nov after 5 nights.[1]"),
    ([stay("a", 9, None), stay("b", 7, 2)], "In the hospital since Wed 11 Nov.[1]"),
]


@pytest.mark.parametrize(("stays", "words"), STAYS)
def test_the_first_sentence_tells_where_somebody_was_last_seen(stays: list[Stay], words: str) -> None:
    assert said(tell_story(StoryFacts(ON, stays=tuple(stays)))) == [words]


def test_problems_are_named_newest_first_and_the_rest_are_counted() -> None:
    problems = tuple(cited(f"p{n}", f"Problem {n}", ON - timedelta(days=n)) for n in range(5))

    assert said(tell_story(StoryFacts(ON, problems=problems))) == [
        "On the problem list: Problem 0[1] Problem 1[2] Problem 2[3] and 2 more"
    ]


def test_what_changed_about_medicines_is_told_and_what_is_just_taken_only_where_nothing_changed() -> None:
    taken = Changed(cited("a", "metformin"), None)
    new, stopped = Changed(cited("b", "apixaban"), Change.NEW), Changed(cited("c", "ibuprofen"), Change.STOPPED)
    changed = Changed(cited("d", "furosemide"), Change.CHANGED)

    assert said(tell_story(StoryFacts(ON, medicines=(taken, stopped, changed, new)))) == [
        "New medicine: apixaban[1] Changed medicine: furosemide[2] Stopped: ibuprofen[3]"
    ]
    assert said(tell_story(StoryFacts(ON, medicines=(taken,)))) == ["Takes: metformin[1]"]


def test_the_next_booked_visit_and_the_last_contact_share_a_sentence() -> None:
    booked = (
        Booked(cited("later", "Eye exam"), ON + timedelta(days=9)),
        Booked(cited("next", "Clinic visit"), ON + timedelta(days=3), "9:30 am"),
        Booked(cited("gone", "Missed"), ON - timedelta(days=1)),
    )
    tried = (
        Tried(cited("old"), ON - timedelta(days=9), Say("story.result.reached")),
        Tried(cited("new"), ON - timedelta(days=1), Say("story.result.no_answer")),
    )

    assert said(tell_story(StoryFacts(ON, booked=booked, tried=tried))) == [
        "Next booked: Clinic visit, Mon 23 Nov at 9:30 am.[1] Last contact on Thu 19 Nov: no answer[2]"
    ]
    assert said(tell_story(StoryFacts(ON, booked=booked[2:]))) == []


def test_what_is_open_keeps_the_order_of_the_list_and_counts_what_was_not_loaded() -> None:
    needed = tuple(Needed(cited(f"n{n}", f"Task {n}"), place=-n) for n in range(4))

    assert said(tell_story(StoryFacts(ON, needed=needed, open_count=240))) == [
        "Still open: Task 3[1] Task 2[2] Task 1[3] and 237 more"
    ]


FULL = StoryFacts(
    on=ON,
    stays=(stay("s1", 7, 2), stay("s2", 40, 40, Place.VISIT)),
    problems=(cited("p1", "Diabetes", ON), cited("p2", "Heart failure", ON)),
    medicines=(Changed(cited("m1", "apixaban"), Change.NEW), Changed(cited("m2", "ibuprofen"), Change.STOPPED)),
    booked=(Booked(cited("b1", "Visit"), ON), Booked(cited("b2", "Eye exam"), ON)),
    needed=(Needed(cited("n1", "Call"), 0), Needed(cited("n2", "Book"), 0)),
    open_count=2,
    tried=(Tried(cited("t1"), ON, Say("story.result.reached")), Tried(cited("t2"), ON, Say("story.result.no_answer"))),
)


def test_the_whole_story_has_five_sentences_in_every_language() -> None:
    for language in list_languages():
        words = said(tell_story(FULL), language)
        assert len(words) == 5
        assert all("{" not in sentence for sentence in words)
    assert said(tell_story(FULL), "es")[0].startswith("Salió del hospital el mié 18 nov")


def test_the_order_of_the_facts_makes_no_difference() -> None:
    told = tell_story(FULL)
    for turned in permutations(range(2)):
        mixed = StoryFacts(
            on=ON,
            stays=tuple(FULL.stays[n] for n in turned),
            problems=tuple(FULL.problems[n] for n in turned),
            medicines=tuple(FULL.medicines[n] for n in turned),
            booked=tuple(FULL.booked[n] for n in turned),
            needed=tuple(FULL.needed[n] for n in turned),
            open_count=2,
            tried=tuple(FULL.tried[n] for n in turned),
        )
        assert tell_story(mixed) == told


keys = st.text("abc", min_size=1, max_size=3)
days = st.integers(-400, 400).map(lambda n: ON + timedelta(days=n))
facts_of = st.builds(cited, keys, keys, st.none() | days)
stories = st.builds(
    StoryFacts,
    on=st.just(ON),
    stays=st.lists(st.builds(Stay, facts_of, st.sampled_from(Place), days, st.none() | days), max_size=4).map(tuple),
    problems=st.lists(facts_of, max_size=6).map(tuple),
    medicines=st.lists(st.builds(Changed, facts_of, st.none() | st.sampled_from(Change)), max_size=6).map(tuple),
    booked=st.lists(st.builds(Booked, facts_of, days, st.sampled_from(["", "9:30 am"])), max_size=4).map(tuple),
    needed=st.lists(st.builds(Needed, facts_of, st.integers(0, 9)), max_size=6).map(tuple),
    open_count=st.integers(0, 300),
    tried=st.lists(st.builds(Tried, facts_of, days, st.just(Say("story.result.reached"))), max_size=4).map(tuple),
)


@given(stories)
def test_every_sentence_cites_a_fact_that_was_given_and_every_cited_fact_is_named(facts: StoryFacts) -> None:
    given_facts = {
        *facts.problems,
        *(
            one.cited
            for group in (facts.stays, facts.medicines, facts.booked, facts.needed, facts.tried)
            for one in group
        ),
    }

    story = tell_story(facts)

    assert len(story.sentences) <= 5
    assert set(story.cited) <= given_facts
    numbers = [part.number for sentence in story.sentences for part in sentence.parts if part.number]
    assert set(numbers) == set(range(1, len(story.cited) + 1))
    for sentence in story.sentences:
        assert any(part.number for part in sentence.parts)
        assert sum(part.number is not None for part in sentence.parts) <= 3 * NAMED
    for language in list_languages():
        assert len(said(story, language)) == len(story.sentences)
