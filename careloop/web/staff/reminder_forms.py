"""What is typed about reminders, read with care."""

from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from careloop.facts.consents import Road
from careloop.facts.reminders import LADDER, ReminderKind, Rung
from careloop.rules.medicine_reminders import MOST_TIMES
from careloop.rules.reminders import ROADS
from careloop.web.days import DayField

# Roads on which a reminder of a medicine can go by itself.
MEDICINE_ROADS = (Road.TEXT,)
_NO_DAY = {"required": _("Choose a day."), "invalid": _("Choose a day.")}


class PauseForm(forms.Form):
    """Why nobody should be reminded of a visit."""

    reason = forms.CharField(max_length=300, error_messages={"required": _("Say why nobody should be reminded.")})


class ScheduleForm(forms.Form):
    """Reminders of one medicine. ``medicine`` names the statement and its version."""

    medicine = forms.CharField(error_messages={"required": _("Choose a medicine.")})
    times = forms.CharField(max_length=80, error_messages={"required": _("Give the times of day, as in 08:00 20:00.")})
    road = forms.TypedChoiceField(coerce=Road, choices=[(str(one), str(one)) for one in MEDICINE_ROADS])
    ends_on = DayField(error_messages=_NO_DAY)
    consent = forms.CharField(
        max_length=1000, error_messages={"required": _("Say how the patient agreed: who asked, and what they said.")}
    )

    def clean_medicine(self) -> tuple[UUID, int]:
        """Read which statement was chosen, and which version of it."""
        key, _colon, version = str(self.cleaned_data["medicine"]).partition(":")
        try:
            return UUID(key), int(version)
        except ValueError:
            raise forms.ValidationError(_("Choose a medicine.")) from None

    def clean_times(self) -> tuple[time, ...]:
        """Read times of the day that stand beside one another."""
        found = []
        for given in str(self.cleaned_data["times"]).replace(",", " ").split():
            try:
                found.append(time.fromisoformat(given if ":" in given else ""))
            except ValueError:
                message = _("“%(given)s” is no time. Write times as in 08:00 20:00.") % {"given": given[:20]}
                raise forms.ValidationError(message) from None
        if len(set(found)) != len(found) or len(found) > MOST_TIMES:
            raise forms.ValidationError(_("Give at most six times, each once."))
        return tuple(found)


class ScheduleKeyForm(forms.Form):
    """Which schedule, as the person saw it."""

    schedule = forms.UUIDField()
    version = forms.IntegerField(min_value=1)


class NamingForm(forms.Form):
    """Whether reminders name the medicine, and how the patient said so."""

    named = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    because = forms.CharField(required=False, max_length=2000)


class LadderForm(forms.Form):
    """The rungs of one kind of visit: each has fields of its own, named by its kind."""

    def clean(self) -> dict[str, Any]:
        """Read every rung; one that was left out of the form stays as it is."""
        typed = super().clean() or self.cleaned_data
        typed["rungs"] = [rung for kind in LADDER if (rung := self._read(kind)) is not None]
        return typed

    def _read(self, kind: ReminderKind) -> Rung | None:
        given = {name: str(self.data.get(f"{kind}-{name}", "")).strip() for name in ("days", "at", "hours")}
        if not any(given.values()):
            return None
        try:
            days, hours = int(given["days"]), int(given["hours"])
            at = time.fromisoformat(given["at"] if ":" in given["at"] else "")
        except ValueError:
            self.add_error(None, _("Give days, a time as in 10:00 and hours for each reminder."))
            return None
        roads = tuple(road for road in ROADS[kind] if self.data.get(f"{kind}-{road}"))
        return Rung(kind, days, at, roads, hours, bool(self.data.get(f"{kind}-on")))
