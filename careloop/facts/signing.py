"""How a check stands in a clinic: what its clinician signed, by which rule a finding was judged, how often it helps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.checks import Bound, Measure
from careloop.facts.worklist import Confidence, LoopKind, Outcome, Source

# The name under which the worker asks for a check to be changed; the finding's key is the check.
SELDOM_HELPS = "check_seldom_helps"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a clinician signs about a check. ``thresholds`` are decimals as they were typed; one left out stays.

    ``note`` is the clinician's own words.
    """

    check: str
    is_on: bool
    is_unverified_on: bool = False
    thresholds: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One signature: from ``from_at`` on a check is on or off, in the version and with the thresholds that were signed.

    ``is_unverified_on`` says whether those parts run that nobody has verified. ``thresholds`` go by "check.bound".
    """

    id: UUID
    check: str
    version: int
    is_on: bool
    is_unverified_on: bool
    thresholds: Mapping[str, Decimal]
    note: str
    signed_by: str
    from_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a check stands: on or off, with the value of every threshold, and the signature that says so, if any.

    ``asks_again`` is true when it was signed on in another version than the one that is there now.
    """

    is_on: bool
    is_unverified_on: bool
    asks_again: bool
    thresholds: Mapping[str, Decimal]
    setting: Setting | None


@dataclass(frozen=True, slots=True)
class JudgedBy:
    """The rule that a finding rests on: the check's version, its thresholds on that day, and the knowledge it had."""

    check: str
    version: int
    from_on: date
    thresholds: Mapping[str, Decimal]
    knowledge: str


@dataclass(frozen=True, slots=True)
class Precision:
    """What became of a check's loops that closed from ``since`` on.

    ``acted_on`` counts what a person finished, or had begun when the facts ended it; ``not_needed`` goes by outcome;
    ``ended_by_facts`` counts what ended before anybody had begun, ``set_aside`` what was set aside for a time.
    """

    since: datetime
    acted_on: int = 0
    not_needed: Mapping[Outcome, int] = field(default_factory=dict)
    ended_by_facts: int = 0
    set_aside: int = 0

    @property
    def closed(self) -> int:
        """All loops that are counted."""
        return self.acted_on + sum(self.not_needed.values()) + self.ended_by_facts + self.set_aside


@dataclass(frozen=True, slots=True)
class Lately:
    """What became of a check's loops in the last 30 days, or since the rule changed if that is less.

    ``answered`` counts the questions that somebody asked on purpose and that were answered; ``answer_days`` is the
    median of the days from question to answer, None without any.
    """

    since: datetime
    acted_on: int = 0
    closed: int = 0
    answered: int = 0
    answer_days: float | None = None


@dataclass(frozen=True, slots=True)
class CheckUse:
    """How often a check of the panel helps: ``lately`` for the eye, ``precision`` for what the house asks of it."""

    name: str
    title: Say
    lately: Lately
    precision: Precision
    asks_for_change: bool


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A version of a check: from which day it held, what it asked then, and why it came."""

    check: str
    version: int
    from_on: date
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound of a check with the value that holds."""

    bound: Bound
    value: Decimal


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check in a list. ``percent`` is the share acted on, None where there are too few to say."""

    name: str
    title: Say
    kind: LoopKind
    version: int
    from_on: date
    confidence: Confidence
    measure: Measure | None
    standing: Standing
    precision: Precision
    percent: int | None
    asks_for_change: bool


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All that the page of one check shows. ``about`` is what it tells of itself; ``history`` is newest first.

    ``on`` is the day whose settings are shown, ``held_version`` the version that held on it, None if there was none.
    """

    line: CheckLine
    lately: Lately
    on: date
    held_version: int | None
    about: tuple[tuple[Say, Say], ...]
    sources: tuple[Source, ...]
    has_unverified: bool
    thresholds: tuple[Threshold, ...]
    history: tuple[Setting, ...]
    past: tuple[PastVersion, ...]
    can_sign: bool
