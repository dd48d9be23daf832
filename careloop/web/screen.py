"""Every address is a page or a deed. Both are handed who acts; refusals are answered here, in plain words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile, WrongPatient
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.reads.access import Me
from careloop.reads.frame import FrameCounts
from careloop.reads.people import get_name
from careloop.reads.worklist import expect_form
from careloop.web import errors
from careloop.web.seals import FIELD, unseal

View = Callable[..., HttpResponseBase]

_YEAR = 365 * 24 * 60 * 60

# "module.function" of every page and deed: a house test holds it against the addresses.
SCREENS: dict[str, str] = {}

# Deeds whose forms stand on no page of a patient. A house test knows them by name.
ABOUT_NO_PATIENT: set[str] = set()


class ActingRequest(HttpRequest):
    """A request after the sign-in middleware: it knows who acts, when, why and in which language.

    ``counts`` are the numbers of the navigation, counted when the frame is drawn. ``saved_at`` is when this session
    last changed something, None if it has not.
    """

    acting: Acting | None
    me: Me | None
    counts: FrameCounts
    today: date
    theme: str
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a deed says when it is done, and the loop and version that can be undone for ten seconds.

    The sentence is kept in the session until it is shown: it never names a patient or a health fact.
    ``remember`` is the name and value of a cookie for a year ("" forgets it): colours, nothing else. ``go_to`` is the
    address of what the deed made, "" to go back.
    """

    sentence: str
    undo: tuple[UUID, int] | None = None
    remember: tuple[str, str] | None = None
    go_to: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A deed that did not succeed: what was typed is shown again beside the reason.

    ``taken`` is true when somebody else changed the row first. ``say`` is the refusal, None when only
    the form was not clear; ``refusal`` is the refusal itself, for what it carries beside its sentence.
    """

    verb: str
    loop_id: UUID | None
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    say: Say | None = None
    taken: bool = False
    refusal: Refusal | None = None


class Unclear(Exception):  # noqa: N818
    """A form that cannot be read as it is. Carries the bound form with its errors."""

    def __init__(self, form: BaseForm) -> None:
        super().__init__(form.errors.as_text())
        self.form = form


def page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Make a function a page: it shows something, changes nothing and needs somebody signed in.

    HEAD is answered as GET is; the server leaves the body away. ``methods`` holds POST as well only where the
    question itself must not be in an address (find).
    """

    def wrap(show: View) -> View:
        SCREENS[f"{show.__module__}.{show.__name__}"] = "page"

        @wraps(show)
        def view(request: ActingRequest, **where: Any) -> HttpResponseBase:  # noqa: ANN401
            if request.method not in (*methods, "HEAD"):
                return HttpResponseNotAllowed(methods)
            if request.acting is None:
                return ask_to_sign_in(request)
            try:
                return show(request.acting, request, **where)
            except NotFound:
                return errors.show_not_found(request)
            except WrongPatient as no:
                return _show_wrong_patient(request, request.acting, no)
            except Refusal as no:
                return errors.show_refusal(request, no)

        return view

    return wrap


def deed(
    *, back_to: Callable[..., str], again: View | None = None, about_patient: bool = True
) -> Callable[[Callable[..., Told]], View]:
    """Make a function a deed: it changes one thing, says one sentence and goes back to a page (303).

    ``back_to(request, **where)`` gives the address to go back to. ``again(acting, request, attempt,
    **where)`` shows the page again after a refusal, with what was typed; without it the refusal is
    a page of its own.

    Unless ``about_patient`` is False the form must carry the seal of the patient for whom it was shown, and the doors
    refuse the row of anybody else. htmx follows the 303 by itself and takes the part that it needs.
    """

    def wrap(do: Callable[..., Told]) -> View:
        SCREENS[f"{do.__module__}.{do.__name__}"] = "deed"
        if not about_patient:
            ABOUT_NO_PATIENT.add(f"{do.__module__}.{do.__name__}")

        @wraps(do)
        def view(request: ActingRequest, **where: Any) -> HttpResponseBase:  # noqa: ANN401
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            if request.acting is None:
                return ask_to_sign_in(request)
            try:
                acting = read_seal(request.acting, request, where) if about_patient else request.acting
                told = _do(do, acting, request, where)
            except WrongPatient as no:
                return _show_wrong_patient(request, request.acting, no)
            except (Refusal, Unclear) as no:
                return _answer_no(request, do.__name__, no, again, where)
            messages.success(request, told.sentence, extra_tags=_undo_tag(told, acting))
            answer = HttpResponseRedirect(told.go_to or back_to(request, **where), status=303)
            _remember(request, answer, told)
            return answer

        return view

    return wrap


def _do(do: Callable[..., Told], acting: Acting, request: ActingRequest, where: Mapping[str, Any]) -> Told:
    try:
        return do(acting, request, **where)
    except Unclear:
        # The form is shown again, and must not be shown under another patient's name than it was filled in for.
        if "loop_id" in where:
            expect_form(acting, where["loop_id"])
        raise


def read_seal(acting: Acting, request: ActingRequest, where: Mapping[str, Any]) -> Acting:
    """Return who acts with the patient whose form was sent: the door refuses the row of anybody else.

    :raises WrongPatient: if the form does not say whose it is, or the address names another patient
    """
    shown = unseal(request.POST.get(FIELD, ""), acting.person_id)
    if shown is None or where.get("patient_id", shown) != shown:
        raise WrongPatient(shown)
    return replace(acting, about=shown)


def _show_wrong_patient(request: ActingRequest, acting: Acting, no: WrongPatient) -> HttpResponse:
    """Answer 409 with whose form it was, if this person may know."""
    try:
        name = get_name(acting, no.shown) if no.shown else None
    except NotFound:
        name = None
    return errors.show_wrong_patient(request, no, name)


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
) -> HttpResponseBase:
    if isinstance(no, NotFound):
        return errors.show_not_found(request)
    if again is None:
        return errors.show_refusal(request, no) if isinstance(no, Refusal) else errors.show_unclear(request)
    typed = {name: str(value) for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", FIELD)}
    attempt = Attempt(
        verb=verb,
        loop_id=where.get("loop_id"),
        values=typed,
        errors=_errors_of(no.form) if isinstance(no, Unclear) else {},
        say=no.say if isinstance(no, Refusal) else None,
        taken=isinstance(no, TakenMeanwhile),
        refusal=no if isinstance(no, Refusal) else None,
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


def _undo_tag(told: Told, acting: Acting) -> str:
    return f"undo:{told.undo[0]}:{told.undo[1]}:{acting.about or ''}" if told.undo else ""
