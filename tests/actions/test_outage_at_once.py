"""An outage is undone while somebody moves its visits: every visit ends at one time, and none is left behind."""

from careloop.actions.outages import enter_outage, move_for_outage, put_back, undo_outage
from careloop.basics.refusals import Refusal
from careloop.facts.outages import OutAsk
from careloop.reads.outages import get_outage_page
from tests.actions.apart import apart, at_once
from tests.actions.look import ask, broken_invariants
from tests.actions.places import MONDAY, make_places
from tests.actions.records import bring_cared_for, person
from tests.actions.test_outages import codes
from tests.actions.visits import booked
from tests.people import build_house

__all__ = ["apart"]


def test_a_visit_that_moves_while_the_outage_is_undone_goes_back_or_never_moved(apart: None) -> None:
    house = build_house()
    places, dana, lee = make_places(house), house.acting("dana"), house.acting("lee")
    people = [bring_cared_for(house, key, person(key)) for key in ("rosa", "ben", "ana")]
    for number, one in enumerate(people):
        booked(dana, one, places.talk_at(9 + number))
    out = OutAsk(places.rivera, MONDAY.date(), MONDAY.date())
    lines = get_outage_page(dana, ask=out).lines
    outage = enter_outage(dana, out, reason="sick", key="out")

    fates = at_once(
        *[lambda one=one: move_for_outage(lee, one.key, codes(one.code), outage_id=outage) for one in lines],  # type: ignore[misc]
        lambda: undo_outage(dana, outage_id=outage),
    )

    assert all(one in (1, None) or isinstance(one, Refusal) for one in fates), fates
    for line in get_outage_page(dana, outage_id=outage).done:
        put_back(dana, line.booking_id, outage_id=outage)
    hours = ask("SELECT extract(hour FROM starts_wall)::int FROM booking WHERE occupies ORDER BY 1")
    assert hours == [(9,), (10,), (11,)]
    assert broken_invariants() == {}
