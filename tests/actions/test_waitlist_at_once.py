"""Two say yes to one freed time at the same moment: one has it, the other is told so with the next times."""

from collections import Counter
from uuid import UUID

from careloop.facts.waitlist import Answer
from careloop.rules.scheduling import TimeTaken
from tests.actions.apart import apart, at_once
from tests.actions.look import ask_one, broken_invariants
from tests.actions.places import make_places
from tests.actions.records import bring_cared_for, person
from tests.actions.visits import booked
from tests.actions.waiting import free, offer, say, states, wait
from tests.people import build_house

__all__ = ["apart"]
RACERS, ROUNDS = 4, 3


def test_of_many_who_say_yes_at_once_one_is_booked_and_each_other_is_told_the_next_three_times(apart: None) -> None:
    house = build_house()
    places, dana = make_places(house), house.acting("dana")
    rosa = bring_cared_for(house, "rosa", person("rosa"))
    people = [bring_cared_for(house, f"p{n}", person(f"p{n}")) for n in range(RACERS)]
    for n, one in enumerate(people):
        later, _version = booked(dana, one, places.talk_at(13 + n, who=places.chen))
        wait(dana, one, places.talk, on=later)
    freed = free(dana, rosa, places.talk_at(9))
    offers = offer(dana, freed, *people)

    fates = at_once(*[lambda one=one: say(dana, one, offers[one], Answer.YES) for one in people])  # type: ignore[misc]

    assert Counter(type(one) for one in fates) == {UUID: 1, TimeTaken: RACERS - 1}
    assert [len(one.offers) for one in fates if isinstance(one, TimeTaken)] == [3] * (RACERS - 1)
    assert Counter(states("waitlist_offer", "id")) == {"yes": 1, "taken": RACERS - 1}
    assert ask_one("SELECT count(*) FROM booking WHERE occupies") == RACERS
    assert broken_invariants() == {}


def test_a_yes_and_somebody_who_books_past_the_list_at_once_give_one_booking(apart: None) -> None:
    house = build_house()
    places, dana, lee = make_places(house), house.acting("dana"), house.acting("lee")
    rosa, ben, ana = (bring_cared_for(house, key, person(key)) for key in ("rosa", "ben", "ana"))
    wait(dana, ben, places.talk)
    for hour in range(9, 9 + ROUNDS):
        freed = free(dana, rosa, places.talk_at(hour))
        key = offer(dana, freed, ben)[ben]

        fates = at_once(
            lambda key=key: say(dana, ben, key, Answer.YES),  # type: ignore[misc]
            lambda hour=hour: booked(lee, ana, places.talk_at(hour)),  # type: ignore[misc]
        )

        assert [type(one) for one in fates].count(TimeTaken) == 1, fates
        assert broken_invariants() == {}
        if isinstance(fates[0], UUID):
            break
