"""The words for patients: all situations with how far their words are, and one as a person would see it."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.approvals import LONGEST, approve_words, return_words, review_words
from careloop.facts.access import Acting
from careloop.facts.approvals import WordsPage
from careloop.facts.messages import MessageLine, Private, State
from careloop.reads.messages import get_message, list_messages
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import read_form


@page()
def show_messages(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show every situation with its languages."""
    return render_messages(request, list_messages(acting))


def render_messages(request: ActingRequest, lines: tuple[MessageLine, ...]) -> HttpResponse:
    """Render the list from plain values."""
    versions = [shown for line in lines for shown in line.shown]
    approved = sum(shown.state is State.APPROVED for shown in versions)
    values = {"lines": lines, "versions": len(versions), "approved": approved, "here": "admin"}
    return render(request, "admin/messages.html", values)


@page()
def show_message(acting: Acting, request: ActingRequest, key: str) -> HttpResponse:
    """Show one situation on each of its roads."""
    return render_message(request, get_message(acting, key=key))


def render_message(request: ActingRequest, shown: WordsPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one situation from plain values."""
    values = {
        "line": shown.line, "acts": shown.acts, "kinds": list(Private), "here": "admin", "attempt": attempt,
        "typed": attempt.values if attempt else {},
    }  # fmt: skip
    return render(request, "admin/message.html", values)


class WordsForm(forms.Form):
    """Which words somebody read, and what qualifies them, or why they are a draft again."""

    language = forms.CharField(max_length=20)
    seal = forms.CharField(max_length=64)
    told = forms.CharField(max_length=LONGEST, error_messages={"required": gettext_lazy("Say it in a few words.")})


def _to_message(request: ActingRequest, key: str) -> str:
    return reverse("admin-message", kwargs={"key": key})


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, key: str) -> HttpResponse:
    return render_message(request, get_message(acting, key=key), attempt)


@deed(back_to=_to_message, again=_again, about_patient=False)
def review(acting: Acting, request: ActingRequest, key: str) -> Told:
    """Say that one has read words."""
    typed = read_form(WordsForm, request)
    review_words(acting, key=key, language=typed["language"], seal=typed["seal"], qualification=typed["told"])
    return Told(_("Reviewed. Somebody else approves them, then they may go to patients."))


@deed(back_to=_to_message, again=_again, about_patient=False)
def approve(acting: Acting, request: ActingRequest, key: str) -> Told:
    """Approve words."""
    typed = read_form(WordsForm, request)
    approve_words(acting, key=key, language=typed["language"], seal=typed["seal"], qualification=typed["told"])
    return Told(_("Approved. These very words may go to patients now."))


@deed(back_to=_to_message, again=_again, about_patient=False)
def send_back(acting: Acting, request: ActingRequest, key: str) -> Told:
    """Make words a draft again."""
    typed = read_form(WordsForm, request)
    return_words(acting, key=key, language=typed["language"], seal=typed["seal"], note=typed["told"])
    return Told(_("A draft again. These words go to nobody."))
