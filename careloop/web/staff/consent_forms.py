"""What is typed about the circle, consents, callers and the ledger, read with care."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careloop.facts.access import Label
from careloop.facts.callers import CallerIs, Given
from careloop.facts.consents import TOLD_ROADS, TOLD_TOPICS, ConsentPurpose, GivenHow, Relation, Road, Topic
from careloop.facts.disclosures import CHOSEN, Basis
from careloop.facts.documents import HAND_LABELS
from careloop.web.days import DayField
from careloop.web.staff.forms import NOTE_LIMIT, SAY_WHY, SHORT_LIMIT

_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one."), "invalid": _("Choose one.")}
_NO_DAY = {"required": _("Choose a day."), "invalid": _("Choose a day.")}
ADDRESS_LIMIT = 500


def _choice(kind: Any, members: Any, **more: Any) -> forms.TypedChoiceField:  # noqa: ANN401
    pairs = [(str(one), str(one)) for one in members]
    return forms.TypedChoiceField(coerce=kind, choices=pairs, error_messages=_CHOOSE, **more)


def _some(kind: Any, members: Any, **more: Any) -> forms.TypedMultipleChoiceField:  # noqa: ANN401
    pairs = [(str(one), str(one)) for one in members]
    return forms.TypedMultipleChoiceField(coerce=kind, choices=pairs, error_messages=_CHOOSE, **more)


class MemberForm(forms.Form):
    """Somebody of the circle."""

    name = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Write the name.")})
    relation = _choice(Relation, Relation)
    language = forms.CharField(required=False, max_length=20)
    needs_interpreter = forms.BooleanField(required=False)
    phone = forms.CharField(required=False, max_length=SHORT_LIMIT)
    email = forms.CharField(required=False, max_length=SHORT_LIMIT)
    address = forms.CharField(required=False, max_length=ADDRESS_LIMIT)
    is_emergency = forms.BooleanField(required=False)
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class OfMember(forms.Form):
    """Whom of the circle a form is about."""

    member = forms.UUIDField(error_messages=_CHOOSE)


class ChangeForm(MemberForm, OfMember):
    """Somebody of the circle as they are now, with the version that was seen."""

    version = forms.IntegerField(min_value=1)


class EndForm(OfMember):
    """Why somebody leaves the circle."""

    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=SHORT_LIMIT, error_messages=SAY_WHY)


class ConsentForm(OfMember):
    """What the patient agreed to."""

    topic = _some(Topic, Topic)
    road = _some(Road, TOLD_ROADS)
    purpose = _some(ConsentPurpose, ConsentPurpose)
    how = _choice(GivenHow, GivenHow)
    until = DayField(required=False, error_messages=_NO_DAY)
    label = _some(lambda value: Label(int(value)), [int(one) for one in HAND_LABELS], required=False)
    document = forms.UUIDField(required=False, error_messages=_CHOOSE)
    witness = forms.UUIDField(required=False, error_messages=_CHOOSE)


class TakeBackForm(OfMember):
    """Why a consent is taken back; without a consent all of them are."""

    consent = forms.UUIDField(required=False)
    reason = forms.CharField(max_length=SHORT_LIMIT, error_messages=SAY_WHY)


class CodeForm(forms.Form):
    """A new code word, of the patient or of somebody of the circle."""

    member = forms.UUIDField(required=False)
    code = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Write the code word.")})


class TellForm(OfMember):
    """What is told to somebody of the circle."""

    topic = _choice(Topic, TOLD_TOPICS)
    road = _choice(Road, TOLD_ROADS)
    purpose = _choice(ConsentPurpose, ConsentPurpose)
    label = _some(lambda value: Label(int(value)), [int(one) for one in HAND_LABELS], required=False)
    words = forms.CharField(max_length=NOTE_LIMIT, error_messages={"required": _("Write what is told.")})


class NoteForm(forms.Form):
    """What was told or handed to somebody else."""

    recipient = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Say who gets it.")})
    reason = forms.CharField(max_length=SHORT_LIMIT, error_messages=SAY_WHY)
    basis = _choice(Basis, CHOSEN)
    words = forms.CharField(max_length=NOTE_LIMIT, error_messages={"required": _("Write what is told.")})


class GivenForm(forms.Form):
    """What a caller says to be known."""

    code = forms.CharField(required=False, max_length=SHORT_LIMIT)
    born = DayField(required=False, error_messages=_NO_DAY)
    phone = forms.CharField(required=False, max_length=SHORT_LIMIT)
    postal_code = forms.CharField(required=False, max_length=20)
    record_number = forms.CharField(required=False, max_length=SHORT_LIMIT)

    def read_given(self) -> Given:
        """Return what was said, as the check takes it."""
        typed = self.cleaned_data
        names = ("code", "phone", "postal_code", "record_number")
        return Given(birth_on=typed["born"], **{name: typed[name] for name in names})


class CallerForm(GivenForm):
    """Who calls about a patient whose page is open: "patient", "stranger", or a person of the circle."""

    caller = forms.CharField(max_length=40, error_messages=_CHOOSE)

    def clean_caller(self) -> str:
        """Refuse what is neither a kind of caller nor a key."""
        value = str(self.cleaned_data["caller"])
        if value not in (CallerIs.PATIENT, CallerIs.STRANGER):
            forms.UUIDField(error_messages=_CHOOSE).clean(value)
        return value


class UnknownCallerForm(GivenForm):
    """About whom a caller calls, and who they say they are."""

    name = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Write the name.")})
    birth_on = DayField(error_messages=_NO_DAY)
    caller_name = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Write the name.")})

    def read_given(self) -> Given:
        """Return what was said: the birth date is asked for above and counts as an identifier."""
        typed = self.cleaned_data
        names = ("code", "phone", "postal_code", "record_number")
        return Given(birth_on=typed["birth_on"], **{name: typed[name] for name in names})
