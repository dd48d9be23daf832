"""Notes in the demo what is in order before the visits that are near, by whoever coordinates for the patient."""

from collections.abc import Iterable
from datetime import datetime

from careloop.actions.preparation import note_item
from careloop.catalog.demo.preparation import AHEAD, NOT_NEEDED, OPEN, PAYS, SHOWN
from careloop.facts.preparation import NOTHING_ARRANGED, Arranged, Item, ItemState
from careloop.jobs.filling_visits import Booked, VisitBook
from careloop.reads.visits import get_visit_page


def prepare_visits(book: VisitBook, at: datetime) -> None:
    """Note it for every visit from the clinic's day on that is near."""
    for one in _near(book.booked):
        acting, visit = book.acting(one.visit.patient, at), one.visit
        which = (visit.patient, visit.kind, visit.days)
        for item in get_visit_page(acting, one.booking_id).readiness.items:
            if item.item in OPEN.get(which, ()):
                continue
            spared = NOT_NEEDED.get(which, {}).get(item.item)
            note_item(
                acting,
                one.booking_id,
                item=item.item,
                state=ItemState.NOT_NEEDED if spared else ItemState.DONE,
                version=item.version,
                note=spared or SHOWN[item.item],
                arranged=Arranged(pays=PAYS.get(which)) if item.item is Item.COVERAGE else NOTHING_ARRANGED,
            )


def _near(booked: Iterable[Booked]) -> list[Booked]:
    return [one for one in booked if 0 <= one.visit.days <= AHEAD]
