"""What stands on the patient page beside the lists: story, timeline, plots, goals, circle, contacts, first steps."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.chart import FactKind
from careloop.facts.circle import Told
from careloop.facts.outbox import Direction
from careloop.facts.plots import Series
from careloop.facts.story import NO_STORY, Story
from careloop.facts.timeline import Happening
from careloop.facts.worklist import Tone


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact with its days. ``same_day`` counts the facts of its kind on that day that it stands for, itself too."""

    resource_id: UUID
    kind: FactKind
    label: str
    code: str
    status: str
    visit_class: str
    start: date
    end: date | None
    same_day: int
    said_by: str


@dataclass(frozen=True, slots=True)
class GoalTarget:
    """What a goal measures: the codes of the measure, and the range in its unit; ``due_on`` is by when."""

    codes: tuple[str, ...]
    low: Decimal | None
    high: Decimal | None
    unit: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of the record. ``status`` and ``progress`` are FHIR's words; ``is_own`` says that the person said it."""

    resource_id: UUID
    words: str
    status: str
    progress: str
    is_own: bool
    since: date | None
    targets: tuple[GoalTarget, ...]
    said_by: str


@dataclass(frozen=True, slots=True)
class CarePlan:
    """A plan of the record that is active: its name and the days that it holds for."""

    resource_id: UUID
    words: str
    since: date | None
    until: date | None
    said_by: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked visit. ``clock`` is the time as its source writes it ("9:30"), "" where it gives none."""

    resource_id: UUID
    words: str
    on: date
    clock: str
    said_by: str


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody close to the person: what they are ("daughter"), their numbers, and what the record says of them.

    ``reference`` is how consents name them ("RelatedPerson/7"), "" where they cannot be named. ``told`` is what a
    consent of the record says about telling them, None where none does.
    """

    name: str
    relationship: str
    ways: tuple[str, ...]
    said_by: str
    reference: str = ""
    is_emergency: bool = False
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """A clinician or place that the record names as caring for the person, and as what ("cardiologist")."""

    name: str
    part: str
    said_by: str


@dataclass(frozen=True, slots=True)
class ProxyLine:
    """Somebody who speaks for the person, and as what. What may be told is not asked yet."""

    name: str
    relationship: str


@dataclass(frozen=True, slots=True)
class Barrier:
    """What stands in the person's way, as the record has it."""

    resource_id: UUID
    words: str
    since: date | None
    said_by: str


@dataclass(frozen=True, slots=True)
class SocialAnswer:
    """What the person answered when asked about needs of daily life: the question, the answer, the day."""

    resource_id: UUID
    code: str
    words: str
    answer: str
    on: date | None
    said_by: str


@dataclass(frozen=True, slots=True)
class ContactLine:
    """An attempt to reach the person or somebody for them: when, who, how it went, about which loop."""

    id: UUID
    at: datetime
    who: str
    result: Say
    note: str
    loop_id: UUID
    title: Say


@dataclass(frozen=True, slots=True)
class Talked:
    """A message or a call as the timeline names it: with whom, by which road ("" for none), the first words.

    ``by`` is who of the staff wrote it, "" for what came in or went by itself; ``at`` is aware.
    """

    id: UUID
    at: datetime
    direction: Direction
    road: str
    with_whom: str
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A risk that an open loop asks about; it leads to that loop."""

    loop_id: UUID
    tone: Tone
    say: Say


@dataclass(frozen=True, slots=True)
class StarterStep:
    """One of the first steps for a person of whom nothing is known yet. ``key`` is its name, ``opens`` an address part.

    The first step that is not done is ``is_ready``: its button is offered.
    """

    key: str
    say: Say
    is_done: bool
    is_ready: bool
    opens: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it. What the reader's role may not see is empty. ``contact_count`` counts every attempt.

    ``first_way`` is the telephone number or address that the record says to try first, "" where it does not say;
    ``reached`` are the last moments at which somebody answered.
    """

    story: Story = NO_STORY
    happenings: tuple[Happening, ...] = ()
    closed_days: frozenset[date] = frozenset()
    series: tuple[Series, ...] = ()
    goals: tuple[Goal, ...] = ()
    plans: tuple[CarePlan, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    answers: tuple[SocialAnswer, ...] = ()
    near: tuple[Near, ...] = ()
    outside: tuple[Outside, ...] = ()
    first_way: str = ""
    reached: tuple[datetime, ...] = ()
    contacts: tuple[ContactLine, ...] = ()
    contact_count: int = 0
    chips: tuple[Chip, ...] = ()
    starter: tuple[StarterStep, ...] = ()
    open_count: int = 0
    closed_count: int = 0


NOTHING_TO_SEE = Overview()
