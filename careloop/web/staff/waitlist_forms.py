"""What is typed about the waiting list, read with care."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from careloop.facts.referrals import Urgency
from careloop.facts.visits import PartOfDay
from careloop.facts.waitlist import CAN_WAIT, MOST_NOTICE_HOURS, Answer, ReachBy, WaitlistAsk, WishDraft
from careloop.web.days import DayField
from careloop.web.staff.forms import NOTE_LIMIT

DAYS = [(str(number), str(number)) for number in range(1, 8)]
_NO_DAY = {"invalid": _("Choose a day.")}
_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one."), "invalid": _("Choose one.")}


def _choice(kind: Any, members: Any, **more: Any) -> forms.TypedChoiceField:  # noqa: ANN401
    return forms.TypedChoiceField(
        coerce=kind, choices=[(str(one), str(one)) for one in members], error_messages=_CHOOSE, **more
    )


class WishForm(forms.Form):
    """What a patient waits for, and when they could come."""

    type = forms.UUIDField(error_messages=_CHOOSE)
    loop = forms.UUIDField(required=False)
    urgency = _choice(Urgency, CAN_WAIT)
    who = forms.UUIDField(required=False, error_messages=_CHOOSE)
    site = forms.UUIDField(required=False, error_messages=_CHOOSE)
    weekday = forms.MultipleChoiceField(choices=DAYS, required=False)
    part = _choice(PartOfDay, PartOfDay, required=False, empty_value=None)
    earliest = DayField(required=False, error_messages=_NO_DAY)
    latest = DayField(required=False, error_messages=_NO_DAY)
    notice = forms.IntegerField(min_value=0, max_value=MOST_NOTICE_HOURS, error_messages=_CHOOSE)
    reach = _choice(ReachBy, ReachBy)
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class OffForm(forms.Form):
    """Who is taken off the list."""

    wish = forms.UUIDField()


class AskForm(forms.Form):
    """Who is asked about a freed time: those who are ticked."""

    patient = forms.MultipleChoiceField(required=True, error_messages={"required": _("Choose whom to ask.")})

    def __init__(self, given: QueryDict) -> None:
        super().__init__(given)
        # Who may be asked is for the door to say: here a key is only read as one.
        field = self.fields["patient"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one, one) for one in given.getlist("patient") if read_key(one)]


class AnswerForm(forms.Form):
    """What a patient answered."""

    offer = forms.UUIDField()
    freed = forms.UUIDField()
    answer = _choice(Answer, Answer)
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class FilterForm(forms.Form):
    """Which of those who wait are asked for; what cannot be read is left out."""

    type = forms.UUIDField(required=False)
    urgency = _choice(Urgency, CAN_WAIT, required=False, empty_value=None)
    booked = forms.ChoiceField(choices=[("", ""), ("yes", "yes"), ("no", "no")], required=False)


def read_key(text: str) -> UUID | None:
    """Return a key as a form carried it, None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def read_filter(given: QueryDict) -> WaitlistAsk:
    """Return which of those who wait are asked for, from an address."""
    form = FilterForm(given)
    form.is_valid()
    typed = form.cleaned_data
    return WaitlistAsk(
        typed.get("type"), typed.get("urgency") or None, {"yes": True, "no": False}.get(typed.get("booked") or "")
    )


def make_draft(typed: dict[str, Any]) -> WishDraft:
    """Return the wish that a form says."""
    return WishDraft(
        visit_type_id=typed["type"],
        urgency=typed["urgency"],
        entry_id=typed["who"],
        site_id=typed["site"],
        weekdays=tuple(sorted(int(day) for day in typed["weekday"])),
        part=typed["part"],
        earliest_on=typed["earliest"],
        latest_on=typed["latest"],
        notice_hours=typed["notice"],
        reach_by=typed["reach"],
        note=typed["note"],
    )
