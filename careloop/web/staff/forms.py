"""What people type, read with care: each form gives plain values or says which field is not clear."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from careloop.facts.worklist import ContactResult, Outcome
from careloop.rules.worklist import FINISHED, NOT_NEEDED
from careloop.web.screen import Unclear

NOTE_LIMIT = 2000
SHORT_LIMIT = 200

_SAY_WHY = {"required": _("Say why, in a few words.")}


class LoopForm(forms.Form):
    """Every deed on a loop says which version of it the person saw."""

    version = forms.IntegerField(min_value=0)


class ContactForm(LoopForm):
    """An attempt to reach somebody."""

    result = forms.TypedChoiceField(
        coerce=ContactResult,
        choices=[(r.value, r.value) for r in ContactResult],
        error_messages={"required": _("Choose how it went.")},
    )
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class FinishForm(LoopForm):
    """What happened in the end, with a note as evidence."""

    outcome = forms.TypedChoiceField(coerce=Outcome, choices=[(o.value, o.value) for o in FINISHED])
    note = forms.CharField(max_length=NOTE_LIMIT, error_messages={"required": _("Say what shows it.")})


class SnoozeForm(LoopForm):
    """When to look again, and why not now."""

    until = forms.DateField(
        error_messages={"required": _("Choose the day on which it comes back."), "invalid": _("Choose a day.")}
    )
    reason = forms.CharField(max_length=SHORT_LIMIT, error_messages=_SAY_WHY)


class _ToWhom(forms.Form):
    """A choice of one person ("person:<id>") or one team ("team:<number>")."""

    to = forms.RegexField(
        r"^(person:[0-9a-f-]{36}|team:\d{1,9})$",
        error_messages={"required": _("Choose a person or a team."), "invalid": _("Choose a person or a team.")},
    )

    def clean_to(self) -> tuple[UUID | None, int | None]:
        """Return the person or the team, the other as None."""
        kind, _sep, key = str(self.cleaned_data["to"] or "").partition(":")
        try:
            return (UUID(key) if kind == "person" else None, int(key) if kind == "team" else None)
        except ValueError:
            raise forms.ValidationError(self.fields["to"].error_messages["invalid"]) from None


class HandOffForm(_ToWhom, LoopForm):
    """Who takes over."""

    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class DismissForm(LoopForm):
    """Why it is not needed."""

    outcome = forms.TypedChoiceField(
        coerce=Outcome,
        choices=[(o.value, o.value) for o in NOT_NEEDED],
        error_messages={"required": _("Choose why.")},
    )
    reason = forms.CharField(max_length=NOTE_LIMIT, error_messages=_SAY_WHY)


class ReopenForm(LoopForm):
    """Why it is not over after all."""

    reason = forms.CharField(max_length=NOTE_LIMIT, error_messages=_SAY_WHY)


class TaskForm(_ToWhom):
    """A new task for a patient. ``patient`` is the patient whose banner stood above the form."""

    patient = forms.UUIDField()
    title = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Say what must be done.")})
    due_on = forms.DateField(required=False, error_messages={"invalid": _("Choose a day.")})
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["to"].required = False


class FindForm(forms.Form):
    """Two things that tell people apart, out of three."""

    name = forms.CharField(required=False, max_length=SHORT_LIMIT)
    birth_on = forms.DateField(required=False, error_messages={"invalid": _("Choose a day.")})
    identifier = forms.CharField(required=False, max_length=SHORT_LIMIT)


class WayBackForm(forms.Form):
    """Where a loop's form stood: on Today (which tab, where in the list) or on a patient's page."""

    patient = forms.UUIDField(required=False)
    tab = forms.RegexField(r"^[a-z_]{1,20}$", required=False)
    cursor = forms.CharField(required=False, max_length=NOTE_LIMIT)


def read_form(kind: type[forms.Form], request: HttpRequest) -> dict[str, Any]:
    """Return the values of a posted form; raises Unclear, with the form, when a field cannot be read."""
    form = kind(request.POST)
    if not form.is_valid():
        raise Unclear(form)
    return form.cleaned_data
