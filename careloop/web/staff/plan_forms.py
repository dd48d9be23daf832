"""What is typed on the page of plans: the itinerary, how each step is done, what the patient can do, which plan."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from careloop.facts.access import Acting
from careloop.facts.itineraries import Plan, PlanAsk, StepChoice, StepHold
from careloop.facts.plan_board import BoardAsk
from careloop.facts.plan_page import PlanPage
from careloop.facts.visits import PartOfDay
from careloop.web.days import DayField
from careloop.web.staff.handoff_forms import read_key

DAYS = [(str(number), str(number)) for number in range(1, 8)]
CHOOSE_DAY = {"invalid": _("Choose a day.")}
SALT = "careloop.plan"
NOTE_LIMIT = 2000
# What a press on the board says once: it is not carried on.
ANSWERED = ("to", "step", "day", "time", "show", "longer")


class PlanForm(forms.Form):
    """Which itinerary is to be planned, and what the patient can do."""

    template = forms.RegexField(r"^[a-z_]{1,60}$")
    itinerary = forms.UUIDField(required=False)
    since = DayField(required=False, error_messages=CHOOSE_DAY)
    weekday = forms.MultipleChoiceField(choices=DAYS, required=False)
    part = forms.ChoiceField(choices=[("", ""), *((one.value, one.value) for one in PartOfDay)], required=False)
    trips = forms.IntegerField(
        min_value=1, max_value=50, required=False, error_messages={"invalid": _("Type a number from 1 to 50.")}
    )
    companion = forms.MultipleChoiceField(choices=DAYS, required=False)
    ride = forms.MultipleChoiceField(choices=DAYS, required=False)
    approved_from = DayField(required=False, error_messages=CHOOSE_DAY)
    approved_until = DayField(required=False, error_messages=CHOOSE_DAY)


class HoldForm(forms.Form):
    """Which plan is to be held: the plan itself, sealed, and what was asked when it was found."""

    plan = forms.CharField(max_length=20_000, error_messages={"required": _("Choose a plan.")})
    asked = forms.CharField(max_length=10_000, required=False)
    key = forms.CharField(max_length=100)


class BoardForm(forms.Form):
    """Which of the plans stands on the board, from which day on, and a step that is to move."""

    show = forms.IntegerField(required=False, min_value=1, max_value=9)
    week = DayField(required=False)
    step = forms.RegexField(r"^[a-z_]{1,60}$", required=False)
    day = DayField(required=False)
    time = forms.TimeField(required=False)


class ItineraryForm(forms.Form):
    """Which itinerary a deed is about."""

    itinerary = forms.UUIDField()


class ResultForm(ItineraryForm):
    """Of which step a result is, and what is said of it."""

    step = forms.RegexField(r"^[a-z_]{1,60}$", error_messages={"required": _("Choose the step.")})
    note = forms.CharField(max_length=NOTE_LIMIT, error_messages={"required": _("Say it in a few words.")})


def read_ask(query: QueryDict) -> tuple[PlanAsk | None, PlanForm]:
    """Return what is asked for, None if no itinerary is named; fields that are not clear are left out and named."""
    form = PlanForm(query)
    form.is_valid()
    typed: dict[str, Any] = form.cleaned_data
    if "template" not in typed:
        return None, form
    return (
        PlanAsk(
            template=typed["template"],
            choices=_read_choices(query) if "chosen" in query else None,
            since_on=typed.get("since"),
            weekdays=_days(typed.get("weekday")) or frozenset(range(1, 8)),
            part_of_day=PartOfDay(typed["part"]) if typed.get("part") else None,
            most_trips=typed.get("trips"),
            companion_days=_days(typed.get("companion")),
            ride_days=_days(typed.get("ride")),
            approved_from=typed.get("approved_from"),
            approved_until=typed.get("approved_until"),
            itinerary_id=typed.get("itinerary"),
        ),
        form,
    )


def read_board(query: QueryDict) -> BoardAsk:
    """Return which board is asked for; what cannot be read is left out.

    A move comes as one press (``to``: step and time), or as step, day and time of a form.
    """
    form = BoardForm(query)
    form.is_valid()
    typed: dict[str, Any] = form.cleaned_data
    times = [(name.removeprefix("at-"), _wall(query.get(name, ""))) for name in query if name.startswith("at-")]
    step, _bar, text = query.get("to", "").partition("|")
    to = _wall(text)
    if to is None and typed.get("day") and typed.get("time"):
        step, to = typed.get("step", ""), datetime.combine(typed["day"], typed["time"])
    return BoardAsk(
        shown=typed.get("show") or 1,
        times=tuple((key, wall) for key, wall in times if wall is not None),
        move=(step, to) if to is not None else None,
        since=typed.get("week"),
    )


def list_carried(query: QueryDict, plan: Plan) -> list[tuple[str, str]]:
    """Return what a form of the board carries: the question, the days shown, and the times that stand on it."""
    asked = [(n, v) for n, some in query.lists() for v in some if n not in ANSWERED and not n.startswith("at-")]
    return asked + [(f"at-{one.step}", f"{one.promised.wall:%Y-%m-%dT%H:%M}") for one in plan.placed if one.picks]


def seal_plan(acting: Acting, page: PlanPage, plan: Plan) -> str:
    """Return a plan as a form carries it: signed, so that what is held is what was proposed to this person."""
    kinds = {line.step.key: str(line.choice.visit_type_id) for line in page.lines if line.choice}
    steps = [
        [one.step, kinds[one.step], one.promised.wall.isoformat(), one.promised.at.isoformat(), [*map(str, one.picks)]]
        for one in plan.placed
        if one.picks
    ]
    itinerary = str(page.ask.itinerary_id) if page.ask and page.ask.itinerary_id else ""
    whole = [str(acting.person_id), str(page.patient_id), page.template.key if page.template else "", itinerary, steps]
    return signing.dumps(whole, salt=SALT, compress=True)


def unseal_plan(
    acting: Acting, patient_id: UUID, sealed: str
) -> tuple[str, UUID | None, tuple[StepHold, ...], tuple[tuple[str, datetime], ...]] | None:
    """Return template, itinerary, steps and their instants of a plan; None if it was not sealed for these two."""
    try:
        person, patient, template, itinerary, steps = signing.loads(sealed, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    if (person, patient) != (str(acting.person_id), str(patient_id)):
        return None
    holds = tuple(
        StepHold(key, UUID(visit), datetime.fromisoformat(wall), tuple(map(UUID, who)))
        for key, visit, wall, _at, who in steps
    )
    pins = tuple((key, datetime.fromisoformat(at)) for key, _visit, _wall, at, _who in steps)
    return template, UUID(itinerary) if itinerary else None, holds, pins


def _read_choices(query: QueryDict) -> tuple[StepChoice, ...]:
    found = []
    for name in query:
        kind, _sep, key = name.partition("-")
        visit = read_key(query.get(name, "")) if kind == "visit" else None
        if visit is not None:
            found.append(StepChoice(key, visit, read_key(query.get(f"who-{key}", ""))))
    return tuple(sorted(found, key=lambda one: one.key))


def _wall(text: str) -> datetime | None:
    """Return a time on the wall as it was carried, None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007
    except ValueError:
        return None


def _days(ticked: list[str] | None) -> frozenset[int]:
    return frozenset(int(one) for one in ticked or ())
