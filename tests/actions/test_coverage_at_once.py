"""A coverage that comes in while somebody notes what the plan said: nothing that another plan said stays settled."""

from dataclasses import replace
from datetime import date, timedelta

from careloop.actions.preparation import note_item
from careloop.actions.referral_items import note_referral_item
from careloop.facts.preparation import Arranged, Item, ItemState
from tests.actions.apart import apart, at_once
from tests.actions.look import ask, broken_invariants
from tests.actions.places import make_places
from tests.actions.records import bring, bring_cared_for, person
from tests.actions.referring import bring_seen_by_asha, loop_of, make, version
from tests.actions.reminding import far
from tests.actions.test_coverage_changed import plan_of
from tests.actions.visits import booked
from tests.people import build_house, later

__all__ = ["apart"]

DAYS = Arranged(date(2026, 11, 20), date(2026, 12, 20))
# What counts of an approval, and for which coverage it was noted.
NEWEST = "SELECT state, covered_by FROM referral_item WHERE referral_id = %s ORDER BY at DESC, id DESC LIMIT 1"


def test_who_notes_an_approval_while_another_coverage_comes_is_asked_for_it_anew_or_noted_it_for_that(
    apart: None,
) -> None:
    house = build_house()
    dana = replace(house.acting("dana"), at=later(minutes=5))
    for number in range(4):
        who = f"p{number}"
        key = make(dana, house, bring_seen_by_asha(house, who))
        bring(house, plan_of(who, "Senior plan"), name=f"{who}.json")
        stood = version(dana, key)

        fates = at_once(
            lambda key=key, stood=stood: note_referral_item(
                dana, key, version=stood, item=Item.APPROVAL, state=ItemState.DONE, note="AB123", arranged=DAYS
            ),
            lambda who=who: bring(
                # It began before she noted anything, whichever of the two ends first.
                house,
                plan_of(who, "Community plan"),
                at=dana.at - timedelta(seconds=1),
                name=f"{who}.json",
            ),
        )

        assert [one for one in fates if isinstance(one, Exception)] == []
        ((state, covered_by),) = ask(NEWEST, key)
        assert (state, covered_by) in (("open", "Community plan"), ("done", "Community plan"))
        waits = "step.referral_approval" if state == "open" else "step.referral_send"
        assert loop_of(key)["step"] == waits
    assert broken_invariants() == {}


def test_what_a_visit_costs_is_never_that_of_a_plan_that_came_off_the_record_meanwhile(apart: None) -> None:
    house = build_house()
    places, dana = make_places(house), replace(house.acting("dana"), at=later(minutes=5))
    for number in range(4):
        who = f"p{number}"
        held, _version = booked(dana, bring_cared_for(house, who, person(who)), far(places, 9 + number))
        bring(house, plan_of(who, "Senior plan"), name=f"{who}.json")

        fates = at_once(
            lambda held=held: note_item(  # type: ignore[misc]
                dana,
                held.booking_id,
                item=Item.COVERAGE,
                state=ItemState.DONE,
                version=0,
                note="Kay at the plan",
                arranged=Arranged(pays=3050),
            ),
            lambda who=who: bring(house, plan_of(who, "Community plan"), at=dana.at, name=f"{who}.json"),
        )

        assert [one for one in fates if isinstance(one, Exception)] == []
        ((state, covered_by, pays),) = ask(
            "SELECT state, covered_by, pays FROM visit_item WHERE booking_id = %s AND item = 'coverage'",
            held.booking_id,
        )
        assert (state, covered_by, pays) in (("open", "Senior plan", None), ("done", "Community plan", 3050))
    assert broken_invariants() == {}
