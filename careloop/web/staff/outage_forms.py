"""What is typed about who is out, read with care."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from careloop.facts.outages import NeedsPerson, NewPlace, OutAsk
from careloop.rules.outages import read_place
from careloop.web.days import DayField
from careloop.web.staff.forms import SHORT_LIMIT

_DAY = {"required": _("Choose a day."), "invalid": _("Choose a day.")}
_TIME = {"invalid": _("Write a time as in 08:30.")}


class OutForm(forms.Form):
    """Who or what is out, and when: one day unless a last one is given, the whole day unless times are."""

    entry = forms.UUIDField(
        error_messages={"required": _("Choose who or what is out."), "invalid": _("Choose who or what is out.")}
    )
    first_on = DayField(error_messages=_DAY)
    last_on = DayField(required=False, error_messages=_DAY)
    opens = forms.TimeField(required=False, error_messages=_TIME)
    closes = forms.TimeField(required=False, error_messages=_TIME)

    def clean(self) -> dict[str, Any]:
        """Put the days and times together."""
        typed = super().clean() or self.cleaned_data
        if not self.errors:
            last_on = typed["last_on"] or typed["first_on"]
            typed["ask"] = OutAsk(typed["entry"], typed["first_on"], last_on, typed["opens"], typed["closes"])
        return typed


class SendForm(OutForm):
    """An outage that is entered. ``key`` names the request, ``reason`` stands in the calendar."""

    key = forms.UUIDField()
    reason = forms.CharField(required=False, max_length=SHORT_LIMIT)


def read_out(query: Mapping[str, str]) -> tuple[OutAsk | None, Mapping[str, str]]:
    """Return who is out as an address says it, and what in it is not clear; None if nobody is named."""
    if not query.get("entry"):
        return None, {}
    form = OutForm(query)
    if form.is_valid():
        return form.cleaned_data["ask"], {}
    return None, {name: str(words[0]) for name, words in form.errors.items()}


def read_lines(codes: Iterable[str]) -> list[tuple[UUID, tuple[NewPlace, ...]]]:
    """Return the lines that a form carries: what each goes by, and the new places; what is unclear is left out."""
    found = []
    for code in codes:
        key, *rest = code.split(" ")
        places = [read_place(one) for one in rest]
        try:
            found.append((UUID(key), tuple(one for one in places if one is not None)))
        except ValueError:
            continue
    return found


def read_left(codes: Iterable[str]) -> list[tuple[UUID, NeedsPerson]]:
    """Return the visits that a form leaves to a person, and why; unclear ones are left out."""
    found = []
    for code in codes:
        key, _sep, why = code.partition(" ")
        try:
            found.append((UUID(key), NeedsPerson(why)))
        except ValueError:
            continue
    return found


def read_meetings(codes: Iterable[str]) -> list[tuple[UUID, UUID]]:
    """Return the family meetings of a form, each with its patient first; unclear ones are left out."""
    found = []
    for code in codes:
        patient, _sep, meeting = code.partition(" ")
        try:
            found.append((UUID(patient), UUID(meeting)))
        except ValueError:
            continue
    return found
