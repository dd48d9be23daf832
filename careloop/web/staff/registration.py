"""A new patient by hand: who may be here already is shown before the rest is asked."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.registration import register_patient
from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting
from careloop.facts.chart import Sex
from careloop.facts.intake import ContactColumns, IdentifierColumns, PatientColumns
from careloop.facts.pages import Choice, PatientHit
from careloop.reads.registration import find_likely, get_own_teams
from careloop.web.days import DayField
from careloop.web.labels_languages import SPOKEN, list_languages
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import SHORT_LIMIT, read_form

RECORD_NUMBERS = "urn:careloop:here:mrn"
MEMBERS = "urn:careloop:here:member"
SOCIAL_SECURITY = "http://hl7.org/fhir/sid/us-ssn"


class _Text(forms.CharField):
    """A line of text with single blanks, empty if it is left out."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**({"required": False, "max_length": SHORT_LIMIT} | options))

    def to_python(self, value: object) -> str:
        """Return the line without signs that no name holds."""
        return " ".join(str(super().to_python(value)).replace("\x00", "").split())


class WhoForm(forms.Form):
    """Who it is: asked first."""

    family = _Text(required=True, error_messages={"required": gettext_lazy("Give the family name.")})
    given = _Text(required=True, error_messages={"required": gettext_lazy("Give the given name.")})
    birth_on = DayField(
        error_messages={"required": gettext_lazy("Give the birth date."), "invalid": gettext_lazy("Choose a day.")}
    )


class NewPatientForm(WhoForm):
    """All that is asked of a new patient."""

    unit = forms.IntegerField()
    preferred_name = _Text()
    sex = forms.TypedChoiceField(
        coerce=Sex, choices=[(s.value, s.value) for s in Sex], required=False, empty_value=Sex.UNKNOWN
    )
    language = forms.ChoiceField(choices=[("", ""), *((tag, tag) for tag in SPOKEN)], required=False)
    needs_interpreter = forms.BooleanField(required=False)
    mobile = _Text()
    phone = _Text()
    email = forms.EmailField(
        required=False, error_messages={"invalid": gettext_lazy("Give an e-mail address such as name@example.org.")}
    )
    address = _Text()
    city = _Text()
    state = _Text()
    postal_code = _Text()
    mrn = _Text()
    ssn = _Text()
    member = _Text()


@page(methods=("GET", "POST"))
def show_new(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Ask who it is, then show who may be here already, then ask the rest. Posted: a name is not for an address."""
    teams = get_own_teams(acting)
    form = WhoForm(request.POST or None)
    if not form.is_valid():
        return render_new(request, form, teams)
    try:
        hits = find_likely(acting, **form.cleaned_data)
    except Refusal as no:
        answer = render_new(request, form, teams, refused=no)
        answer.status_code = no.status
        return answer
    return render_new(request, form, teams, hits=hits)


def render_new(
    request: ActingRequest,
    form: forms.Form,
    teams: tuple[Choice, ...],
    *,
    hits: tuple[PatientHit, ...] | None = None,
    refused: Refusal | None = None,
    attempt: Attempt | None = None,
) -> HttpResponse:
    """Render the page; ``hits`` is None before anybody was looked for, and the rest is asked after that."""
    status = 422 if form.is_bound and form.errors else 200
    typed = {name: form[name].value() or "" for name in WhoForm.base_fields}
    values = attempt.values if attempt else typed
    shown = {
        "teams": teams,
        "hits": hits,
        "refused": refused,
        "attempt": attempt,
        "values": values,
        "errors": attempt.errors if attempt else {name: " ".join(map(str, e)) for name, e in form.errors.items()},
        "rest": hits is not None or attempt is not None,
        "sexes": list(Sex),
        "languages": list_languages(),
        "here": "find",
    }
    return render(request, "staff/new_patient.html", shown, status=status)


def _show_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_new(request, WhoForm(), get_own_teams(acting), attempt=attempt)


def _to_new(request: ActingRequest) -> str:
    return reverse("patient-new")


@deed(back_to=_to_new, again=_show_again, about_patient=False)
def register(acting: Acting, request: ActingRequest) -> Told:
    """Register the new patient, and go to the page of the patient."""
    typed = read_form(NewPatientForm, request)
    key = register_patient(acting, unit_id=typed["unit"], columns=_columns(typed))
    return Told(_("Registered."), go_to=reverse("patient", kwargs={"patient_id": key}))


def _columns(typed: dict[str, Any]) -> PatientColumns:
    birth_on: date = typed["birth_on"]
    numbers = (
        IdentifierColumns(RECORD_NUMBERS, typed["mrn"], "MR"),
        IdentifierColumns(SOCIAL_SECURITY, typed["ssn"], "SS"),
        IdentifierColumns(MEMBERS, typed["member"], "MB"),
    )
    ways = (
        ContactColumns("phone", typed["mobile"], "mobile"),
        ContactColumns("phone", typed["phone"], "home"),
        ContactColumns("email", typed["email"], "home"),
    )
    return PatientColumns(
        family=typed["family"],
        given=typed["given"],
        preferred_name=typed["preferred_name"],
        full_name=f"{typed['given']} {typed['family']}",
        birth_on=birth_on,
        birth_text=birth_on.isoformat(),
        sex=typed["sex"],
        died_at=None,
        is_dead=False,
        languages=(typed["language"],) if typed["language"] else (),
        needs_interpreter=typed["needs_interpreter"],
        address_lines=(typed["address"],) if typed["address"] else (),
        city=typed["city"],
        state=typed["state"],
        postal_code=typed["postal_code"],
        country="",
        identifiers=tuple(one for one in numbers if one.value),
        contacts=tuple(one for one in ways if one.value),
    )
