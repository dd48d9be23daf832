"""Pages of the waiting list for the gallery: the list, a freed time with everything on it, the form of a wish."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.facts.outbox import OutState
from careloop.facts.referrals import Urgency
from careloop.facts.scheduling import BookingState, Offer
from careloop.facts.visits import PartOfDay
from careloop.facts.waitlist import (
    FitRow,
    FreedPage,
    FreedRow,
    OfferRow,
    OfferState,
    ReachBy,
    WaitlistAsk,
    WaitlistPage,
    WishDraft,
    WishPage,
    WishRow,
)
from careloop.rules.scheduling import TimeTaken
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.waitlist import render_freed, render_waitlist, render_wish
from tests.web.gallery.scheduling import DOCTOR, KINDS, PICKS, VISITS, WHOSE
from tests.web.gallery.values import AT, LONG_NAME, ROSA

NINE = VISITS[1].promised
WISH = WishRow(
    id=UUID(int=900), patient_id=ROSA, loop_id=UUID(int=760), name=LONG_NAME, birth_on=date(1958, 3, 14),
    visit_type="Cardiology visit",
    draft=WishDraft(
        KINDS[0].id, Urgency.URGENT, DOCTOR, weekdays=(1, 2, 4), part=PartOfDay.MORNING, notice_hours=24,
        earliest_on=date(2026, 11, 23), latest_on=date(2026, 12, 11), reach_by=ReachBy.FAMILY, note="After 3 pm.",
    ),
    with_whom="Dr. Ana Rivera", where="Harbor Heart", since_on=date(2026, 11, 2), days=18, offers=2,
    booking_id=VISITS[0].id, booked=VISITS[0].promised, booked_state=BookingState.BOOKED,
)  # fmt: skip


def wish(number: int, name: str, **more: object) -> WishRow:
    plain = replace(
        WISH, id=UUID(int=900 + number), patient_id=UUID(int=920 + number), name=name, with_whom="", where="",
        draft=WishDraft(KINDS[0].id), booking_id=None, booked=None, booked_state=None, offers=0,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


FREED = FreedRow(
    UUID(int=940), "Cardiology visit", NINE, 30, ("Dr. Ana Rivera",), "Harbor Heart", AT, is_free=True, waiting=4,
    open_offers=1,
)  # fmt: skip
LIST = WaitlistPage(
    at=AT, freed=(FREED, replace(FREED, id=UUID(int=941), waiting=1, open_offers=0)),
    rows=(WISH, wish(1, "Ben Cole"), wish(2, "فاطمة الزهراء", birth_on=None)), count=3,
    kinds=((KINDS[0].id, "Cardiology visit"),), asked=WaitlistAsk(KINDS[0].id, Urgency.URGENT, True),
)  # fmt: skip
WHY = (
    Say("waitlist.urgent"), Say("waitlist.waits", count=18), Say("waitlist.sooner_than", day=date(2026, 12, 2)),
    Say("waitlist.bound", count=3), Say("waitlist.miles", count=4), Say("waitlist.offers", count=2),
)  # fmt: skip


def offer(number: int, row: WishRow, state: OfferState) -> OfferRow:
    return OfferRow(UUID(int=960 + number), row, state, AT, AT + timedelta(hours=4), None)


PAGE = FreedPage(
    at=AT, row=FREED,
    fits=(
        FitRow(wish(6, "Rosa Long"), WHY),
        FitRow(wish(1, "Ben Cole"), (Say("waitlist.routine"), Say("waitlist.first_offer"))),
    ),
    offers=(
        offer(1, wish(3, "Ada Whitfield"), OfferState.OPEN),
        replace(offer(4, wish(7, "Ines Duarte"), OfferState.OPEN), text=OutState.DELIVERED),
        replace(offer(5, wish(8, "Olga Petrova"), OfferState.OPEN), text=OutState.WITHDRAWN),
        offer(2, replace(WISH, id=UUID(int=950)), OfferState.EXPIRED),
        offer(3, wish(4, "Minh Trần"), OfferState.NO),
    ),
    others=((wish(5, "Kenji Mori"), Say("waitlist.other_times")),), count=3, hours=4, may_book=True, may_text=True,
)  # fmt: skip
ASKING = replace(PAGE, offers=(), fits=(FitRow(WISH, WHY), *PAGE.fits[1:]))
WISHES = WishPage(
    at=AT, whose=WHOSE, kinds=KINDS, people=PICKS[:1], sites=((UUID(int=703), "Harbor Heart"),), rows=(WISH,),
    may_book=True,
)  # fmt: skip


def waitlist(request: ActingRequest) -> HttpResponse:
    return render_waitlist(request, LIST)


def freed(request: ActingRequest) -> HttpResponse:
    return render_freed(request, ASKING)


def freed_late(request: ActingRequest) -> HttpResponse:
    late = TimeTaken(tuple(Offer(replace(NINE, wall=NINE.wall + timedelta(hours=n)), ()) for n in (1, 2, 4)))
    tried = Attempt("answer", None, {"offer": str(PAGE.offers[0].id)}, say=late.say, refusal=late)
    return render_freed(request, PAGE, tried)


def wish_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt("add", None, {"note": "After 3 pm", "urgency": "urgent"}, errors={"type": "Choose one."})
    return render_wish(request, WISHES, tried)
