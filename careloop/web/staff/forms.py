"""What people type, read with care: each form gives plain values or says which field is not clear."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from careloop.facts.access import Label
from careloop.facts.amendments import DenialBasis
from careloop.facts.disclosures import CHOSEN, Basis
from careloop.facts.documents import HAND_LABELS
from careloop.facts.safety import OverrideReason
from careloop.facts.worklist import ContactResult, Outcome
from careloop.rules.worklist import FINISHED, NOT_NEEDED
from careloop.web.days import DayField
from careloop.web.screen import Unclear

NOTE_LIMIT = 2000
SHORT_LIMIT = 200
LONG_LIMIT = 4000

SAY_WHY = {"required": _("Say why, in a few words.")}


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

    until = DayField(
        error_messages={"required": _("Choose the day on which it comes back."), "invalid": _("Choose a day.")}
    )
    reason = forms.CharField(max_length=SHORT_LIMIT, error_messages=SAY_WHY)


class ToWhom(forms.Form):
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


class HandOffForm(ToWhom, LoopForm):
    """Who takes over."""

    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class DismissForm(LoopForm):
    """Why it is not needed."""

    outcome = forms.TypedChoiceField(
        coerce=Outcome,
        choices=[(o.value, o.value) for o in NOT_NEEDED],
        error_messages={"required": _("Choose why.")},
    )
    reason = forms.CharField(max_length=NOTE_LIMIT, error_messages=SAY_WHY)


class ReopenForm(LoopForm):
    """Why it is not over after all."""

    reason = forms.CharField(max_length=NOTE_LIMIT, error_messages=SAY_WHY)


class TaskForm(ToWhom):
    """A new task for a patient. ``patient`` is the patient whose banner stood above the form."""

    patient = forms.UUIDField()
    title = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Say what must be done.")})
    due_on = DayField(required=False, error_messages={"invalid": _("Choose a day.")})
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["to"].required = False


class LeaveForm(forms.Form):
    """Who leaves the care team of a patient, why, and who follows the primary coordinator."""

    member = forms.UUIDField()
    reason = forms.CharField(max_length=SHORT_LIMIT, error_messages=SAY_WHY)
    successor = forms.UUIDField(required=False, error_messages={"invalid": _("Choose a person.")})


class _OfFinding(forms.Form):
    """Which finding about medicines a form is about, under whose name it stood."""

    patient = forms.UUIDField()
    check = forms.RegexField(r"^[a-z0-9_]{1,60}$")
    key = forms.CharField(max_length=SHORT_LIMIT)


class AskForm(ToWhom, _OfFinding):
    """Who sees that a clinician is asked, and by when."""

    due_on = DayField(
        error_messages={"required": _("Choose the day by which you want an answer."), "invalid": _("Choose a day.")}
    )
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["to"].required = False


class OverrideForm(_OfFinding):
    """Why a finding is set aside, on whose word, and until when. ``mark`` is what the person saw it rest on."""

    mark = forms.RegexField(r"^[0-9a-f]{24}$")
    reason = forms.TypedChoiceField(
        coerce=OverrideReason,
        choices=[(r.value, r.value) for r in OverrideReason],
        error_messages={"required": _("Choose why.")},
    )
    clinician = forms.CharField(
        max_length=SHORT_LIMIT, error_messages={"required": _("Name the clinician who knows of it.")}
    )
    until = DayField(
        error_messages={"required": _("Choose the day on which it comes back."), "invalid": _("Choose a day.")}
    )
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class SignForm(forms.Form):
    """A check on or off, with its thresholds. ``seen`` is the signature that the page showed."""

    state = forms.ChoiceField(
        choices=[("on", "on"), ("off", "off")], error_messages={"required": _("Choose on or off.")}
    )
    unverified = forms.BooleanField(required=False)
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)
    seen = forms.UUIDField(required=False)


class FindForm(forms.Form):
    """Two things that tell people apart, out of three."""

    name = forms.CharField(required=False, max_length=SHORT_LIMIT)
    birth_on = DayField(required=False, error_messages={"invalid": _("Choose a day.")})
    identifier = forms.CharField(required=False, max_length=SHORT_LIMIT)


class FindAnyForm(forms.Form):
    """Anything that one knows of somebody, or the words of a page."""

    q = forms.CharField(required=False, max_length=SHORT_LIMIT)


class DocumentForm(forms.Form):
    """A file for a patient's record; the file itself comes beside. ``patient`` is the one of the banner above."""

    patient = forms.UUIDField()
    title = forms.CharField(required=False, max_length=SHORT_LIMIT)
    dated_on = DayField(required=False, error_messages={"invalid": _("Choose a day.")})

    def __init__(self, *given: Any) -> None:  # noqa: ANN401
        """Read the form, with a box to tick for each label that people give."""
        super().__init__(*given)
        for label in HAND_LABELS:
            self.fields[name_label(label)] = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Gather the labels that were ticked."""
        typed = super().clean() or {}
        return typed | {"labels": tuple(label for label in HAND_LABELS if typed.get(name_label(label)))}


def name_label(label: Label) -> str:
    """Return the name of the box to tick for a label."""
    return f"label_{int(label)}"


class HandOutForm(forms.Form):
    """Who gets a patient's record and why. ``patient`` is the one whose name stood above the form."""

    patient = forms.UUIDField()
    recipient = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Say who gets it.")})
    reason = forms.CharField(max_length=SHORT_LIMIT, error_messages=SAY_WHY)
    basis = forms.TypedChoiceField(
        coerce=Basis, choices=[(one.value, one.value) for one in CHOSEN], required=False, empty_value=Basis.UNSTATED
    )


