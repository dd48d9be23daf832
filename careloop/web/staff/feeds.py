"""Somebody's own calendar addresses: made, shown once, and revoked."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.feeds import NAME_LIMIT, make_feed, revoke_feed
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting
from careloop.facts.feeds import FeedsPage
from careloop.reads.feeds import get_feeds_page
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import read_form


class NameForm(forms.Form):
    """Which calendar an address is for."""

    name = forms.CharField(
        max_length=NAME_LIMIT, error_messages={"required": gettext_lazy("Say which calendar it is for.")}
    )


class FeedForm(forms.Form):
    """Which address is meant."""

    feed = forms.UUIDField()


@page()
def show_feeds(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show one's own addresses."""
    return render_feeds(request, get_feeds_page(acting))


def render_feeds(
    request: ActingRequest, shown: FeedsPage, attempt: Attempt | None = None, address: str = ""
) -> HttpResponse:
    """Render one's own addresses from plain values; ``address`` is one that was made just now, and never again."""
    words = {"page": shown, "attempt": attempt, "address": address, "here": "you", "limit": NAME_LIMIT}
    return render(request, "staff/feeds.html", words)


@page(methods=("GET", "POST"))
def show_address(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Make an address and show it: once, for it is kept nowhere."""
    if request.method != "POST":
        return redirect("you-calendar")
    form = NameForm(request.POST)
    values = {"name": request.POST.get("name", "")}
    if not form.is_valid():
        errors = {name: " ".join(str(one) for one in found) for name, found in form.errors.items()}
        return _again(acting, request, Attempt("make", None, values, errors), 422)
    try:
        token = make_feed(acting, name=form.cleaned_data["name"])
    except NotFound:
        raise
    except Refusal as no:
        return _again(acting, request, Attempt("make", None, values, say=no.say), no.status)
    address = request.build_absolute_uri(reverse("calendar-feed", kwargs={"token": token}))
    return render_feeds(request, get_feeds_page(acting), address=address)


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, status: int) -> HttpResponse:
    answer = render_feeds(request, get_feeds_page(acting), attempt)
    answer.status_code = status
    return answer


def _to_feeds(request: ActingRequest) -> str:
    return reverse("you-calendar")


@deed(back_to=_to_feeds, about_patient=False)
def revoke(acting: Acting, request: ActingRequest) -> Told:
    """End one of one's own addresses."""
    revoke_feed(acting, feed_id=read_form(FeedForm, request)["feed"])
    return Told(_("This address answers nobody any more."))
