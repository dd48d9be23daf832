"""What a signed-in person can set for themselves: language and colours; sign-in lies with the library."""

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from careloop.actions.access import choose_language
from careloop.facts.access import Acting
from careloop.web.entry import THEMES
from careloop.web.screen import ActingRequest, Told, deed, page
from careloop.web.staff.forms import read_form


class LanguageForm(forms.Form):
    """One of the languages that screens speak."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


@page()
def show_you(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the person's own page: language, colours, keys and sign-in."""
    return render(request, "staff/you.html", {"here": "you", "languages": settings.LANGUAGES})


def _to_you(request: ActingRequest) -> str:
    return reverse("you")


@deed(back_to=_to_you)
def set_language(acting: Acting, request: ActingRequest) -> Told:
    """Choose the language of all screens, for good."""
    language = read_form(LanguageForm, request)["language"]
    choose_language(acting, language)
    translation.activate(language)
    return Told(_("Your screens are in English now."))


@deed(back_to=_to_you)
def set_theme(acting: Acting, request: ActingRequest) -> Told:
    """Choose light, dark or the computer's own colours, for this browser."""
    theme = request.POST.get("theme", "")
    return Told(_("The colours are set."), remember=("theme", theme if theme in THEMES else ""))
