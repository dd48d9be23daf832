"""People by page: who works here, who begins, changes role or stops, in which teams, and how they sign in."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.actions.administration import (
    agree_to_change,
    change_role,
    choose_teams,
    correct_person,
    let_go,
    withdraw_change,
)
from careloop.actions.people import hire, make_sign_in_link
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.administration import PeoplePage, PersonPage
from careloop.reads.administration import get_people_page, get_person_page
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import admin_forms as forms
from careloop.web.staff.forms import read_form


@page()
def show_people(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show who works here, and the form for somebody new."""
    return render_people(request, get_people_page(acting))


def render_people(request: ActingRequest, shown: PeoplePage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the people from plain values; ``attempt`` is somebody new who was not taken."""
    units = [(unit.id, unit.name) for unit in shown.units]
    return render(
        request,
        "admin/people.html",
        {
            "page": shown,
            "attempt": attempt,
            "here": "admin",
            "fields": forms.list_fields(forms.NewPersonForm, "add_person", now={"language": "en"}, attempt=attempt),
            "boxes": forms.list_team_boxes("add_person", units, (), attempt),
        },
    )


@page()
def show_person(acting: Acting, request: ActingRequest, person_id: UUID) -> HttpResponse:
    """Show one person of staff: role, what it sees, teams, changes."""
    return render_person(request, get_person_page(acting, person_id=person_id))


def render_person(request: ActingRequest, shown: PersonPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one person from plain values; ``attempt`` is a deed that did not succeed."""
    now: Mapping[str, object] = {"name": shown.row.name, "language": shown.language, "role": str(shown.row.role)}
    units = [(unit.id, unit.name) for unit in shown.units]
    kinds = {"correct": forms.NameForm, "new_role": forms.RoleForm, "end_work": forms.EndForm}
    fields = {verb: forms.list_fields(kind, verb, now=now, attempt=attempt) for verb, kind in kinds.items()}
    tried = fields.get(attempt.verb, []) if attempt and attempt.taken else []
    return render(
        request,
        "admin/person.html",
        {
            "page": shown,
            "attempt": attempt,
            "here": "admin",
            "fields": fields,
            "boxes": forms.list_team_boxes("teams", units, shown.unit_ids, attempt),
            "differs": forms.list_differences(tried, now),
        },
    )


@page(methods=("GET", "POST"))
def show_link(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Make and show the link with which somebody sets a password: once, within a day. It is kept nowhere else."""
    if request.method != "POST":
        return redirect("admin-people")
    form = forms.PersonForm(request.POST)
    if not form.is_valid():
        raise NotFound
    person_id = form.cleaned_data["person"]
    shown = get_person_page(acting, person_id=person_id)
    link = request.build_absolute_uri(make_sign_in_link(acting, person_id=person_id))
    return render(request, "admin/link.html", {"page": shown, "link": link, "here": "admin"})


def _to_people(request: ActingRequest) -> str:
    return reverse("admin-people")


def _people_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_people(request, get_people_page(acting), attempt)


def _to_person(request: ActingRequest) -> str:
    return reverse("admin-person", kwargs={"person_id": UUID(request.POST["person"])})


def _person_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    try:
        person_id = UUID(request.POST.get("person", ""))
    except ValueError:
        person_id = acting.person_id
    return render_person(request, get_person_page(acting, person_id=person_id), attempt)


@deed(back_to=_to_people, again=_people_again, about_patient=False)
def add_person(acting: Acting, request: ActingRequest) -> Told:
    """Add somebody to the staff, and go to their page to make a sign-in link."""
    typed = read_form(forms.NewPersonForm, request)
    hired = hire(acting, password=None, unit_ids=forms.read_teams(request.POST), **typed)
    go_to = reverse("admin-person", kwargs={"person_id": hired})
    return Told(_("Added. Now make a sign-in link and hand it over."), go_to=go_to)


@deed(back_to=_to_person, again=_person_again, about_patient=False)
def correct(acting: Acting, request: ActingRequest) -> Told:
    """Correct the name or the language of somebody."""
    typed = read_form(forms.NameForm, request)
    correct_person(
        acting, person_id=typed["person"], version=typed["version"], name=typed["name"], language=typed["language"]
    )
    return Told(_("Saved."))


@deed(back_to=_to_person, again=_person_again, about_patient=False)
def teams(acting: Acting, request: ActingRequest) -> Told:
    """Choose the teams and sites of somebody."""
    typed = read_form(forms.PersonForm, request)
    choose_teams(acting, person_id=typed["person"], version=typed["version"], unit_ids=forms.read_teams(request.POST))
    return Told(_("Saved. What they reach follows at once."))


@deed(back_to=_to_person, again=_person_again, about_patient=False)
def new_role(acting: Acting, request: ActingRequest) -> Told:
    """Plan another role."""
    typed = read_form(forms.RoleForm, request)
    change_role(
        acting, person_id=typed["person"], version=typed["version"], role=typed["role"], from_on=_day(typed),
        reason=typed["reason"],
    )  # fmt: skip
    return Told(_("Noted. It is done when its day has come."))


@deed(back_to=_to_person, again=_person_again, about_patient=False)
def end_work(acting: Acting, request: ActingRequest) -> Told:
    """End somebody's work here."""
    typed = read_form(forms.EndForm, request)
    count = let_go(
        acting, person_id=typed["person"], version=typed["version"], from_on=_day(typed), reason=typed["reason"]
    )
    said = ngettext(
        "Noted. %(count)s open thing goes to its team's queue.",
        "Noted. %(count)s open things go to their teams' queues.",
        count,
    )
    return Told(said % {"count": count})


@deed(back_to=_to_person, again=_person_again, about_patient=False)
def agree_staff(acting: Acting, request: ActingRequest) -> Told:
    """Agree to a change, as a second person."""
    agree_to_change(acting, change_id=read_form(forms.ChangeForm, request)["change"])
    return Told(_("Agreed."))


@deed(back_to=_to_person, again=_person_again, about_patient=False)
def withdraw_staff(acting: Acting, request: ActingRequest) -> Told:
    """Take a planned change back."""
    withdraw_change(acting, change_id=read_form(forms.ChangeForm, request)["change"])
    return Told(_("Taken back."))


def _day(typed: Mapping[str, object]) -> date | None:
    day = typed["from_on"]
    return day if isinstance(day, date) else None
