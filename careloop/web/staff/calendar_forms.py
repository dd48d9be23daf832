"""What is typed about calendars and kinds of visits, read with care."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from careloop.facts.scheduling import CalendarException, Preparation, VisitTypeDraft, VisitTypeRow, WeeklyHours
from careloop.facts.visits import KindsPage
from careloop.web.days import DayField
from careloop.web.labels import label_of
from careloop.web.labels_admin import WEEKDAYS
from careloop.web.screen import Attempt
from careloop.web.staff.admin_forms import Field, Options
from careloop.web.staff.forms import SHORT_LIMIT

# Stretches of hours in a day: before and after a break.
STRETCHES = (0, 1)
WITH = "with-"
_DAY = {"invalid": _("Choose a day."), "required": _("Choose a day.")}
_NUMBER = {"required": _("Give a number."), "invalid": _("Give a whole number.")}


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the week as fields: its number and name, and two pairs of opening and closing times."""

    number: int
    name: str
    stretches: tuple[tuple[int, str, str], ...]


class WeekForm(forms.Form):
    """The hours of a week: two stretches a day. ``accepted`` is how many visits the person saw fall out."""

    accepted = forms.IntegerField(required=False, min_value=0)

    def clean(self) -> dict[str, Any]:
        """Read the times: both of a stretch, or none."""
        typed = super().clean() or self.cleaned_data
        typed["hours"] = []
        for day, words in WEEKDAYS:
            for n in STRETCHES:
                opens, closes = (self._read(f"{end}-{day}-{n}") for end in ("opens", "closes"))
                if opens and closes and closes <= opens:
                    self.add_error(None, _("The hours end before they begin: %(day)s.") % {"day": words})
                elif opens and closes:
                    typed["hours"].append(WeeklyHours(day, opens, closes))
                elif opens or closes:
                    self.add_error(None, _("Give both times or none: %(day)s.") % {"day": words})
        return typed

    def _read(self, name: str) -> time | None:
        given = str(self.data.get(name, "")).strip()
        try:
            return time.fromisoformat(given if ":" in given else "") if given else None
        except ValueError:
            self.add_error(None, _("“%(given)s” is no time. Write one as in 08:30.") % {"given": given[:20]})
            return None


class DifferForm(forms.Form):
    """Days on which a calendar differs."""

    accepted = forms.IntegerField(required=False, min_value=0)
    first_on = DayField(label=_("First day"), error_messages=_DAY)
    last_on = DayField(label=_("Last day"), required=False, error_messages=_DAY, help_text=_("Empty: one day."))
    state = forms.ChoiceField(label=_("On these days"), choices=[("closed", "closed"), ("open", "open")])
    opens = forms.TimeField(label=_("From"), required=False, help_text=_("Empty: the whole day."))
    closes = forms.TimeField(label=_("Until"), required=False)
    reason = forms.CharField(
        label=_("Why"), max_length=SHORT_LIMIT, error_messages={"required": _("Say why, in a few words.")}
    )

    def clean(self) -> dict[str, Any]:
        """Put the days and times together."""
        typed = super().clean() or self.cleaned_data
        if typed.get("first_on") and typed.get("last_on") and typed["last_on"] < typed["first_on"]:
            self.add_error("last_on", _("The last day is before the first."))
        if bool(typed.get("opens")) is not bool(typed.get("closes")):
            self.add_error("closes", _("Give both times or none."))
        elif typed.get("opens") and typed["closes"] <= typed["opens"]:
            self.add_error("closes", _("The hours end before they begin."))
        if not self.errors:
            last_on = typed["last_on"] or typed["first_on"]
            typed["differs"] = CalendarException(
                typed["first_on"], last_on, typed["state"] == "open", typed["opens"], typed["closes"]
            )
        return typed


class DayKey(forms.Form):
    """Which line of days that differ."""

    day = forms.IntegerField()


