"""What is typed about family meetings, read with care."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from careloop.facts.consents import TOLD_ROADS, TOLD_TOPICS, Road, Topic
from careloop.facts.meetings import Interprets, MeetingForm, Setting, Untold
from careloop.facts.worklist import Outcome
from careloop.rules.meetings import MINUTES, MOST_WORDS
from careloop.rules.worklist import NOT_NEEDED
from careloop.web.days import DayField
from careloop.web.staff.forms import NOTE_LIMIT, SAY_WHY, SHORT_LIMIT
from careloop.web.staff.handoff_forms import read_key

_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one."), "invalid": _("Choose one.")}
_NO_DAY = {"required": _("Choose a day."), "invalid": _("Choose a day.")}


def choice(kind: Any, members: Any, **more: Any) -> forms.TypedChoiceField:  # noqa: ANN401
    """Return a field for one member of the vocabulary."""
    pairs = [(str(one), str(one)) for one in members]
    return forms.TypedChoiceField(coerce=kind, choices=pairs, error_messages=_CHOOSE, **more)


class AgendaForm(forms.Form):
    """What will be spoken of, and what the patient wants."""

    wishes = forms.CharField(required=False, max_length=MOST_WORDS)
    agenda = forms.CharField(required=False, max_length=MOST_WORDS)


class PlanForm(AgendaForm):
    """Why to meet."""

    reason = forms.CharField(max_length=SHORT_LIMIT, error_messages=SAY_WHY)


class SeenForm(forms.Form):
    """Which version of the meeting the person saw."""

    version = forms.IntegerField(min_value=1)


class SetForm(SeenForm):
    """When, how and with which interpreter people meet. The time is that on the patient's clocks."""

    day = DayField(error_messages=_NO_DAY)
    clock = forms.TimeField(error_messages={"required": _("Choose a time."), "invalid": _("Choose a time.")})
    minutes = forms.IntegerField(
        min_value=MINUTES[0], max_value=MINUTES[1], error_messages={"required": _("Say how many minutes.")}
    )
    form = choice(MeetingForm, MeetingForm)
    place = forms.CharField(required=False, max_length=SHORT_LIMIT)
    interprets = choice(Interprets, Interprets)

    def read_setting(self, zone: str, booked: Sequence[str] = ()) -> Setting:
        """Return what was typed; the clock is that of ``zone``. ``booked`` are keys of whom and what it books."""
        typed = self.cleaned_data
        at = datetime.combine(typed["day"], typed["clock"], ZoneInfo(zone))
        keys = tuple(dict.fromkeys(key for key in map(read_key, booked) if key is not None))
        return Setting(at, typed["minutes"], typed["form"], typed["place"], typed["interprets"], keys)


class CancelForm(SeenForm):
    """How and why a meeting is called off."""

    outcome = choice(Outcome, NOT_NEEDED)
    reason = forms.CharField(max_length=NOTE_LIMIT, error_messages=SAY_WHY)


class DecideForm(forms.Form):
    """What was decided, about what, who does it and by when."""

    topic = choice(Topic, TOLD_TOPICS)
    words = forms.CharField(max_length=300, error_messages={"required": _("Say what was decided.")})
    owner = forms.UUIDField(error_messages={"required": _("Choose a person."), "invalid": _("Choose a person.")})
    by = DayField(error_messages=_NO_DAY)


class GiveForm(forms.Form):
    """On which road somebody was given their summary."""

    road = choice(Road, TOLD_ROADS)


class UntoldForm(forms.Form):
    """Why somebody gets no summary."""

    why = choice(Untold, Untold)


def read_keys(given: QueryDict, name: str) -> tuple[UUID, ...]:
    """Return the keys that were ticked under a name; what is none was not on the page."""
    return tuple(key for key in map(read_key, given.getlist(name)) if key is not None)


def read_numbers(given: QueryDict, name: str) -> list[int]:
    """Return the numbers that were ticked under a name."""
    return [int(one) for one in given.getlist(name) if one.isdecimal() and len(one) < 19]
