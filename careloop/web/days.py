"""Days and moments as people type them: within two centuries around now, so that none falls off the calendar.

A day at the very end of the calendar has no next day, and one at its very beginning no hour in another zone.
"""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# Whoever is alive was born after the first; nothing is planned for after the last.
FIRST, LAST = date(1850, 1, 1), date(2199, 12, 31)


def is_near(day: date) -> bool:
    """Tell whether a day is one that somebody can mean."""
    return FIRST <= day <= LAST


class DayField(forms.DateField):
    """A day; one that is centuries away is as unclear as one that does not exist."""

    def to_python(self, value: Any) -> date | None:  # noqa: ANN401
        """Return the day; raises ValidationError when there is none such."""
        day: date | None = super().to_python(value)
        if day is not None and not is_near(day):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class MomentField(forms.DateTimeField):
    """A day and a time; one that is centuries away is as unclear as one that does not exist."""

    def to_python(self, value: Any) -> datetime | None:  # noqa: ANN401
        """Return the moment; raises ValidationError when there is none such."""
        text = str(value or "")[:4]
        if text.isdigit() and not FIRST.year <= int(text) <= LAST.year:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        moment: datetime | None = super().to_python(value)
        return moment