class KindForm(forms.Form):
    """A kind of visit; ``kind`` is empty for a new one. A box for each practitioner whom it is with."""

    kind = forms.UUIDField(required=False)
    version = forms.IntegerField(required=False)
    name = forms.CharField(label=_("Name"), max_length=120, error_messages={"required": _("Give a name.")})
    minutes = forms.IntegerField(label=_("How many minutes it lasts"), error_messages=_NUMBER)
    gap_before = forms.IntegerField(label=_("Minutes kept free before it"), required=False, error_messages=_NUMBER)
    gap_after = forms.IntegerField(label=_("Minutes kept free after it"), required=False, error_messages=_NUMBER)
    preparation = forms.TypedChoiceField(
        label=_("What the patient does before"), coerce=Preparation, choices=[(str(p), str(p)) for p in Preparation]
    )
    room_sort = forms.CharField(
        label=_("Kind of room that it needs"), required=False, max_length=60, help_text=_("Empty: none.")
    )
    device_sort = forms.CharField(
        label=_("Kind of device that it needs"), required=False, max_length=60, help_text=_("Empty: none.")
    )
    seats = forms.IntegerField(label=_("For how many patients at once"), error_messages=_NUMBER)
    needs_practitioner = forms.BooleanField(label=_("It is with a practitioner"), required=False)
    needs_escort = forms.BooleanField(label=_("Somebody takes the patient home"), required=False)
    needs_fasting = forms.BooleanField(label=_("The patient fasts"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def clean(self) -> dict[str, Any]:
        """Put the kind together."""
        typed = super().clean() or self.cleaned_data
        if not self.errors:
            same: dict[str, Any] = {name: typed[name] for name in KINDRED}
            same |= {name: typed[name] or 0 for name in ("gap_before", "gap_after")}
            typed["draft"] = VisitTypeDraft(**same, people=_read_people(self.data))
        return typed


# What a kind of visit and its form call by the same name.
KINDRED = (
    "name", "minutes", "preparation", "room_sort", "device_sort", "seats", "needs_practitioner", "needs_escort",
    "needs_fasting", "is_active",
)  # fmt: skip


def _read_people(given: Mapping[str, object]) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(name.removeprefix(WITH)) for name in given if name.startswith(WITH))
    except ValueError:
        return ()


def list_week(hours: Sequence[WeeklyHours], typed: Mapping[str, str] | None) -> list[WeekDay]:
    """Return the days of the week with their hours, as typed or as they stand."""
    week = []
    for day, name in WEEKDAYS:
        standing = [(f"{one.opens:%H:%M}", f"{one.closes:%H:%M}") for one in hours if one.weekday == day]
        pairs = [*standing, ("", ""), ("", "")]
        if typed is not None:
            pairs = [(typed.get(f"opens-{day}-{n}", ""), typed.get(f"closes-{day}-{n}", "")) for n in STRETCHES]
        week.append(WeekDay(day, str(name), tuple((n, *pairs[n]) for n in STRETCHES)))
    return week


def describe_kind(kind: VisitTypeRow) -> dict[str, object]:
    """Return a kind of visit as its form shows it."""
    draft = kind.draft
    found = {name: getattr(draft, name) for name in (*KINDRED, "gap_before", "gap_after")}
    return {name: value if isinstance(value, bool) else str(value) for name, value in found.items()}


def preparation_options() -> dict[str, Options]:
    """Return what can be done before a visit, in words."""
    return {"preparation": [(str(one), label_of(one)) for one in Preparation]}


def list_people(shown: KindsPage, kind: VisitTypeRow | None, attempt: Attempt | None) -> list[Field]:
    """Return a check box for each practitioner whom a kind of visit can be with."""
    tried = attempt if attempt and attempt.verb == "save_kind" else None
    chosen = kind.draft.people if kind else ()
    return [
        Field(
            f"{WITH}{one.id}", f"{WITH}{one.id}", one.name, "check",
            f"{WITH}{one.id}" in tried.values if tried else one.id in chosen, (), "", "", must=False, most=0,
        )
        for one in shown.people
    ]  # fmt: skip
