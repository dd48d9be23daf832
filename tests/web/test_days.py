"""A day that somebody types lies within two centuries: one at the ends of the calendar is unclear, never a fault."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

import careloop.web
from careloop.web.days import FIRST, LAST, DayField, MomentField, is_near
from tests.people import House
from tests.web.test_documents import house, rosa, sign_in
from tests.web.test_visits import hold, make_talk

__all__ = ["house", "rosa"]

ENDS = ("9999-12-31", "0001-01-01")


@pytest.mark.parametrize("typed", [*ENDS, "2200-01-01", "1849-12-31", "2026-02-30", "soon"])
def test_a_day_that_nobody_can_mean_is_unclear(typed: str) -> None:
    with pytest.raises(ValidationError):
        DayField().clean(typed)
    with pytest.raises(ValidationError):
        MomentField(input_formats=["%Y-%m-%dT%H:%M"]).clean(f"{typed}T10:00")


def test_any_other_day_is_read() -> None:
    assert DayField().clean("1926-11-30") == date(1926, 11, 30)
    assert DayField(required=False).clean("") is None
    moment = MomentField(input_formats=["%Y-%m-%dT%H:%M"]).clean("2199-12-31T23:59")
    assert isinstance(moment, datetime)
    assert (moment.year, moment.minute) == (2199, 59)
    assert is_near(FIRST)
    assert is_near(LAST)


def test_no_form_reads_days_in_another_way() -> None:
    root = Path(careloop.web.__file__).parent
    others = [
        path.name
        for path in root.rglob("*.py")
        if path != root / "days.py"
        and any(f"forms.{kind}(" in path.read_text() for kind in ("DateField", "DateTimeField"))
    ]
    assert others == []


@pytest.mark.django_db
@pytest.mark.parametrize("day", ENDS)
def test_pages_that_ask_for_a_day_leave_out_one_at_the_ends_of_the_calendar(house: House, rosa: UUID, day: str) -> None:
    talk = make_talk(house)
    dana = sign_in("dana")
    asked = [
        (reverse("visits"), {"on": day}),
        (reverse("visit-new", args=[rosa]), {"type": str(talk), "since": day}),
        (reverse("patient-plan", args=[rosa]), {"template": "cardiac_workup", "since": day, "week": day}),
        (reverse("out"), {"first_on": day, "last_on": day}),
    ]
    for address, query in asked:
        assert dana.get(address, query).status_code == 200, address
    own = {"own_on": day, "own_at": "09:00"}
    assert hold(dana, rosa, talk, "", **own).status_code == 422
    assert hold(dana, rosa, talk, f"{day}T09:00").status_code == 422
