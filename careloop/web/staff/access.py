"""What a signed-in person can set for themselves: language and colours; sign-in lies with the library."""

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from careloop.actions.access import choose_language
from careloop.facts.access import Acting, Right
from careloop.rules.access import has_right
from careloop.web.entry import THEMES
from careloop.web.screen import ActingRequest, Told, deed, page
from careloop.web.staff.forms import read_form

# Kept in the browser of who wants a row for each thing.
EACH = "each"


class LanguageForm(forms.Form):
    """One of the languages that screens speak."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


@page()
def show_you(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the person's own page: language, colours, keys and sign-in."""
    return render(request, "staff/you.html", {"here": "you", "has_visits": has_right(acting, Right.BOOKING_READ)})


def _to_where(request: ActingRequest) -> str:
    """Go back to the page of this house on which the form stood, else to the person's own page."""
    page_of_form = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(page_of_form, allowed_hosts=None)
    return page_of_form if here and page_of_form.startswith("/") else reverse("you")


@deed(back_to=_to_where, about_patient=False)
def set_language(acting: Acting, request: ActingRequest) -> Told:
    """Choose the language of all screens, for good."""
    language = read_form(LanguageForm, request)["language"]
    choose_language(acting, language)
    translation.activate(language)
    return Told(_("Your screens are in English now."))


@deed(back_to=_to_where, about_patient=False)
def set_theme(acting: Acting, request: ActingRequest) -> Told:
    """Choose light, dark or the computer's own colours, for this browser."""
    theme = request.POST.get("theme", "")
    return Told(_("The colours are set."), remember=("theme", theme if theme in THEMES else ""))


@deed(back_to=_to_where, about_patient=False)
def set_grouping(acting: Acting, request: ActingRequest) -> Told:
    """Choose whether the things of one person stand in one row of Today, for this browser."""
    if request.POST.get("rows") == EACH:
        return Told(_("Each thing has its own row now."), remember=("rows", EACH))
    return Told(_("The things of one person stand in one row now."), remember=("rows", ""))
