"""Pages and deeds behind a link: a cookie of its own says for half an hour which link was opened, and nothing else.

No staff session is asked, no token stands in an address behind the first page, nothing is told to the next site, and
no form is taken that was not shown in this browser.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from careloop.basics.clock import read_clock
from careloop.basics.refusals import NotFound, Refusal
from careloop.catalog.plain import PLAIN_LANGUAGES, choose_language
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.portal import SESSION_MINUTES
from careloop.web.screen import SCREENS

View = Callable[..., HttpResponseBase]
COOKIE, WORDS = "careloop_link", "careloop_words"
PATH = "/p/"
# The name of the field that every form behind a link carries.
FIELD = "shown"
_A_YEAR = 365 * 24 * 60 * 60
_COOKIE_SALT, _FORM_SALT = "careloop.portal.link", "careloop.portal.form"


@dataclass(frozen=True, slots=True)
class LinkSession:
    """Who acts with which link. ``form`` is what a form must carry to be taken."""

    acting: Acting
    link_id: UUID
    form: str


def system_acting() -> Acting:
    """Return the system at this moment: nobody acts yet who tries a link."""
    return Acting(SYSTEM_ID, Role.SYSTEM, read_clock(), Purpose.LINKS)


def begin_session(answer: HttpResponse, request: HttpRequest, who: Acting, link_id: UUID) -> None:
    """Let this browser use a link for half an hour: the cookie is signed, and no script can read it."""
    parts = [str(link_id), str(who.person_id), str(who.role), who.at.isoformat()]
    answer.set_cookie(
        COOKIE,
        Signer(salt=_COOKIE_SALT).sign_object(parts),
        max_age=SESSION_MINUTES * 60,
        path=PATH,
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )


def read_session(request: HttpRequest) -> LinkSession | None:
    """Return who acts with which link in this browser; None without a cookie, with a bad one, and after half an hour.

    Whether the link is still live is for the door to say, at every page anew.
    """
    kept, at = request.COOKIES.get(COOKIE, ""), read_clock()
    try:
        link, person, role, since = Signer(salt=_COOKIE_SALT).unsign_object(kept)
    except (BadSignature, ValueError):
        return None
    if not timedelta(0) <= at - datetime.fromisoformat(since) < timedelta(minutes=SESSION_MINUTES):
        return None
    acting = Acting(UUID(person), Role(role), at, Purpose.PATIENT_REQUEST)
    return LinkSession(acting, UUID(link), Signer(salt=_FORM_SALT).signature(kept))


def end_session(answer: HttpResponse) -> None:
    """Forget in this browser which link was opened."""
    answer.delete_cookie(COOKIE, path=PATH, samesite="Strict")


def portal_page(show: View) -> View:
    """Make a function a page behind a link: it changes nothing."""
    SCREENS[f"{show.__module__}.{show.__name__}"] = "page"

    @wraps(show)
    def view(request: HttpRequest, **where: Any) -> HttpResponseBase:  # noqa: ANN401
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return _behind(request, lambda session: show(session, request, **where))

    return view


def portal_deed(again: View) -> Callable[[Callable[..., str]], View]:
    """Make a function a deed behind a link: it changes one thing and returns the address to go on to (303).

    A form that was not shown in this browser is not taken. A refusal is said on the page that ``again`` shows.
    """

    def wrap(do: Callable[..., str]) -> View:
        SCREENS[f"{do.__module__}.{do.__name__}"] = "deed"

        @csrf_exempt
        @wraps(do)
        def view(request: HttpRequest, **where: Any) -> HttpResponseBase:  # noqa: ANN401
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])

            def act(session: LinkSession) -> HttpResponseBase:
                if not hmac.compare_digest(request.POST.get(FIELD, ""), session.form):
                    raise NotFound
                try:
                    return HttpResponseRedirect(do(session, request, **where), status=303)
                except NotFound:
                    raise
                except Refusal as no:
                    shown = again(session, request, no)
                    shown.status_code = no.status
                    return shown

            return _behind(request, act)

        return view

    return wrap


def in_words(request: HttpRequest, show: Callable[[str], HttpResponseBase], *likes: str) -> HttpResponseBase:
    """Answer in the language that was asked for here, else that of the patient, else that of the browser."""
    asked = request.GET.get("words", "")
    language = choose_language(
        *(one for one in (asked, request.COOKIES.get(WORDS, ""), *likes) if one[:2] in PLAIN_LANGUAGES),
        request.headers.get("Accept-Language", "")[:2],
    )
    with translation.override(language):
        answer = show(language)
    if asked in PLAIN_LANGUAGES and isinstance(answer, HttpResponse):
        secure = request.is_secure()
        answer.set_cookie(WORDS, asked, max_age=_A_YEAR, path=PATH, secure=secure, httponly=True, samesite="Strict")
    return keep_private(answer)


def keep_private(answer: HttpResponseBase) -> HttpResponseBase:
    """Tell no other site from where somebody came: the first address holds the token."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def show_closed(request: HttpRequest) -> HttpResponseBase:
    """Answer that nothing is open here: the same for a link that ended, one that never was, and after half an hour."""

    def show(language: str) -> HttpResponse:
        return render(request, "portal/closed.html", {"words": language}, status=404)

    answer = in_words(request, show)
    assert isinstance(answer, HttpResponse)
    end_session(answer)
    return answer


def _behind(request: HttpRequest, do: Callable[[LinkSession], HttpResponseBase]) -> HttpResponseBase:
    session = read_session(request)
    if session is None:
        return show_closed(request)
    try:
        return keep_private(do(session))
    except NotFound:
        return show_closed(request)
