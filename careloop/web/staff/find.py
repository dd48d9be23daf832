"""Find or do: one field for patients and pages, and the two-of-three search for somebody who is not in one's care."""

from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import render

from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting, Right
from careloop.facts.find import Found
from careloop.facts.pages import PatientHit
from careloop.reads.find import find_in_reach
from careloop.reads.people import find_patients
from careloop.rules.access import has_right
from careloop.rules.people import fold
from careloop.web.commands import PATIENT_COMMANDS, Command, PatientCommand, find_commands, read_patient_command
from careloop.web.screen import ActingRequest, page
from careloop.web.staff import forms

NOBODY_YET = Found((), has_more=False, is_enough=False)
MOST_PAGES = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What one field found: patients, what is to be done for them, pages, and deeds that still want a patient."""

    typed: str
    found: Found
    deed: PatientCommand | None
    pages: list[Command]
    begun: list[PatientCommand] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many can be chosen."""
        return len(self.found.people) + len(self.pages) + len(self.begun)


@page(methods=("GET", "POST"))
def show_find(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Find a patient or a page. Posted: a name must not be in an address.

    The one field finds among one's own patients; two things that tell people apart find anybody who is here.
    """
    if "q" in request.POST:
        return render_find(request, forms.FindForm(), answer=_answer(acting, request))
    form = forms.FindForm(request.POST or None)
    if not form.is_valid():
        return render_find(request, form)
    try:
        hits = find_patients(acting, **form.cleaned_data)
    except Refusal as no:
        answer = render_find(request, form, refused=no)
        answer.status_code = no.status
        return answer
    return render_find(request, form, hits=hits)


@page(methods=("GET", "POST"))
def show_hits(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show what fits so far, as the options of the field: for the script that asks while somebody types."""
    return render_hits(request, _answer(acting, request))


def render_hits(request: ActingRequest, answer: Answer) -> HttpResponse:
    """Render the options of the field."""
    return render(request, "staff/find_hits.html", {"answer": answer})


def render_find(
    request: ActingRequest,
    form: forms.FindForm,
    *,
    hits: tuple[PatientHit, ...] | None = None,
    refused: Refusal | None = None,
    answer: Answer | None = None,
) -> HttpResponse:
    """Render the find page; ``hits`` and ``answer`` are None before the first search."""
    status = 422 if form.is_bound and form.errors else 200
    given = {
        "form": form,
        "hits": hits,
        "refused": refused,
        "answer": answer,
        "here": "find",
        "may_find": request.acting is not None and has_right(request.acting, Right.PATIENT_FIND),
        "may_register": request.acting is not None and has_right(request.acting, Right.PATIENT_REGISTER),
    }
    return render(request, "staff/find.html", given, status=status)


def _answer(acting: Acting, request: ActingRequest) -> Answer:
    form = forms.FindAnyForm(request.POST)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    deed, who = read_patient_command(acting, typed)
    found = find_in_reach(acting, text=who) if has_right(acting, Right.PATIENT_FIND) and who.strip() else NOBODY_YET
    pages = [] if deed else find_commands(acting, typed)[:MOST_PAGES]
    return Answer(typed, found, deed, pages, begun=_begun(acting, typed) if deed is None or not who else [])


def _begun(acting: Acting, typed: str) -> list[PatientCommand]:
    """Return what can be done for a patient and begins with what was typed."""
    begin = fold(typed)
    able = [one for one in PATIENT_COMMANDS if has_right(acting, one.needs) and has_right(acting, Right.PATIENT_FIND)]
    return [one for one in able if len(begin) > 1 and fold(str(one.words)).startswith(begin)]
