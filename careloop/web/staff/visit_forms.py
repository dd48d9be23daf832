"""What is typed about visits, read with care."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from careloop.facts.directory import EntryKind
from careloop.facts.preparation import Arranged, Item, ItemState
from careloop.facts.scheduling import CancelledBy, CancelReason, Which
from careloop.facts.visits import Barrier, PartOfDay, Wish
from careloop.facts.worklist import Outcome
from careloop.rules.amounts import read_amount
from careloop.rules.visits import read_code
from careloop.rules.worklist import NOT_NEEDED
from careloop.web.days import DayField, is_near
from careloop.web.staff.forms import NOTE_LIMIT, SHORT_LIMIT

_NO_TIME = {"required": _("Choose a time."), "invalid": _("Choose a time.")}


def _choice(kind: Any, words: Any, **more: Any) -> forms.TypedChoiceField:  # noqa: ANN401
    wrong = {"required": words, "invalid_choice": words}
    return forms.TypedChoiceField(coerce=kind, choices=[(str(x), str(x)) for x in kind], error_messages=wrong, **more)


class WishForm(forms.Form):
    """What is asked of the page of times, from its address; what cannot be read is left out."""

    type = forms.UUIDField(required=False)
    loop = forms.UUIDField(required=False)
    since = DayField(required=False)
    part = _choice(PartOfDay, "", required=False, empty_value=None)
    weekday = forms.IntegerField(required=False, min_value=1, max_value=7)
    who = forms.UUIDField(required=False)
    at = forms.TimeField(required=False)


class TimeForm(forms.Form):
    """A time that is asked for: an offered one, a seat in a group, or one of one's own with its day.

    ``key`` names the request.
    """

    key = forms.UUIDField()
    type = forms.UUIDField()
    loop = forms.UUIDField(required=False)
    offer = forms.CharField(required=False, max_length=SHORT_LIMIT)
    seat = forms.CharField(required=False, max_length=SHORT_LIMIT)
    own_on = DayField(required=False, error_messages={"invalid": _("Choose a day.")})
    own_at = forms.TimeField(required=False, error_messages={"invalid": _("Write a time as in 08:30.")})
    own_with = forms.UUIDField(required=False)
    which = _choice(Which, _("Say which of the two."), required=False, empty_value=None)

    def clean(self) -> dict[str, Any]:
        """Read the time and with whom it is asked."""
        typed = super().clean() or self.cleaned_data
        typed["group"] = None
        if typed.get("seat"):
            found = read_code(typed["seat"])
            if found is None or len(found[1]) != 1 or not is_near(found[0].date()):
                self.add_error("seat", _NO_TIME["invalid"])
                return typed
            typed["wall"], (typed["group"],), typed["entries"] = *found, ()
        elif typed.get("offer"):
            found = read_code(typed["offer"])
            if found is None or not is_near(found[0].date()):
                self.add_error("offer", _NO_TIME["invalid"])
                return typed
            typed["wall"], typed["entries"] = found
        elif typed.get("own_on") and typed.get("own_at"):
            typed["wall"] = datetime.combine(typed["own_on"], typed["own_at"])
            typed["entries"] = (typed["own_with"],) if typed.get("own_with") else ()
        elif not self.errors:
            self.add_error("own_on", _("Choose a day and a time."))
        return typed


class CancelForm(forms.Form):
    """By whom and why; ``outcome`` ends the promise itself."""

    version = forms.IntegerField(min_value=0)
    by = _choice(CancelledBy, _("Say who wants it."))
    reason = _choice(CancelReason, _("Choose why."))
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)
    outcome = forms.TypedChoiceField(
        coerce=Outcome, choices=[(str(o), str(o)) for o in NOT_NEEDED], required=False, empty_value=None
    )


class MoveForm(TimeForm):
    """Another time, by whom and why."""

    version = forms.IntegerField(min_value=0)
    by = _choice(CancelledBy, _("Say who wants it."))
    reason = _choice(CancelReason, _("Choose why."))
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class VersionForm(forms.Form):
    """Which version of a visit somebody saw."""

    version = forms.IntegerField(min_value=0)
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class SeenForm(VersionForm):
    """How a visit went."""

    note = forms.CharField(max_length=NOTE_LIMIT, error_messages={"required": _("Say what shows it.")})


class MissForm(VersionForm):
    """What stood in the way of a visit."""

    barrier = _choice(Barrier, _("Choose what stood in the way, or that nobody asked yet."))

    def clean(self) -> dict[str, Any]:
        """Ask what another reason is."""
        typed = super().clean() or self.cleaned_data
        if typed.get("barrier") is Barrier.OTHER and not typed.get("note"):
            self.add_error("note", _("Write in a few words what stood in the way."))
        return typed


class ItemForm(forms.Form):
    """Where something before a visit stands, and what shows it."""

    item = _choice(Item, _("Choose what it is about."))
    state = _choice(ItemState, _("Say where it stands."))
    version = forms.IntegerField(min_value=0)
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)
    first_on = DayField(required=False, error_messages={"invalid": _("Choose a day.")})
    last_on = DayField(required=False, error_messages={"invalid": _("Choose a day.")})
    pickup = forms.TimeField(required=False, error_messages={"invalid": _("Write a time as in 08:30.")})
    pays = forms.CharField(required=False, max_length=20)

    def clean_pays(self) -> int | None:
        """Return what the patient pays, in cents."""
        typed = self.cleaned_data["pays"]
        cents = read_amount(typed) if typed else None
        if typed and cents is None:
            raise forms.ValidationError(_("Write an amount in dollars, like 30 or 30.50."))
        return cents

    def clean(self) -> dict[str, Any]:
        """Ask what shows it, unless it is open again, and between which days an approval holds."""
        typed = super().clean() or self.cleaned_data
        if typed.get("state") is not ItemState.OPEN and not typed.get("note"):
            self.add_error("note", _("Say what shows it."))
        if typed.get("state") is ItemState.DONE and typed.get("item") is Item.APPROVAL:
            for name in ("first_on", "last_on"):
                if not typed.get(name) and name not in self.errors:
                    self.add_error(name, _("Choose a day."))
        typed["arranged"] = Arranged(
            typed.get("first_on"), typed.get("last_on"), typed.get("pickup"), typed.get("pays")
        )
        return typed


class TokenForm(forms.Form):
    """The token of a hold."""

    token = forms.UUIDField()


class DayForm(forms.Form):
    """Which day, at which place, of which kind; what cannot be read is left out."""

    on = DayField(required=False)
    site = forms.UUIDField(required=False)
    kind = _choice(EntryKind, "", required=False, empty_value=None)


@dataclass(frozen=True, slots=True)
class AskedDay:
    """Which board of a day is asked for."""

    on: date | None
    site_id: UUID | None
    kind: EntryKind | None


def read_day(given: Any) -> AskedDay:  # noqa: ANN401
    """Return which board of a day is asked for, from an address."""
    form = DayForm(given)
    form.is_valid()
    typed = form.cleaned_data
    return AskedDay(typed.get("on"), typed.get("site"), typed.get("kind") or None)


def read_wanted(given: Any) -> tuple[date, time] | None:  # noqa: ANN401
    """Return the day and the time there that an address asks for, as the board of a day does; None without both."""
    form = WishForm(given)
    form.is_valid()
    on, at = form.cleaned_data.get("since"), form.cleaned_data.get("at")
    return (on, at) if on and at else None


def read_wish(given: Any) -> tuple[Wish, UUID | None, UUID | None]:  # noqa: ANN401
    """Return what is wished for, the kind of visit and the promise, from an address or a form."""
    form = WishForm(given)
    form.is_valid()
    typed = form.cleaned_data
    wish = Wish(typed.get("since"), typed.get("part") or None, typed.get("weekday"), typed.get("who"))
    return wish, typed.get("type"), typed.get("loop")
