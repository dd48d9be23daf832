"""Every address is a page or a deed. Both are handed who acts; refusals are answered here, in plain words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.reads.access import Me
from careloop.web import errors

View = Callable[..., HttpResponse]

_YEAR = 365 * 24 * 60 * 60

# "module.function" of every page and deed: a house test holds it against the addresses.
SCREENS: dict[str, str] = {}


class ActingRequest(HttpRequest):
    """A request after the sign-in middleware: it knows who acts, when, why and in which language.

    ``may_list`` and ``may_find`` say which of the main pages the role has at all.
    """

    acting: Acting | None
    me: Me | None
    may_list: bool
    may_find: bool
    today: date
    theme: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a deed says when it is done, and the loop and version that can be undone for ten seconds.

    The sentence is kept in the session until it is shown: it never names a patient or a health fact.
    ``remember`` is the name and value of a cookie for a year ("" forgets it): colours, nothing else.
    """

    sentence: str
    undo: tuple[UUID, int] | None = None
    remember: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A deed that did not succeed: what was typed is shown again beside the reason.

    ``taken`` is true when somebody else changed the row first. ``say`` is the refusal, None when only
    the form was not clear.
    """

    verb: str
    loop_id: UUID | None
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    say: Say | None = None
    taken: bool = False


class Unclear(Exception):  # noqa: N818
    """A form that cannot be read as it is. Carries the bound form with its errors."""

    def __init__(self, form: BaseForm) -> None:
        super().__init__(form.errors.as_text())
        self.form = form


def page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Make a function a page: it shows something, changes nothing and needs somebody signed in.

    ``methods`` holds POST as well only where the question itself must not be in an address (find).
    """

    def wrap(show: View) -> View:
        SCREENS[f"{show.__module__}.{show.__name__}"] = "page"

        @wraps(show)
        def view(request: ActingRequest, **where: Any) -> HttpResponse:  # noqa: ANN401
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if request.acting is None:
                return ask_to_sign_in(request)
            try:
                return show(request.acting, request, **where)
            except NotFound:
                return errors.show_not_found(request)
            except Refusal as no:
                return errors.show_refusal(request, no)

        return view

    return wrap


def deed(*, back_to: Callable[..., str], again: View | None = None) -> Callable[[Callable[..., Told]], View]:
    """Make a function a deed: it changes one thing, says one sentence and goes back to a page (303).

    ``back_to(request, **where)`` gives the address to go back to. ``again(acting, request, attempt,
    **where)`` shows the page again after a refusal, with what was typed; without it the refusal is
    a page of its own. htmx follows the 303 by itself and takes the part that it needs.
    """

    def wrap(do: Callable[..., Told]) -> View:
        SCREENS[f"{do.__module__}.{do.__name__}"] = "deed"

        @wraps(do)
        def view(request: ActingRequest, **where: Any) -> HttpResponse:  # noqa: ANN401
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            if request.acting is None:
                return ask_to_sign_in(request)
            try:
                told = do(request.acting, request, **where)
            except (Refusal, Unclear) as no:
                return _answer_no(request, do.__name__, no, again, where)
            messages.success(request, told.sentence, extra_tags=_undo_tag(told))
            answer = HttpResponseRedirect(back_to(request, **where), status=303)
            _remember(request, answer, told)
            return answer

        return view

    return wrap


def ask_to_sign_in(request: ActingRequest) -> HttpResponse:
    """Send somebody who is not signed in to the sign-in page; a deed's address is not kept."""
    back = request.get_full_path() if request.method == "GET" else reverse("today")
    answer: HttpResponse = redirect_to_login(back)
    if request.headers.get("HX-Request"):
        # A part of a page cannot become the sign-in page: the browser goes there as a whole.
        answer = HttpResponse(status=401, headers={"HX-Redirect": answer["Location"]})
    return answer


def _answer_no(
    request: ActingRequest, verb: str, no: Refusal | Unclear, again: View | None, where: Mapping[str, Any]
) -> HttpResponse:
    if isinstance(no, NotFound):
        return errors.show_not_found(request)
    if again is None:
        return errors.show_refusal(request, no) if isinstance(no, Refusal) else errors.show_unclear(request)
    typed = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    attempt = Attempt(
        verb=verb,
        loop_id=where.get("loop_id"),
        values=typed,
        errors=_errors_of(no.form) if isinstance(no, Unclear) else {},
        say=no.say if isinstance(no, Refusal) else None,
        taken=isinstance(no, TakenMeanwhile),
    )
    try:
        answer = again(request.acting, request, attempt, **where)
    except Refusal:
        return errors.show_not_found(request)
    answer.status_code = no.status if isinstance(no, Refusal) else 422
    return answer


def _remember(request: ActingRequest, answer: HttpResponse, told: Told) -> None:
    if told.remember is None:
        return
    name, value = told.remember
    if value:
        answer.set_cookie(name, value, max_age=_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(name, samesite="Lax")


def _errors_of(form: BaseForm) -> dict[str, str]:
    return {name: " ".join(str(e) for e in found) for name, found in form.errors.items()}


def _undo_tag(told: Told) -> str:
    return f"undo:{told.undo[0]}:{told.undo[1]}" if told.undo else ""
