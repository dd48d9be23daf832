"""Outreach lists: those of one's teams, a new one, and one that several work at once."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.actions import outreach as acts
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting
from careloop.facts.outreach import ListPage, ListsPage, NewListPage
from careloop.reads.outreach import get_list_page, get_lists_page, get_new_list_page
from careloop.web.labels import name_language
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import call_forms as forms
from careloop.web.staff.forms import read_form


@page()
def show_lists(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the outreach lists of one's teams."""
    return render_lists(request, get_lists_page(acting))


def render_lists(request: ActingRequest, shown: ListsPage) -> HttpResponse:
    """Render the lists from plain values."""
    return render(request, "staff/outreach/lists.html", {"page": shown, "here": "outreach"})


@page(methods=("GET", "POST"))
def show_new(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the form of a new list; what is asked for is counted, and nothing is made."""
    if request.method != "POST":
        return render_new(request, get_new_list_page(acting))
    form, typed = forms.ListForm(request.POST), {name: str(value) for name, value in request.POST.items()}
    if not form.is_valid():
        wrong = {name: " ".join(map(str, found)) for name, found in form.errors.items()}
        return render_new(request, get_new_list_page(acting), Attempt("make", None, typed, errors=wrong))
    draft = forms.read_list(form.cleaned_data)
    try:
        shown = get_new_list_page(acting, draft=draft)
    except NotFound:
        raise
    except Refusal as no:
        return render_new(request, get_new_list_page(acting), Attempt("make", None, typed, say=no.say))
    return render_new(request, shown, Attempt("make", None, typed))


def render_new(request: ActingRequest, shown: NewListPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the form from plain values."""
    values = {
        "page": shown, "attempt": attempt if attempt and (attempt.say or attempt.errors) else None,
        "errors": attempt.errors if attempt else {}, "typed": attempt.values if attempt else {}, "here": "outreach",
        "units": [(one.id, one.name) for one in shown.units],
        "languages": [("", _("Any")), *((tag, name_language(tag)) for tag in shown.languages)],
    }  # fmt: skip
    return render(request, "staff/outreach/new.html", values)


@page()
def show_list(acting: Acting, request: ActingRequest, list_id: UUID) -> HttpResponse:
    """Show one list."""
    return render_list(request, get_list_page(acting, list_id=list_id))


def render_list(request: ActingRequest, shown: ListPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one list from plain values."""
    values = {"page": shown, "attempt": attempt, "here": "outreach", "is_open": shown.row.state.value == "open"}
    return render(request, "staff/outreach/list.html", values)


def _to_lists(request: ActingRequest) -> str:
    return reverse("outreach")


def _to_list(request: ActingRequest, list_id: UUID) -> str:
    return reverse("outreach-list", kwargs={"list_id": list_id})


def _new_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_new(request, get_new_list_page(acting), attempt)


def _list_again(acting: Acting, request: ActingRequest, attempt: Attempt, list_id: UUID) -> HttpResponse:
    return render_list(request, get_list_page(acting, list_id=list_id), attempt)


@deed(back_to=_to_lists, again=_new_again, about_patient=False)
def make(acting: Acting, request: ActingRequest) -> Told:
    """Make a list."""
    key = acts.make_list(acting, draft=forms.read_list(read_form(forms.ListForm, request)))
    return Told(_("Made. Everybody of the team can call from it now."), go_to=_to_list(request, key))


@deed(back_to=_to_list, again=_list_again, about_patient=False)
def take(acting: Acting, request: ActingRequest, list_id: UUID) -> Told:
    """Take up the next person to call."""
    found = acts.take_next(acting, list_id=list_id)
    if found is None:
        return Told(_("Nobody of this list can be called right now."))
    patient, entry = found
    card = f"{reverse('patient-call', kwargs={'patient_id': patient})}?entry={entry}"
    return Told(_("Yours for now: nobody else is given this person."), go_to=card)


@deed(back_to=_to_list, again=_list_again, about_patient=False)
def put_back(acting: Acting, request: ActingRequest, list_id: UUID) -> Told:
    """Give back whom one did not call."""
    acts.put_back(acting, list_id=list_id)
    return Told(_("Given back. Somebody else can call them now."))


@deed(back_to=_to_list, again=_list_again, about_patient=False)
def close(acting: Acting, request: ActingRequest, list_id: UUID) -> Told:
    """Close a list."""
    version = read_form(forms.VersionForm, request)["version"]
    count = acts.close_list(acting, list_id=list_id, version=version)
    return Told(
        ngettext("Closed. %(count)s person was not called.", "Closed. %(count)s people were not called.", count)
        % {"count": count}
    )
