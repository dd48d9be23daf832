"""The channels: which are set up and what they lack, whether anything waits for a decision, and a test message."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.channels import TESTED, ask_channel_test
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.reads.channels import ChannelsPage, get_channels_page
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import SHORT_LIMIT, read_form


class TestForm(forms.Form):
    """Where a test message goes."""

    road = forms.TypedChoiceField(
        coerce=Road,
        choices=[(str(one), str(one)) for one in TESTED],
        error_messages={"required": gettext_lazy("Choose one."), "invalid_choice": gettext_lazy("Choose one.")},
    )
    address = forms.CharField(
        max_length=SHORT_LIMIT, error_messages={"required": gettext_lazy("Write your own number or e-mail address.")}
    )


@page()
def show_channels(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the channels."""
    return render_channels(request, get_channels_page(acting))


def render_channels(request: ActingRequest, shown: ChannelsPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the channels from plain values; ``attempt`` is a test that was not asked for."""
    typed = attempt.values if attempt else {}
    values = {"page": shown, "attempt": attempt, "typed": typed, "tested": TESTED, "here": "admin"}
    return render(request, "admin/channels.html", values)


def _again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_channels(request, get_channels_page(acting), attempt)


def _back(_request: HttpRequest) -> str:
    return reverse("admin-channels")


@deed(back_to=_back, again=_again, about_patient=False)
def test_channel(acting: Acting, request: ActingRequest) -> Told:
    """Have a test message sent to oneself."""
    typed = read_form(TestForm, request)
    ask_channel_test(acting, road=typed["road"], address=typed["address"])
    return Told(_("The test message goes out within a few seconds. Open this page again to see how it went."))
