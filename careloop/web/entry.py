"""Where a request enters: who acts, at what moment, in which language, and what never leaves."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from careloop.basics.clock import read_clock
from careloop.facts.access import Acting
from careloop.reads.access import get_acting, get_me
from careloop.reads.frame import FrameCounts, count_frame
from careloop.web.screen import ActingRequest

Answer = Callable[[HttpRequest], HttpResponse]

THEMES = ("light", "dark", "contrast")
PACKED = ("text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml")
# Every deed that changed something answers so.
SAVED = 303
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class ActingMiddleware:
    """Give every request its ``acting``: the signed-in person and the one moment of this request.

    A login whose person was deactivated is signed out here, in the middle of a session as well.
    Stands after the authentication and locale middleware.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who acts, then answer in that person's language and zone."""
        entered = cast("ActingRequest", request)
        at = read_clock()
        entered.acting, entered.me = None, None
        if request.user.is_authenticated:
            entered.acting = get_acting(request.user.pk, at)
            if entered.acting is None:
                logout(request)
        if entered.acting is not None:
            entered.me = get_me(entered.acting)
            translation.activate(entered.me.language)
            timezone.activate(ZoneInfo(entered.me.zone))
        entered.counts = cast("FrameCounts", SimpleLazyObject(partial(_count, entered.acting)))
        entered.today = timezone.localtime(at).date()
        theme = request.COOKIES.get("theme", "")
        entered.theme = theme if theme in THEMES else ""
        entered.saved_at = _saved_at(entered)
        try:
            answer = self.get_response(request)
            if entered.acting is not None and answer.status_code == SAVED:
                request.session["saved_at"] = at.isoformat()
            return answer
        finally:
            timezone.deactivate()


def _saved_at(request: ActingRequest) -> datetime | None:
    """Return when this session last saved something."""
    kept = request.session.get("saved_at", "")
    return datetime.fromisoformat(kept) if kept else None


def _count(acting: Acting | None) -> FrameCounts:
    return FrameCounts() if acting is None else count_frame(acting)


class HeadersMiddleware:
    """Keep pages out of every cache and switch off what no page needs. Static files are served before it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then set the headers."""
        answer = self.get_response(request)
        answer["Cache-Control"] = "no-store"
        answer["Permissions-Policy"] = _PERMISSIONS
        answer["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer


class ShrinkingMiddleware(GZipMiddleware):
    """Send words packed: pages, styles and scripts. Files of patients and pictures go as they are.

    The library adds a random number of bytes to each answer, so that its length tells nothing about what it holds.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pack an answer if it is words and the browser takes it packed."""
        kind = response.get("Content-Type", "").partition(";")[0]
        is_file = response.has_header("Content-Disposition")
        return super().process_response(request, response) if kind in PACKED and not is_file else response
