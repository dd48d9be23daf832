"""Care of many steps: templates of steps with gaps between them, what a patient wishes, and plans that answer both."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.scheduling import BookingState, Candidate, Preparation, Promised, Span, VisitLength
from careloop.facts.visits import PartOfDay
from careloop.facts.worklist import Source


class PlanKind(StrEnum):
    """What a plan is best at: fewest trips, soonest done, or somebody along (else a ride) at most visits."""

    FEWEST_TRIPS = "fewest_trips"
    SOONEST = "soonest"
    HELPED = "helped"


class HardRule(StrEnum):
    """What every plan keeps. The last four are wishes that a patient can give up; the others nobody can."""

    EVERY_STEP = "every_step"
    FREE = "free"
    PATIENT_FREE = "patient_free"
    IN_TIME = "in_time"
    ORDER = "order"
    TOO_SOON = "too_soon"
    TOO_LATE = "too_late"
    STILL_VALID = "still_valid"
    APPROVED = "approved"
    ESCORT = "escort"
    WEEKDAY = "weekday"
    PART_OF_DAY = "part_of_day"
    TRIPS = "trips"


@dataclass(frozen=True, slots=True)
class Gap:
    """That a step comes after another: so many days later on the clocks of the place, at least and at most.

    With ``is_validity`` the most is how long the earlier step's answer counts; else it is how long one may wait.
    """

    step: str
    after: str
    at_least_days: int = 0
    at_most_days: int | None = None
    is_validity: bool = False


@dataclass(frozen=True, slots=True)
class TemplateStep:
    """A step of a template: whom it is with, where, how long (minutes), what it asks of the patient, and its source.

    ``sort`` says which kind of place it needs, ``specialty`` who does it; both as the directory writes them.
    """

    key: str
    minutes: int
    specialty: str
    sort: str
    preparation: Preparation
    needs_escort: bool
    needs_ride: bool
    needs_approval: bool
    source: Source


@dataclass(frozen=True, slots=True)
class TemplateGap:
    """A gap of a template, with its source."""

    gap: Gap
    source: Source


@dataclass(frozen=True, slots=True)
class Template:
    """An itinerary as an example that a clinic confirms: its steps, the gaps between them, and days to look ahead."""

    key: str
    version: str
    look_days: int
    steps: tuple[TemplateStep, ...]
    gaps: tuple[TemplateGap, ...]

    @property
    def title(self) -> Say:
        """Return what it is called."""
        return Say(f"itinerary.{self.key}")

    def find_step(self, key: str) -> TemplateStep:
        """Return the step of this key."""
        return next(step for step in self.steps if step.key == key)


@dataclass(frozen=True, slots=True)
class StepAsk:
    """A step that wants a time: its length, one candidate of each need, the zone of its clocks, and where.

    ``first_on`` and ``last_on`` are the days between which it is approved, None where no approval is needed.
    ``only_at`` is the one instant at which it is to begin, None where any will do.
    """

    key: str
    length: VisitLength
    needs: tuple[tuple[Candidate, ...], ...]
    zone: str
    place: str = ""
    needs_escort: bool = False
    first_on: date | None = None
    last_on: date | None = None
    only_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a patient can do: weekdays (1 is Monday), part of the day, most trips, and when help is there.

    ``companion`` is when somebody can come along, ``rides`` when there is a ride: None if nothing was said. Between
    two places on one day ``between_places`` minutes are left.
    """

    weekdays: frozenset[int] = frozenset(range(1, 8))
    part_of_day: PartOfDay | None = None
    most_trips: int | None = None
    companion: tuple[Span, ...] | None = None
    rides: tuple[Span, ...] | None = None
    between_places: int = 30

    @property
    def help(self) -> tuple[Span, ...] | None:
        """Return when help is there: the companion's times, else those of rides, else None."""
        return self.rides if self.companion is None else self.companion


@dataclass(frozen=True, slots=True)
class Journey:
    """All that is to be planned for one patient within a window: steps, gaps, when the patient is busy, and wishes.

    ``weight`` is the harm of a day's delay against that of others, 1 at least.
    """

    key: str
    steps: tuple[StepAsk, ...]
    gaps: tuple[Gap, ...]
    window: Span
    busy: tuple[Span, ...] = ()
    wishes: Wishes = field(default_factory=Wishes)
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A step with its time, and who and what takes part, one of each need in the order of the needs."""

    step: str
    promised: Promised
    ends_at: datetime
    picks: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a plan does not keep, and the step at which ("" for the plan as a whole)."""

    rule: HardRule
    step: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A time for every step, in the order of time, and what it costs the patient.

    ``trips`` are days out; ``alone`` counts visits without help; ``rides`` are days for which a ride is to be found.
    ``broken`` is empty but for the closest plan where none fits.
    """

    placed: tuple[Placed, ...]
    trips: int
    finishes_at: datetime
    alone: int
    rides: int
    kinds: tuple[PlanKind, ...] = ()
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The answer to a journey: plans that differ, or the closest one and the rules it breaks, or where it ends.

    ``stuck`` names the steps for which there is no time at all, whatever is given up; ``lost`` those whose time was
    taken meanwhile.
    """

    plans: tuple[Plan, ...] = ()
    closest: Plan | None = None
    stuck: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepChoice:
    """How a clinic does a step: the kind of visit, and with whom; None is nobody named, so anybody who does it."""

    key: str
    visit_type_id: UUID
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PlanAsk:
    """What is asked of the planner: which itinerary, how each step is done, and what the patient can do.

    ``choices`` None lets the clinic's own kinds of visits of the same name do the steps. Days of the week are 1
    (Monday) to 7. ``itinerary_id`` is one that lost steps: those that stand stay. ``pins`` are steps whose instant
    stays if it is still free.
    """

    template: str
    choices: tuple[StepChoice, ...] | None = None
    since_on: date | None = None
    weekdays: frozenset[int] = frozenset(range(1, 8))
    part_of_day: PartOfDay | None = None
    most_trips: int | None = None
    companion_days: frozenset[int] = frozenset()
    ride_days: frozenset[int] = frozenset()
    approved_from: date | None = None
    approved_until: date | None = None
    itinerary_id: UUID | None = None
    pins: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class StepHold:
    """A step as it is to be held: the kind of visit, its wall time, and who and what takes part."""

    key: str
    visit_type_id: UUID
    wall: datetime
    entries: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step on the page of a plan: what it asks, and how the clinic does it; None where it is left out."""

    step: TemplateStep
    gaps: tuple[Gap, ...]
    choice: StepChoice | None


@dataclass(frozen=True, slots=True)
class ItineraryStepRow:
    """A step of an itinerary as it stands: its newest booking, and what is not right with it.

    ``waits_for`` names the step whose result a clinician must see first.
    """

    key: str
    booking_id: UUID | None
    state: BookingState | None
    promised: Promised | None
    takes_part: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()
    is_abnormal: bool = False
    note: str = ""
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class ItineraryRow:
    """An itinerary of a patient with its steps in the order of time."""

    id: UUID
    loop_id: UUID
    template: str
    made_on: date
    steps: tuple[ItineraryStepRow, ...]
    held_until: datetime | None = None

    @property
    def title(self) -> Say:
        """Return what it is called."""
        return Say(f"itinerary.{self.template}")
