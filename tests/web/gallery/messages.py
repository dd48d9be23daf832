"""Pages of the words for patients for the gallery: as they are shipped, and with everything that can be wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from django.http import HttpResponse

from careloop.catalog.messages import SAMPLE_ZONE, load_messages, load_private_names, load_samples, load_tongues
from careloop.facts.consents import Road
from careloop.facts.messages import Grade, MessageLine, PartPrice, Piece, Private, PrivateWord, State
from careloop.rules.messages import show_messages
from careloop.web.screen import ActingRequest
from careloop.web.staff.messages import render_message, render_messages

ON = date(2026, 11, 20)


@cache
def lines() -> tuple[MessageLine, ...]:
    """Return every situation, with a price."""
    return show_messages(
        load_messages().values(),
        {language: load_samples(language) for language in load_tongues()},
        tongues=load_tongues(),
        names=load_private_names(),
        prices=(PartPrice(date(2026, 1, 1), 79, "made up"),),
        on=ON,
        zone=SAMPLE_ZONE,
    )


def wrong() -> MessageLine:
    """Return a situation in which all is wrong that can be, and one language is lacking."""
    line = next(one for one in lines() if one.template.key == "waitlist_offer")
    shown = line.shown[0]
    told = replace(
        shown.roads[0],
        private=tuple(PrivateWord(f"word{kind}", kind, Piece.TEXT) for kind in Private),
        pieces=((Piece.TEXT, "Unbreakable" * 12),),
    )
    bad = replace(
        shown, state=State.REVIEWED, reviewer="Lee Martin, RN", reviewed_on=ON, cost_hundredths=None,
        roads=(told, *shown.roads[1:]), grades=((Road.TEXT, Grade(9.4, None, 31)), *shown.grades[1:]),
    )  # fmt: skip
    return replace(line, shown=(bad,), lacking=("es",))


def _whole(request: ActingRequest) -> HttpResponse:
    return render_message(request, next(one for one in lines() if one.template.key == "visit_booked"))


MESSAGES_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "admin-messages": lambda request: render_messages(request, (wrong(), *lines()[:12])),
    "admin-message": _whole,
    "admin-message-wrong": lambda request: render_message(request, wrong()),
}
