"""The mailbox of answers: how it is reached, how that goes, and which words were read wrongly."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.mailbox import look_soon, set_mailbox, stop_mailbox
from careloop.facts.access import Acting
from careloop.facts.mailbox import MailboxDraft, Security
from careloop.reads.mailbox import MailboxPage, get_mailbox_page
from careloop.rules.mailbox import LAST_PORT, LONGEST
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import read_form

# What the form begins with where nothing was set up.
FIRST = {"security": str(Security.TLS), "folder": "INBOX"}
WRITE = {"required": gettext_lazy("Write something first.")}


class MailboxForm(forms.Form):
    """How the mailbox is reached. An empty password keeps the one that is there."""

    host = forms.CharField(max_length=LONGEST, error_messages=WRITE)
    security = forms.TypedChoiceField(
        coerce=Security,
        choices=[(str(one), str(one)) for one in Security],
        error_messages={"required": gettext_lazy("Choose one."), "invalid_choice": gettext_lazy("Choose one.")},
    )
    port = forms.IntegerField(
        required=False, min_value=1, max_value=LAST_PORT,
        error_messages={"invalid": gettext_lazy("Write a number."), "min_value": gettext_lazy("Write a number."),
                        "max_value": gettext_lazy("Write a number.")},
    )  # fmt: skip
    folder = forms.CharField(max_length=LONGEST, error_messages=WRITE)
    username = forms.CharField(max_length=LONGEST, error_messages=WRITE)
    password = forms.CharField(max_length=LONGEST, required=False, strip=False)


@page()
def show_mailbox(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the mailbox."""
    return render_mailbox(request, get_mailbox_page(acting))


def render_mailbox(request: ActingRequest, shown: MailboxPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the mailbox from plain values; ``attempt`` is a form that was not taken. A password is never shown."""
    one = shown.mailbox
    known: dict[str, object] = {**FIRST}
    if one is not None:
        known = {
            "host": one.host, "security": str(one.security), "port": one.port, "folder": one.folder,
            "username": one.username,
        }  # fmt: skip
    typed: dict[str, object] = {**attempt.values} if attempt else known
    typed.pop("password", None)
    values = {"page": shown, "attempt": attempt, "typed": typed, "lines": list(Security), "here": "admin"}
    return render(request, "admin/mailbox.html", values)


def _again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_mailbox(request, get_mailbox_page(acting), attempt)


def _back(_request: HttpRequest) -> str:
    return reverse("admin-mailbox")


@deed(back_to=_back, again=_again, about_patient=False)
def save_mailbox(acting: Acting, request: ActingRequest) -> Told:
    """Set up the mailbox."""
    typed = read_form(MailboxForm, request)
    set_mailbox(acting, draft=MailboxDraft(**typed))
    return Told(_("Kept. It is read within a few seconds. Open this page again to see how it went."))


@deed(back_to=_back, again=_again, about_patient=False)
def read_now(acting: Acting, request: ActingRequest) -> Told:
    """Have the mailbox read now."""
    look_soon(acting)
    return Told(_("It is read within a few seconds. Open this page again to see how it went."))


@deed(back_to=_back, again=_again, about_patient=False)
def stop_reading(acting: Acting, request: ActingRequest) -> Told:
    """Read the mailbox no more."""
    stop_mailbox(acting)
    return Told(_("It is not read any more."))
