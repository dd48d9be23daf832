"""What is typed on the call card and about outreach lists, read with care."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from careloop.facts.outreach import OutreachDraft, OutreachRule
from careloop.facts.reach import OUTCOMES, CallDraft, Interpreter, TryRoad, WhyNo
from careloop.web.days import DayField
from careloop.web.staff.forms import NOTE_LIMIT
from careloop.web.staff.handoff_forms import read_key

# What can be noted as sent beside calls.
SENT_ROADS = (TryRoad.TEXT, TryRoad.EMAIL, TryRoad.PORTAL, TryRoad.LETTER, TryRoad.CERTIFIED, TryRoad.VISIT)
MOST_MINUTES = 240
_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one."), "invalid": _("Choose one.")}
_NUMBER = {
    "required": _("Give a whole number."), "invalid": _("Give a whole number."),
    "min_value": _("Give a larger number."), "max_value": _("Give a smaller number."),
}  # fmt: skip


def _choice(kind: Any, members: Any, **more: Any) -> forms.TypedChoiceField:  # noqa: ANN401
    return forms.TypedChoiceField(
        coerce=kind, choices=[(str(one), str(one)) for one in members], error_messages=_CHOOSE, **more
    )


def _number(low: int, high: int, **more: Any) -> forms.IntegerField:  # noqa: ANN401
    return forms.IntegerField(min_value=low, max_value=high, error_messages=_NUMBER, **more)


class CallForm(forms.Form):
    """How a call went. The loops, signs and barriers that are ticked stand beside it."""

    result = _choice(type(OUTCOMES[0]), OUTCOMES)
    whom = forms.CharField(required=False, max_length=200)
    opened_at = forms.CharField(required=False, max_length=40)
    minutes = _number(0, MOST_MINUTES, required=False)
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)
    why_no = _choice(WhyNo, WhyNo, required=False, empty_value=None)
    until = DayField(required=False, error_messages={"invalid": _("Choose a day.")})
    interpreter = _choice(Interpreter, Interpreter, required=False, empty_value=Interpreter.NONE)
    language = forms.CharField(required=False, max_length=20)
    entry = forms.UUIDField(required=False)


class SentForm(forms.Form):
    """What was sent, or that somebody went there."""

    road = _choice(TryRoad, SENT_ROADS)
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class LiftForm(forms.Form):
    """Which number is used again, and why."""

    block = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=NOTE_LIMIT, error_messages={"required": _("Say why.")})


class ListForm(forms.Form):
    """A list as it is asked for."""

    name = forms.CharField(max_length=80, error_messages={"required": _("Give the list a name.")})
    unit = _number(1, 2_000_000_000)
    check = forms.CharField(required=False, max_length=100)
    no_visit_days = _number(1, 3660, required=False)
    referral = forms.BooleanField(required=False)
    from_age = _number(0, 130, required=False)
    to_age = _number(0, 130, required=False)
    language = forms.CharField(required=False, max_length=20)
    per_day = _number(1, 1000)
    quiet_days = _number(1, 365)
    most_tries = _number(1, 9)


class VersionForm(forms.Form):
    """Which version of a list somebody saw."""

    version = forms.IntegerField(min_value=1)


def read_loops(given: QueryDict) -> dict[UUID, int]:
    """Return the loops that are ticked, each with the version that was shown; what is none was not on the page."""
    found = {}
    for text in given.getlist("loop"):
        key, _colon, version = text.partition(":")
        loop = read_key(key)
        if loop is not None and version.isdigit():
            found[loop] = int(version)
    return found


def read_call(typed: dict[str, Any], given: QueryDict) -> CallDraft:
    """Return a call as it was typed. ``whom`` is a number of the patient's, or a person of the circle and theirs."""
    member, _bar, number = str(typed["whom"]).partition("|")
    return CallDraft(
        result=typed["result"],
        loops=read_loops(given),
        address=number,
        member_id=read_key(member),
        opened_at=_moment(typed["opened_at"]),
        minutes=typed["minutes"],
        note=typed["note"],
        why_no=typed["why_no"],
        until=typed["until"],
        flags=_ticked(given, "flag"),
        barriers=_ticked(given, "barrier"),
        interpreter=typed["interpreter"],
        language=typed["language"],
        entry_id=typed["entry"],
    )


def read_list(typed: dict[str, Any]) -> OutreachDraft:
    """Return a list as it was typed."""
    rule = OutreachRule(
        check=typed["check"],
        no_visit_days=typed["no_visit_days"],
        referral=typed["referral"],
        from_age=typed["from_age"],
        to_age=typed["to_age"],
        language=typed["language"],
    )
    return OutreachDraft(
        name=typed["name"], unit_id=typed["unit"], rule=rule, per_day=typed["per_day"],
        quiet_days=typed["quiet_days"], most_tries=typed["most_tries"],
    )  # fmt: skip


def _ticked(given: QueryDict, name: str) -> tuple[str, ...]:
    names: Sequence[str] = given.getlist(name)
    return tuple(str(one) for one in names)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
