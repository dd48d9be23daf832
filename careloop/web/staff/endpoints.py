"""Where an entry of the directory takes referrals as FHIR: its address, and the key that opens it."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.endpoints import LONGEST_KEY, drop_endpoint, set_endpoint
from careloop.channels.addresses import LONGEST
from careloop.facts.access import Acting
from careloop.facts.directory import EntryEndpoint
from careloop.reads.endpoints import get_endpoint
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import read_form


class EndpointForm(forms.Form):
    """The address, and the key; empty keeps the one that is there."""

    address = forms.CharField(max_length=LONGEST, error_messages={"required": gettext_lazy("Give the address.")})
    key = forms.CharField(required=False, max_length=LONGEST_KEY)


@page()
def show_endpoint(acting: Acting, request: ActingRequest, entry_id: UUID) -> HttpResponse:
    """Show where an entry takes referrals as FHIR, with the form that changes it."""
    return render_endpoint(request, get_endpoint(acting, entry_id))


def render_endpoint(request: ActingRequest, shown: EntryEndpoint, attempt: Attempt | None = None) -> HttpResponse:
    """Render it from plain values; of what was typed the key is not shown again."""
    typed = attempt.values.get("address", "") if attempt else shown.url
    given = {"page": shown, "attempt": attempt, "typed": typed, "here": "directory"}
    return render(request, "staff/directory_endpoint.html", given)


def _back(request: ActingRequest, entry_id: UUID) -> str:
    return reverse("directory-endpoint", kwargs={"entry_id": entry_id})


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, entry_id: UUID) -> HttpResponse:
    return render_endpoint(request, get_endpoint(acting, entry_id), attempt)


@deed(back_to=_back, again=_again, about_patient=False)
def save_endpoint(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Keep the address, and the key if one was given."""
    typed = read_form(EndpointForm, request)
    set_endpoint(acting, entry_id=entry_id, address=typed["address"], key=typed["key"])
    return Told(_("Kept. Referrals to this office can go there."))


@deed(back_to=_back, again=_again, about_patient=False)
def forget_endpoint(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Forget the address and its key."""
    drop_endpoint(acting, entry_id=entry_id)
    return Told(_("Forgotten, with its key. Referrals to this office go another way."))
