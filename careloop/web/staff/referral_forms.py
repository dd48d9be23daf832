"""What people type about referrals, read with care: each form says which field is not clear."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from careloop.actions.packet_sending import ROADS
from careloop.actions.referrals import ENDED
from careloop.facts.consents import Road
from careloop.facts.referrals import AnswerKind, Channel, ReferralEvent, Told, Urgency
from careloop.rules.referrals import QUESTION_LONGEST, SPECIALTY_LONGEST
from careloop.web.days import DayField, MomentField
from careloop.web.labels import label_of
from careloop.web.labels_referrals import ENDS
from careloop.web.screen import Unclear
from careloop.web.staff.forms import LONG_LIMIT, NOTE_LIMIT, SHORT_LIMIT

DAY = forms.DateInput(attrs={"type": "date"})
NO_DAY = {"invalid": _("Choose a day.")}
SAY = {"required": _("Say it in a few words.")}


def _long(label: Any, *, must: bool = True, help_text: Any = "", rows: int = 2) -> forms.CharField:  # noqa: ANN401
    area = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(
        label=label, required=must, max_length=NOTE_LIMIT, widget=area, help_text=help_text, error_messages=SAY
    )


def _short(label: Any, *, must: bool = True, help_text: Any = "") -> forms.CharField:  # noqa: ANN401
    line = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=label, required=must, max_length=SHORT_LIMIT, widget=line, help_text=help_text, error_messages=SAY
    )


def _choice(label: Any, kind: Any) -> forms.TypedChoiceField:  # noqa: ANN401
    return forms.TypedChoiceField(
        label=label, coerce=kind, choices=lambda: [("", _("Choose")), *((m.value, label_of(m)) for m in kind)],
        error_messages={"required": _("Choose one.")},
    )  # fmt: skip


class VersionForm(forms.Form):
    """Every deed on a referral says which version of it the person saw."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class NewForm(forms.Form):
    """A new referral. Who asks and to whom it goes is chosen from what the page offers."""

    question = forms.CharField(
        label=_("What do you want to know? One question, one sentence"), max_length=QUESTION_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}), error_messages=SAY,
    )  # fmt: skip
    specialty = forms.CharField(
        label=_("Which specialty?"), max_length=SPECIALTY_LONGEST, error_messages=SAY,
        widget=forms.TextInput(attrs={"list": "specialties", "autocomplete": "off"}),
    )  # fmt: skip
    urgency = _choice(_("How soon?"), Urgency)
    asked_by = forms.UUIDField(
        label=_("Which clinician asks, and reads the report?"), error_messages={"required": _("Choose one.")}
    )
    to = forms.UUIDField(label=_("To whom? From the directory"), required=False)
    to_name = _short(_("Or write a name"), must=False)
    see_by = DayField(
        label=_("To be seen by (left empty: by the clinic's limits)"), required=False, widget=DAY, error_messages=NO_DAY
    )
    is_another = forms.BooleanField(label=_("This is another question than the one that is open"), required=False)


class SendForm(VersionForm):
    """How the packet went and what shows it. ``seen`` is the packet that was looked at."""

    seen = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    channel = _choice(_("How did it go?"), Channel)
    address = _short(_("To which number or address?"), must=False)
    evidence = _long(
        _("What shows that it went?"), must=False,
        help_text=_("A fax report, a tracking number, who took it and when."),
    )  # fmt: skip
    is_unsure = forms.BooleanField(label=_("Nobody knows whether it went: it will be looked up"), required=False)


class QueueForm(VersionForm):
    """By which road the outbox takes the packet that was looked at."""

    seen = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    road = forms.TypedChoiceField(coerce=Road, choices=[(str(one), str(one)) for one in ROADS])


class WordsForm(VersionForm):
    """A step that needs words and nothing else."""

    words = _long(_("Say it in a few words"))


class MissingForm(VersionForm):
    """What is missing before a referral can go."""

    words = _long(_("What is missing?"))


