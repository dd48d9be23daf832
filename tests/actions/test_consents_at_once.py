"""Taking back and telling at the same moment: nothing is told by a consent that was taken back before."""

import time
from datetime import timedelta
from threading import Event
from uuid import UUID

import pytest
from django.db import connection, transaction

from careloop.actions.consents import add_member, give_consent, take_back
from careloop.actions.disclosures import tell_member
from careloop.basics.refusals import Refusal
from careloop.facts.consents import (
    ConsentDraft,
    ConsentPurpose,
    GivenHow,
    MemberDraft,
    Relation,
    Road,
    TellAsk,
    TellDraft,
    Topic,
)
from tests.actions.apart import apart, at_once
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring_cared_for, person
from tests.people import NOW, House, build_house

__all__ = ["apart"]
RIDES = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.PHONE,), GivenHow.SCREEN)
AT_NINE = TellDraft(TellAsk(Topic.VISITS, ConsentPurpose.CARE, Road.PHONE), "At nine.")
ROUNDS, TELLERS = 8, 3


def _agreed(house: House, key: str) -> tuple[UUID, UUID, UUID]:
    dana = house.acting("dana")
    patient = bring_cared_for(house, key, person(key))
    ana = add_member(dana, patient, MemberDraft("Ana", Relation.CHILD))
    (consent,) = give_consent(dana, patient, RIDES, member_id=ana)
    return patient, ana, consent


def test_whoever_tells_and_whoever_takes_back_at_once_are_put_in_order(apart: None) -> None:
    house = build_house()
    dana, lee = house.acting("dana"), house.acting("sol", at=NOW + timedelta(seconds=1))
    for number in range(ROUNDS):
        patient, ana, _consent = _agreed(house, f"p{number}")

        fates = at_once(
            *[lambda: tell_member(dana, patient, AT_NINE, member_id=ana) for _ in range(TELLERS)],  # noqa: B023
            lambda: take_back(lee, patient, member_id=ana, reason="No more"),  # noqa: B023
        )

        assert fates[-1] == 1
        told = [one for one in fates[:-1] if isinstance(one, int)]
        assert all(isinstance(one, int | Refusal) for one in fates), fates
        assert ask_one("SELECT count(*) FROM disclosure WHERE patient_id = %s", patient) == len(told)
        # Nobody is told by it any more, whatever the moment that they bring along.
        with pytest.raises(Refusal) as no:
            tell_member(dana, patient, AT_NINE, member_id=ana)
        assert no.value.say.key == "refusal.telling_taken_back"
    assert broken_invariants() == {}


def test_whoever_asks_while_it_is_being_taken_back_waits_and_then_finds_none(apart: None) -> None:
    house = build_house()
    dana = house.acting("dana")
    patient, ana, consent = _agreed(house, "rosa")
    taken, told = Event(), Event()

    def back() -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('careloop.person', %s, true), set_config('careloop.purpose',"
                           " 'treatment', true), set_config('careloop.at', %s, true)",
                           [str(dana.person_id), NOW.isoformat()])  # fmt: skip
            cursor.execute(
                "UPDATE consent SET taken_back_at = %s, taken_back_by_id = %s, taken_back_because = 'No' WHERE id = %s",
                [NOW + timedelta(seconds=1), dana.person_id, consent],
            )
            assert cursor.rowcount == 1
            taken.set()
            # The teller is waiting for this row: it must not be done before this commits.
            assert not told.wait(0.6)
        return "back"

    def tell() -> object:
        assert taken.wait(10)
        try:
            return tell_member(dana, patient, AT_NINE, member_id=ana)
        except Refusal as no:
            return no.say.key
        finally:
            told.set()

    started = time.monotonic()
    assert at_once(back, tell) == ["back", "refusal.telling_taken_back"]
    assert time.monotonic() - started > 0.5
    assert ask("SELECT id FROM disclosure") == []
