"""Setting a clinic up: one thing a page, for whoever holds the key that the start command printed.

Nobody is signed in yet. Without the key there is one page, that asks for it; when the clinic is set up there is none.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.intake.held import let_file_go
from careloop.actions.people import make_sign_in_link
from careloop.actions.setup import apply_setup, ask_demo, close_demo_setup, finish_setup, save_answers
from careloop.basics.clock import read_clock
from careloop.basics.refusals import NotFound, Refusal
from careloop.catalog.demo.staff import STAFF as DEMO_STAFF
from careloop.channels.road_portal import safe_address
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.setup import DemoState, Setup, SetupStep
from careloop.reads.administration import get_people_page, list_units
from careloop.reads.setup import (
    find_held_name,
    get_demo_progress,
    get_held_file,
    get_installer,
    get_setup,
    is_setup_open,
)
from careloop.rules.setup import MOST_PEOPLE, STAFF, NotClear, read_days, read_hours, read_people
from careloop.web import errors
from careloop.web.labels import label_of
from careloop.web.labels_admin import WEEKDAYS
from careloop.web.screen import SCREENS
from careloop.web.setup_import import Report, read_upload, take_in, try_file

STEPS = tuple(SetupStep)
GOING_ON = (DemoState.WAITING, DemoState.MAKING)
STAFF_OF_DEMO = [(one.email, one.role, one.name) for one in DEMO_STAFF]
_LIMIT = 4000
_MARK = "setup"
_NO_ANSWER = ("csrfmiddlewaretoken", "version")


class _KeyForm(forms.Form):
    """The key, with or without hyphens and blanks."""

    key = forms.CharField(max_length=100, error_messages={"required": gettext_lazy("Type the key.")})

    def clean_key(self) -> str:
        """Return the key as it was printed."""
        plain = "".join(str(self.cleaned_data["key"]).lower().replace("-", "").split())
        return "-".join(plain[n : n + 4] for n in range(0, len(plain), 4))


def installer(show: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make a function a page of the setting up: it is handed who sets up; nobody else gets there."""
    SCREENS[f"{show.__module__}.{show.__name__}"] = "setup"

    @wraps(show)
    def view(request: HttpRequest, **where: Any) -> HttpResponseBase:  # noqa: ANN401
        acting = get_installer(str(request.session.get(_MARK, "")), read_clock())
        if acting is None:
            return redirect("setup") if is_setup_open() else errors.show_not_found(request)
        try:
            return show(acting, request, **where)
        except NotFound:
            return errors.show_not_found(request)

    return view


def show_key(request: HttpRequest) -> HttpResponseBase:
    """Ask for the key; where no clinic waits to be set up there is no such page."""
    if not is_setup_open():
        return errors.show_not_found(request)
    form = _KeyForm(request.POST or None)
    wrong = form.is_bound
    if form.is_valid():
        mark = hashlib.sha256(form.cleaned_data["key"].encode()).hexdigest()
        if get_installer(mark, read_clock()) is not None:
            request.session.cycle_key()
            request.session[_MARK] = mark
            return redirect("setup-step", step=STEPS[0])
    return render(request, "setup/key.html", {"wrong": wrong}, status=422 if wrong else 200)


SCREENS[f"{show_key.__module__}.{show_key.__name__}"] = "setup"


@installer
def show_step(acting: Acting, request: HttpRequest, step: str) -> HttpResponseBase:
    """Ask one thing, and keep the answer."""
    if step not in STEPS:
        raise NotFound
    setup, here = get_setup(acting), SetupStep(step)
    if setup.is_applied:
        return redirect("setup-import")
    if setup.is_demo_asked:
        return redirect("setup-demo")
    if request.method != "POST":
        return render_step(request, here, setup, setup.answers.get(step, {}))
    typed = {
        name: str(value)[:_LIMIT]
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "version")
    }
    if wrong := _find_wrong(here, typed):
        return render_step(request, here, setup, typed, wrong)
    version = request.POST.get("version", "")
    try:
        save_answers(acting, step=here, typed=typed, version=int(version) if version.isdigit() else 0)
    except Refusal as no:
        answer = render_step(request, here, get_setup(acting), typed, refused=no)
        answer.status_code = no.status
        return answer
    place = STEPS.index(here) + 1
    return redirect("setup-step", step=STEPS[place]) if place < len(STEPS) else redirect("setup-check")