class GiveForm(VersionForm):
    """What was missing, and a clearer question if there is one."""

    words = _long(_("What was found, and who said it?"))
    question = forms.CharField(
        label=_("The question, if it is clearer now"), required=False, max_length=QUESTION_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class SettleForm(VersionForm):
    """Whether a sending went, after it was looked up."""

    went = forms.TypedChoiceField(
        label=_("Did it go?"), coerce=lambda text: text == "yes",
        choices=[("", _("Choose")), ("yes", _("Yes, it went")), ("no", _("No, it did not go"))],
    )  # fmt: skip
    words = _long(_("What shows it?"))


class AnswerForm(VersionForm):
    """What the receiver said."""

    kind = _choice(_("What did they say?"), AnswerKind)
    said_by = _short(_("Who said it?"), must=False)
    note = _long(_("Their words, or why not"), must=False)


class DecideForm(VersionForm):
    """Why it goes on though the patient did not come."""

    words = _long(_("Why does it go on, and what is done so that the patient can come?"))


class RerouteForm(VersionForm):
    """To whom it goes instead."""

    to = forms.UUIDField(label=_("To whom? From the directory"), required=False)
    to_name = _short(_("Or write a name"), must=False)
    words = _long(_("Why?"))


class DateForm(VersionForm):
    """When the patient will be seen there."""

    booking = forms.UUIDField(label=_("A visit that is booked here"), required=False)
    wall = MomentField(
        label=_("Or the day and time that they gave"), required=False, input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": _("Choose a day and a time.")},
    )  # fmt: skip
    late_because = _short(_("If it is later than the limit: why is that right?"), must=False)
    note = _long(_("What the patient must know or bring"), must=False)


class ReportForm(VersionForm):
    """A report, and whose it is by its own words. The file comes beside."""

    file = forms.FileField(
        label=_("The report (PDF, text or picture)"), error_messages={"required": _("Choose the file.")}
    )
    title = _short(_("What is it called?"), must=False)
    name = _short(_("The name, as it stands on the report"))
    birth_on = DayField(
        label=_("The birth date, as it stands on the report"), required=False, widget=DAY, error_messages=NO_DAY
    )
    number = _short(_("The record number on the report, if there is one"), must=False)
    what = _long(
        _("What report is this, and why does it answer this referral?"), must=False,
        help_text=_("Nobody waits for a report here: this referral was not sent, needs information or was declined."),
    )  # fmt: skip


class ReadForm(VersionForm):
    """What follows from a report: each line becomes a task."""

    recommendations = forms.CharField(
        label=_("What must be done? One line for each; each becomes a task"), required=False, max_length=LONG_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )  # fmt: skip
    note = _long(_("Note. If you read it for somebody else: why"), must=False)


class TellForm(VersionForm):
    """How the patient was told, in which words, and what they said back."""

    how = _choice(_("How was the patient told?"), Told)
    words = _long(_("What did you say? In plain words"))
    teach_back = _long(_("What did they say back, in their own words?"), must=False)


class SpecialistForm(VersionForm):
    """Who sees the patient for this already."""

    name = _short(_("Who sees the patient for this?"))
    note = _long(_("How do you know?"), must=False)


class EndForm(VersionForm):
    """Why a referral ends without an answer."""

    event = forms.TypedChoiceField(
        label=_("Why does it end?"), coerce=ReferralEvent, error_messages={"required": _("Choose one.")},
        choices=[("", _("Choose")), *((event.value, ENDS[event]) for event in ENDED)],
    )  # fmt: skip
    words = _long(_("Say it in a few words"))


class MatchForm(VersionForm):
    """Which referral a report answers."""

    referral = forms.UUIDField(error_messages={"required": _("Choose one.")})
    words = _long(_("What shows it?"))


class FileForm(VersionForm):
    """Whose report it is that no referral asked for."""

    whose = forms.UUIDField(error_messages={"required": _("Choose one.")})
    words = _long(_("What shows it?"))


class NotTheirsForm(forms.Form):
    """What stands on a document that is another person's."""

    name = _short(_("The name, as it stands on the report"))
    birth_on = DayField(
        label=_("The birth date, as it stands on the report"), required=False, widget=DAY, error_messages=NO_DAY
    )
    number = _short(_("The record number on the report, if there is one"), must=False)
    words = _long(
        _("How do you know that it is another person's?"),
        help_text=_("These words stay in this record: do not name the other person here."),
    )  # fmt: skip


class MisfiledForm(VersionForm, NotTheirsForm):
    """Which report is another person's, and what stands on it. The page offers its own reports."""

    report = forms.UUIDField(label=_("Which report?"), error_messages={"required": _("Choose one.")})
    field_order = ("version", "report", "name", "birth_on", "number", "words")


class MisplacedForm(VersionForm):
    """Which report answers another question of the same person, and which one."""

    report = forms.UUIDField(label=_("Which report?"), error_messages={"required": _("Choose one.")})
    to_referral = forms.UUIDField(
        label=_("Which referral does it answer?"), error_messages={"required": _("Choose one.")}
    )
    words = _long(_("How do you know?"))


class TaskBackForm(VersionForm):
    """A task that came of a report which was another person's."""

    report = forms.UUIDField(widget=forms.HiddenInput)
    loop = forms.UUIDField(widget=forms.HiddenInput)
    loop_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    words = _long(_("Why is it taken back?"))


class _Keys(forms.Field):
    """Keys of rows, each as a box that is ticked; the page draws the boxes."""

    def to_python(self, value: Any) -> list[UUID]:  # noqa: ANN401
        """Return the keys; raises ValidationError when one is none."""
        try:
            return [UUID(one) for one in value or ()]
        except ValueError:
            raise forms.ValidationError(_("Choose one.")) from None


class UndoneForm(VersionForm):
    """That all is undone that came of a wrong report. The page offers the tasks that are open."""

    report = forms.UUIDField(widget=forms.HiddenInput)
    how = forms.TypedChoiceField(
        label=_("How did the patient hear that it was a mistake?"), required=False, coerce=Told, empty_value=None,
        choices=lambda: [("", _("Nobody had told the patient")), *((one.value, label_of(one)) for one in Told)],
    )  # fmt: skip
    staying = _Keys(required=False, widget=forms.MultipleHiddenInput)
    words = _long(_("Whom did you tell, and what is undone?"))


def read_with_files(kind: type[forms.Form], request: HttpRequest) -> dict[str, Any]:
    """Return the values of a posted form and its files; raises Unclear, with the form, when one cannot be read."""
    form = kind(request.POST, request.FILES)
    if not form.is_valid():
        raise Unclear(form)
    return form.cleaned_data
