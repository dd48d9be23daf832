"""The pages of handoffs, questions and rounds are as many statements for five patients as for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions.questions import ask_colleague
from careloop.facts.access import Acting
from careloop.facts.handoffs import IllnessLevel
from careloop.reads.handoffs import get_handoff_page, get_handoffs_page, get_new_handoff_page
from careloop.reads.questions import get_questions_page
from careloop.reads.rounds import get_rounds_page
from tests.actions.handing_on import accept, offer, write
from tests.actions.hands import make_task, take_patient_in
from tests.people import build_house, later

pytestmark = pytest.mark.django_db


def counted(look: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        look()
    return len(seen)


def test_a_page_is_a_constant_number_of_statements() -> None:
    house = build_house()
    dana, lee, counts = house.acting("dana", at=later(minutes=5)), house.acting("lee", at=later(minutes=6)), []
    for number in (0, 1, 5):
        for n in range(number):
            patient = take_patient_in(house, f"p{number}-{n}")
            make_task(house, patient)
            ask_colleague(dana, patient, to_person=lee.person_id, question="Why?")
        if number == 0:
            continue
        key = write(dana, lee.person_id)
        offer(dana, key)
        looks: list[Callable[[], object]] = [
            lambda key=key: get_handoff_page(lee, handoff_id=key),  # type: ignore[misc]
            lambda: get_handoffs_page(lee),
            lambda: get_new_handoff_page(dana),
            lambda: get_questions_page(lee),
            lambda: get_rounds_page(dana),
            lambda: get_rounds_page(dana, team=house.north),
        ]
        counts.append([counted(look) for look in looks])

    assert counts[0] == counts[1]


def test_rounds_say_how_ill_somebody_is_as_the_last_accepted_handoff_said_it() -> None:
    house = build_house()
    rosa = take_patient_in(house)
    make_task(house, rosa)
    assert levels(house.acting("dana", at=later(minutes=1))) == [None]
    for hour, (giver, receiver), level in (
        (1, ("dana", "lee"), IllnessLevel.STABLE),
        (2, ("lee", "dana"), IllnessLevel.WATCHER),
    ):
        key = write(house.acting(giver, at=later(hours=hour)), house.id_of(receiver))
        offer(house.acting(giver, at=later(hours=hour)), key, level)
        accept(house.acting(receiver, at=later(hours=hour, minutes=9)), key, said_back={rosa: "I look after her."})
        assert levels(house.acting(receiver, at=later(hours=hour, minutes=10))) == [level]
    offer(house.acting("dana", at=later(hours=3)), write(house.acting("dana", at=later(hours=3)), house.id_of("lee")))
    assert levels(house.acting("dana", at=later(hours=4))) == [IllnessLevel.WATCHER]


def levels(who: Acting) -> list[IllnessLevel | None]:
    return [line.level for line in get_rounds_page(who).lines]