def render_step(
    request: HttpRequest,
    step: SetupStep,
    setup: Setup,
    typed: Mapping[str, str],
    wrong: Mapping[str, str] | None = None,
    *,
    refused: Refusal | None = None,
) -> HttpResponse:
    """Render one page of the setting up from plain values."""
    place = STEPS.index(step)
    given = {
        "step": step,
        "number": place + 1,
        "whole": len(STEPS) + 1,
        "before": STEPS[place - 1] if place else None,
        "typed": typed,
        "version": setup.version,
        "wrong": [(f"setup-{name}", words) for name, words in (wrong or {}).items()],
        "refused": refused,
        "hours": [(n, day, typed.get(f"opens-{n}", ""), typed.get(f"closes-{n}", "")) for n, day in WEEKDAYS],
        "people": [_person(number, typed) for number in range(1, MOST_PEOPLE + 1)],
        "roles": [(str(role), label_of(role)) for role in STAFF],
    }
    return render(request, f"setup/{step}.html", given, status=422 if wrong else 200)


def _person(number: int, typed: Mapping[str, str]) -> dict[str, object]:
    role = typed.get(f"role-{number}") or ("administrator" if number == 1 else "coordinator")
    return {"number": number, "role": role, "language": typed.get(f"language-{number}", "en"),
            "name": typed.get(f"name-{number}", ""), "email": typed.get(f"email-{number}", "")}  # fmt: skip