class AmendmentForm(forms.Form):
    """What a patient says is wrong in the record. ``patient`` is the one whose banner stood above the form."""

    patient = forms.UUIDField()
    asked_by = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Say who asks.")})
    asked_on = DayField(
        error_messages={"required": _("Choose the day on which it was asked."), "invalid": _("Choose a day.")}
    )
    about = forms.UUIDField(required=False)
    wrong = forms.CharField(max_length=LONG_LIMIT, error_messages={"required": _("Say what is wrong.")})
    should_say = forms.CharField(max_length=LONG_LIMIT, error_messages={"required": _("Say what it should say.")})


class AmendmentStepForm(forms.Form):
    """A step of a request to amend: which version of it the person saw, and the words that are kept."""

    patient = forms.UUIDField()
    version = forms.IntegerField(min_value=0)
    words = forms.CharField(max_length=LONG_LIMIT, error_messages={"required": _("Write the words.")})


class DenialForm(AmendmentStepForm):
    """A denial, on a ground of the rule."""

    basis = forms.TypedChoiceField(
        coerce=DenialBasis,
        choices=[(b.value, b.value) for b in DenialBasis],
        error_messages={"required": _("Choose the ground.")},
    )


class NoteSearchForm(forms.Form):
    """Words to search for in notes, of one patient or of all whom one reaches."""

    words = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Write a word to search for.")})
    patient = forms.UUIDField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=100)


class WayBackForm(forms.Form):
    """Where a loop's form stood: on Today (which tab, where in the list), on a patient's page or on the loop's own."""

    own = forms.BooleanField(required=False)
    patient = forms.UUIDField(required=False)
    tab = forms.RegexField(r"^[a-z_]{1,20}$", required=False)
    cursor = forms.CharField(required=False, max_length=NOTE_LIMIT)


def read_form(kind: type[forms.Form], request: HttpRequest) -> dict[str, Any]:
    """Return the values of a posted form; raises Unclear, with the form, when a field cannot be read."""
    form = kind(request.POST)
    if not form.is_valid():
        raise Unclear(form)
    return form.cleaned_data
