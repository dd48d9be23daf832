"""What is typed about handoffs, read with care."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from careloop.facts.handoffs import DeclineReason, HandoffScope, IllnessLevel
from careloop.rules.handoffs import MOST_WORDS
from careloop.web.days import DayField

SAID, LEVEL = "said-", "level-"
_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one."), "invalid": _("Choose one.")}
_NO_DAY = {"required": _("Choose a day."), "invalid": _("Choose a day.")}


def _choice(kind: Any, **more: Any) -> forms.TypedChoiceField:  # noqa: ANN401
    return forms.TypedChoiceField(
        coerce=kind, choices=[(str(one), str(one)) for one in kind], error_messages=_CHOOSE, **more
    )


def _words(**more: Any) -> forms.CharField:  # noqa: ANN401
    return forms.CharField(max_length=MOST_WORDS, **more)


class MakeForm(forms.Form):
    """What is handed on, and to whom."""

    scope = _choice(HandoffScope)
    to = forms.UUIDField(error_messages={"required": _("Choose a person."), "invalid": _("Choose a person.")})


class DayForm(forms.Form):
    """To whom one's day goes, what they should know of all, and how ill all those are of whom it is not said."""

    to = forms.UUIDField(error_messages={"required": _("Choose a person."), "invalid": _("Choose a person.")})
    others = _choice(IllnessLevel, required=False, empty_value=None)
    note = _words(required=False)


class VersionForm(forms.Form):
    """Every deed on a handoff says which version of it the person saw."""

    version = forms.IntegerField(min_value=1)


class OfferForm(VersionForm):
    """How ill all those are of whom it was not said."""

    others = _choice(IllnessLevel, required=False, empty_value=None)


class DeclineForm(VersionForm):
    """Why somebody does not take over."""

    reason = _choice(DeclineReason)


class AcceptForm(VersionForm):
    """What the receiver says back of the stable ones together; what is said of one stands beside it."""

    shared = _words(required=False)


class LineForm(forms.Form):
    """A form about one patient of a handoff."""

    handoff = forms.UUIDField()
    patient = forms.UUIDField()


class SayForm(LineForm):
    """How ill somebody is, and in short what matters."""

    level = _choice(IllnessLevel, required=False, empty_value=None)
    summary = _words(required=False)


class WhatIfForm(LineForm):
    """What to do if something happens, and when to look for it."""

    if_words = _words(error_messages={"required": _("Say what may happen.")})
    then_words = _words(error_messages={"required": _("Say what to do then.")})
    on = DayField(error_messages=_NO_DAY)


class AskForm(LineForm):
    """What the receiver wants to know of one patient."""

    question = _words(error_messages={"required": _("Say what you want to know.")})


class AnswerForm(LineForm):
    """What the giver answers."""

    answer = _words(error_messages={"required": _("Write the answer.")})


def read_said(given: QueryDict) -> dict[UUID, str]:
    """Return what was said back of single patients; a key that is none was not on the page."""
    found = {}
    for name, words in given.items():
        key = read_key(name.removeprefix(SAID)) if name.startswith(SAID) else None
        if key is not None:
            found[key] = str(words)
    return found


def read_levels(given: QueryDict) -> dict[UUID, IllnessLevel]:
    """Return how ill single patients are, as it was said; what was not on the page is left out."""
    found = {}
    for name, value in given.items():
        key = read_key(name.removeprefix(LEVEL)) if name.startswith(LEVEL) else None
        if key is not None and value in set(IllnessLevel):
            found[key] = IllnessLevel(str(value))
    return found


def read_key(text: str) -> UUID | None:
    """Return a key as a form or an address carried it, None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