def _find_wrong(step: SetupStep, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what cannot be read, by field."""
    must = {SetupStep.CLINIC: "name", SetupStep.TEAMS: "teams"}.get(step)
    if must and not typed.get(must, "").strip():
        return {must: _("Give a name.")}
    if step is SetupStep.CLINIC and typed.get("portal", "").strip() and not safe_address(typed["portal"]):
        return {"portal": _("It begins with https:// and has nothing behind a question mark.")}
    try:
        if step is SetupStep.SITE:
            read_hours(typed)
        elif step is SetupStep.DAYS:
            read_days(typed.get("days", ""))
        elif step is SetupStep.PEOPLE:
            read_people(typed)
    except NotClear as fault:
        if fault.field == "role-1" and not fault.given:
            return {"role-1": _("One of them must be an administrator.")}
        said = fault.given or _("something is missing")
        return {fault.field: _("This is not clear yet: %(given)s") % {"given": said[:100]}}
    return {}


@installer
def show_check(acting: Acting, request: HttpRequest) -> HttpResponseBase:
    """Show every answer once more, and make the clinic."""
    setup = get_setup(acting)
    if setup.is_applied:
        return redirect("setup-import")
    if request.method != "POST":
        return render_check(request, setup)
    try:
        apply_setup(acting)
    except Refusal as no:
        return render_check(request, setup, refused=no)
    return HttpResponseRedirect(reverse("setup-import"), status=303)


def render_check(request: HttpRequest, setup: Setup, *, refused: Refusal | None = None) -> HttpResponse:
    """Render all answers from plain values."""
    shown = [(step, [words for words in setup.answers.get(step, {}).values() if words.strip()]) for step in STEPS]
    given = {"shown": shown, "refused": refused, "number": len(STEPS) + 1, "whole": len(STEPS) + 1, "before": STEPS[-1]}
    return render(request, "setup/check.html", given, status=refused.status if refused else 200)


@installer
def show_import(acting: Acting, request: HttpRequest) -> HttpResponseBase:
    """Try a file with records, and hold it: what is wrong is said by row, and one press more takes it in."""
    if not get_setup(acting).is_applied:
        return redirect("setup-check")
    teams = [unit for unit in list_units(acting) if unit.kind == "team"]
    report, file = None, request.FILES.get("file")
    missing = request.method == "POST" and file is None
    if request.method == "POST" and file is not None:
        team = next((t.id for t in teams if str(t.id) == request.POST.get("team")), teams[0].id)
        raw, dates = file.read() if file.size else b"", request.POST.get("dates", "iso")
        report = try_file(replace(acting, purpose=Purpose.INTAKE), file.name or "", raw, dates, team)
    return _render_import(acting, request, report, missing=missing)


@installer
def show_held(acting: Acting, request: HttpRequest) -> HttpResponseBase:
    """Take the file that was tried in, or let it go; both can be pressed again after a fault."""
    key = request.POST.get("file", "")
    if request.method != "POST" or not get_setup(acting).is_applied:
        return redirect("setup-import")
    try:
        held = get_held_file(acting, file_id=UUID(key))
    except (ValueError, NotFound):
        # Gone within a day, or taken in by another window.
        return _render_import(acting, request, None, gone=True)
    taking = replace(acting, purpose=Purpose.INTAKE)
    report = None
    if request.POST.get("really") == "1":
        report = take_in(taking, read_upload(held.name, held.raw, held.dates, acting.at.date()), unit_id=held.unit_id)
    let_file_go(taking, file_id=held.id)
    return _render_import(acting, request, report)


def _render_import(
    acting: Acting, request: HttpRequest, report: Report | None, *, missing: bool = False, gone: bool = False
) -> HttpResponse:
    teams = [unit for unit in list_units(acting) if unit.kind == "team"]
    given = {
        "teams": teams,
        "report": report,
        "held": find_held_name(acting),
        "missing": missing,
        "gone": gone,
        "dates": request.POST.get("dates", "iso"),
    }
    return render(request, "setup/import.html", given, status=422 if missing else 200)


def show_demo(request: HttpRequest) -> HttpResponseBase:
    """Ask for the demo clinic in place of one's own, see how far it is, and how to sign in when it is there."""
    mark = str(request.session.get(_MARK, ""))
    progress, acting = get_demo_progress(mark), get_installer(mark, read_clock())
    if progress is None:
        return redirect("setup") if is_setup_open() else errors.show_not_found(request)
    refused: Refusal | None = None
    if request.method == "POST" and progress.state is DemoState.READY:
        close_demo_setup(Acting(SYSTEM_ID, Role.SYSTEM, read_clock(), Purpose.OPERATE))
        request.session.flush()
        return redirect("account_login")
    if request.method == "POST" and acting is not None:
        try:
            ask_demo(acting)
        except Refusal as no:
            refused = no
        else:
            return HttpResponseRedirect(reverse("setup-demo"), status=303)
    given = {
        "progress": progress,
        "refused": refused,
        "staff": STAFF_OF_DEMO,
        "goes_on": progress.state in GOING_ON,
        "wrong": False,
    }
    return render(request, "setup/demo.html", given, status=refused.status if refused else 200)


SCREENS[f"{show_demo.__module__}.{show_demo.__name__}"] = "setup"


@installer
def show_links(acting: Acting, request: HttpRequest) -> HttpResponseBase:
    """Show a sign-in link for each person, and close the setting up: posted, once."""
    if request.method != "POST" or not get_setup(acting).is_applied:
        return redirect("setup-import")
    people = [row for row in get_people_page(acting).people if row.may_sign_in]
    links = [(row, request.build_absolute_uri(make_sign_in_link(acting, person_id=row.id))) for row in people]
    finish_setup(acting)
    request.session.flush()
    return render(request, "setup/links.html", {"links": links})
