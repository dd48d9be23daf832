"""Where a request enters: who acts, at what moment, in which language, and what never leaves."""

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from careloop.basics.clock import read_clock
from careloop.facts.access import Right
from careloop.reads.access import get_acting, get_me
from careloop.rules.access import has_right
from careloop.web.screen import ActingRequest

Answer = Callable[[HttpRequest], HttpResponse]

THEMES = ("light", "dark")
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
        entered.may_list = _may(entered, Right.LOOP_READ)
        entered.may_find = _may(entered, Right.PATIENT_FIND)
        entered.today = timezone.localtime(at).date()
        theme = request.COOKIES.get("theme", "")
        entered.theme = theme if theme in THEMES else ""
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


def _may(request: ActingRequest, right: Right) -> bool:
    return request.acting is not None and has_right(request.acting, right)


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
