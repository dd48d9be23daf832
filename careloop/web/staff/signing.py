"""The checks: the list, the page of each, and the form with which a clinician signs."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from careloop.actions.signing import sign_check
from careloop.facts.access import Acting
from careloop.facts.signing import CheckLine, CheckPage, Signature
from careloop.facts.worklist import Confidence
from careloop.reads.signing import get_check_page, list_checks
from careloop.rules.checks import find_checks
from careloop.rules.signing import say_thresholds
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import forms
from careloop.web.staff.forms import read_form

# A threshold's field is named after its bound: "threshold:check.bound".
THRESHOLD = "threshold:"


@page()
def show_checks(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show every check: on or off, who signed it, and how often it helps."""
    return render_checks(request, list_checks(acting))


def render_checks(request: ActingRequest, lines: tuple[CheckLine, ...]) -> HttpResponse:
    """Render the list of checks from plain values."""
    return render(request, "staff/checks.html", {"lines": lines, "here": "checks", "general": Confidence.GENERAL})


@page()
def show_check(acting: Acting, request: ActingRequest, name: str) -> HttpResponse:
    """Show what a check asks, on whose word, how it stands, who signed it, and how often it helps."""
    return render_check(request, _find_page(acting, name))


def render_check(request: ActingRequest, shown: CheckPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the page of a check from plain values; ``attempt`` is a signature that was not taken."""
    given = attempt.values if attempt else {}
    return render(
        request,
        "staff/check.html",
        {
            "page": shown,
            "attempt": attempt,
            "here": "checks",
            "general": Confidence.GENERAL,
            "is_on": given["state"] == "on" if "state" in given else shown.line.standing.is_on,
            "is_unverified_on": "unverified" in given if attempt else shown.line.standing.is_unverified_on,
            "history": [(one, say_thresholds(find_checks().get(one.check), one.thresholds)) for one in shown.history],
            "fields": [(one, given.get(f"{THRESHOLD}{one.bound.name}", f"{one.value:f}")) for one in shown.thresholds],
        },
    )


def _find_page(acting: Acting, name: str) -> CheckPage:
    return get_check_page(acting, name, language=(translation.get_language() or "en")[:2])


def _show_again(acting: Acting, request: ActingRequest, attempt: Attempt, name: str) -> HttpResponse:
    return render_check(request, _find_page(acting, name), attempt)


def _back(request: ActingRequest, name: str) -> str:
    return reverse("check", kwargs={"name": name})


@deed(back_to=_back, again=_show_again, about_patient=False)
def sign(acting: Acting, request: ActingRequest, name: str) -> Told:
    """Sign the check on or off, with its thresholds."""
    typed = read_form(forms.SignForm, request)
    values = {
        field.removeprefix(THRESHOLD): str(value)[: forms.SHORT_LIMIT]
        for field, value in request.POST.items()
        if field.startswith(THRESHOLD)
    }
    is_on = typed["state"] == "on"
    signature = Signature(
        name, is_on, is_unverified_on=is_on and typed["unverified"], thresholds=values, note=typed["note"]
    )
    sign_check(acting, signature, seen=typed["seen"])
    return Told(_("Signed. Everybody is looked at again by this rule.") if is_on else _("Signed. The check is off."))
