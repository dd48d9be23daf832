"""What a calendar is answered that asks under somebody's address: no session, no name, nothing of health."""

import hashlib
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotModified
from django.urls import reverse
from django.utils.http import parse_etags

from careloop.actions.feeds import note_asking
from careloop.basics.clock import read_clock
from careloop.basics.refusals import NotFound
from careloop.formats.ics import write_feed
from careloop.reads.access import Asked, find_feed_owner
from careloop.reads.feeds import list_feed
from careloop.rules.feeds import AN_HOUR, TooOften
from careloop.web import errors


def send_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Send the visits of whoever the address belongs to; one that was revoked is answered as one that never was."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(("GET", "HEAD"))
    asked = find_feed_owner(token, read_clock())
    if asked is None:
        return errors.show_not_found(request)
    try:
        return _answer(request, asked)
    except NotFound:
        return errors.show_not_found(request)
    except TooOften as no:
        answer = errors.show_refusal(request, no)
        answer["Retry-After"] = str(int(AN_HOUR.total_seconds()))
        return answer


def _answer(request: HttpRequest, asked: Asked) -> HttpResponse:
    note_asking(asked.acting, feed_id=asked.feed_id)
    made = write_feed(
        [
            replace(one, link=request.build_absolute_uri(reverse("visit", kwargs={"booking_id": key})))
            for key, one in list_feed(asked.acting)
        ]
    )
    tag = f'"{hashlib.sha256(made).hexdigest()}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": tag})
    return HttpResponse(made, content_type="text/calendar; charset=utf-8", headers={"ETag": tag})
