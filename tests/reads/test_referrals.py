"""The list of referrals: the most pressing of all whom one reaches first, page after page, in as many statements."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.people import hire, join_care_team
from careloop.actions.referrals import end_referral, make_referral
from careloop.facts.access import Acting, Role
from careloop.facts.referrals import ReferralDraft, ReferralEvent, ReferralFilter, ReferralState, Urgency
from careloop.reads.referral_work import get_referral_report
from careloop.reads.referrals import list_referrals
from tests.guard.conftest import Clinic
from tests.guard.standing import counted_statements
from tests.people import PASSWORD, later, system

pytestmark = pytest.mark.django_db


def refer(who: Acting, patient: UUID, doctor: UUID, urgency: Urgency) -> UUID:
    asked = ReferralDraft("Is it harmless?", str(urgency), urgency, asked_by=doctor, to_name="Bayview Heart")
    return make_referral(who, patient, asked)


@pytest.fixture
def three(clinic: Clinic) -> list[UUID]:
    """Referrals of Rosa and Ada of the north and of Otto of the south, the most pressing first; Asha is with all."""
    house = clinic.house
    asha, ruth = house.id_of("asha"), house.acting("ruth")
    join_care_team(house.acting("sol"), [clinic.ada], person_id=asha, part="clinician")
    join_care_team(ruth, [clinic.otto], person_id=asha, part="clinician")
    dana, kim = house.acting("dana"), house.acting("kim")
    routine = refer(dana, clinic.rosa, asha, Urgency.ROUTINE)
    emergent = refer(kim, clinic.otto, asha, Urgency.EMERGENT)
    return [emergent, refer(dana, clinic.ada, asha, Urgency.URGENT), routine]


def listed(who: Acting, **asked: Any) -> list[UUID]:  # noqa: ANN401
    return [row.id for row in list_referrals(who, **asked).rows]


def test_of_several_teams_and_of_a_single_patient_beside_them_the_most_pressing_stand_first(
    clinic: Clinic, three: list[UUID]
) -> None:
    house = clinic.house
    of_both = hire(
        system(), name="Bo", email="bo@clinic.example", role=Role.SUPERVISOR, password=PASSWORD,
        unit_ids=[house.north, house.south],
    )  # fmt: skip

    assert listed(replace(house.acting("sol"), person_id=of_both)) == three
    # Hers is the north and, of the south, one patient.
    assert listed(house.acting("asha")) == three
    assert listed(house.acting("dana")) == three[1:]
    assert listed(house.acting("kim")) == three[:1]


def test_page_after_page_every_referral_stands_on_one_of_them(clinic: Clinic, three: list[UUID]) -> None:
    asha = clinic.house.acting("asha")

    pages = [listed(asha, how_many=1, page=number) for number in (1, 2, 3, 4)]

    assert pages == [[three[0]], [three[1]], [three[2]], []]
    assert list_referrals(asha, how_many=1).count == 3


def test_what_is_over_stands_apart_the_last_first(clinic: Clinic, three: list[UUID]) -> None:
    for number, (who, key) in enumerate((("dana", three[2]), ("kim", three[0]))):
        acting = clinic.house.acting(who, at=later(hours=1 + number))
        end_referral(acting, key, version=1, event=ReferralEvent.PATIENT_NO, reason="Will not go")
    asha = clinic.house.acting("asha", at=later(days=1))

    assert listed(asha) == [three[1]]
    assert listed(asha, asked=ReferralFilter(is_closed=True)) == [three[0], three[2]]
    assert listed(asha, asked=ReferralFilter(is_closed=True, urgency=Urgency.ROUTINE)) == [three[2]]


def test_the_list_says_how_many_stand_where_and_what_it_can_be_narrowed_by(clinic: Clinic, three: list[UUID]) -> None:
    shown = list_referrals(clinic.house.acting("asha"), asked=ReferralFilter(specialty="urgent"))

    assert [row.id for row in shown.rows] == [three[1]]
    assert shown.count == 1
    assert dict(shown.by_state)[ReferralState.TO_SEND] == 3
    assert shown.specialties == ("emergent", "routine", "urgent")
    assert {name for _key, name in shown.owners} == {"Dana", "Kim"}


def test_lists_and_figures_ask_as_often_for_two_as_for_one(clinic: Clinic, three: list[UUID]) -> None:
    for door in (list_referrals, get_referral_report):
        with counted_statements() as one:
            door(clinic.house.acting("kim"))
        with counted_statements() as two:
            door(clinic.house.acting("dana"))
        assert len(one) == len(two)
