"""The demo's waiting list: who would come sooner than their visit is, put on it through the usual door."""

from datetime import date, datetime

from careloop.actions.waitlist import add_wish
from careloop.catalog.demo.visits import Went
from careloop.catalog.demo.waitlist import WISHES
from careloop.facts.waitlist import WishDraft
from careloop.jobs.filling_visits import VisitBook
from careloop.reads.visits import get_visit_page


def fill_waitlist(book: VisitBook, at: datetime, today: date) -> None:
    """Put those who would come sooner on the waiting list; who has no such visit ahead is left out."""
    for wish in WISHES:
        ahead = next(
            (
                one
                for one in book.booked
                if (one.visit.patient, one.visit.kind) == (wish.patient, wish.kind)
                and one.on > today
                and one.visit.went is Went.BOOKED
            ),
            None,
        )
        if ahead is None:
            continue
        acting, patient = book.acting(wish.patient, at), book.patients[wish.patient]
        draft = WishDraft(
            visit_type_id=book.kinds[wish.kind],
            urgency=wish.urgency,
            part=wish.part,
            notice_hours=wish.notice_hours,
            reach_by=wish.reach_by,
            note=wish.note,
        )
        add_wish(acting, patient, draft, loop_id=get_visit_page(acting, ahead.booking_id).row.loop_id)
