"""Group visits: those to come with their seats, a new one, and one with who is in it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.calendars import cancel_group_visit, open_group_visit
from careloop.facts.access import Acting
from careloop.facts.groups import GroupPage, GroupsPage
from careloop.reads.groups import get_group_page, get_groups_page
from careloop.rules.scheduling import TimeTaken
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import group_forms as forms
from careloop.web.staff.admin_forms import list_fields
from careloop.web.staff.forms import read_form


@page()
def show_groups(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the group visits to come."""
    return render_groups(request, get_groups_page(acting))


def render_groups(request: ActingRequest, shown: GroupsPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the group visits from plain values; after a time that was taken, with the next ones that fit."""
    refusal = attempt.refusal if attempt else None
    return render(
        request,
        "staff/visits/groups.html",
        {
            "page": shown,
            "attempt": attempt,
            "fields": list_fields(forms.GroupForm, "open_group", attempt=attempt, options=forms.group_options(shown)),
            "offers": refusal.offers if isinstance(refusal, TimeTaken) else (),
            "here": "visits",
        },
    )


@page()
def show_group(acting: Acting, request: ActingRequest, group_id: UUID) -> HttpResponse:
    """Show one group visit."""
    return render_group(request, get_group_page(acting, group_id=group_id))


def render_group(request: ActingRequest, shown: GroupPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one group visit from plain values."""
    return render(request, "staff/visits/group.html", {"page": shown, "attempt": attempt, "here": "visits"})


def _to_groups(request: ActingRequest) -> str:
    return reverse("groups")


def _to_group(request: ActingRequest, group_id: UUID) -> str:
    return reverse("group", kwargs={"group_id": group_id})


def _groups_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_groups(request, get_groups_page(acting), attempt)


def _group_again(acting: Acting, request: ActingRequest, attempt: Attempt, group_id: UUID) -> HttpResponse:
    return render_group(request, get_group_page(acting, group_id=group_id), attempt)


@deed(back_to=_to_groups, again=_groups_again, about_patient=False)
def open_group(acting: Acting, request: ActingRequest) -> Told:
    """Open a new group time."""
    typed = read_form(forms.GroupForm, request)
    made = open_group_visit(
        acting, visit_type_id=typed["kind"], unit_id=typed["team"], wall=typed["wall"], entry_ids=typed["entries"],
        which=typed["which"],
    )  # fmt: skip
    return Told(
        _("The group is open. Patients are booked into it from their own pages."), go_to=_to_group(request, made)
    )


@deed(back_to=_to_group, again=_group_again, about_patient=False)
def cancel_group(acting: Acting, request: ActingRequest, group_id: UUID) -> Told:
    """Give back who leads a group and where."""
    cancel_group_visit(acting, group_id=group_id)
    return Told(_("Cancelled. Whoever leads it and its place are free for others."), go_to=_to_groups(request))
