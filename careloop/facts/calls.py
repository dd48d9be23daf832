"""The call card: one person, everything that one call can settle, what to say and what to listen for."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.consents import NearAndTold
from careloop.facts.pages import LoopRow
from careloop.facts.reach import BestTime, BlockWhy, Lacking, NextTry, Number, TryLine, TryRoad

# So many reasons stand open on the card: more than that nobody holds in mind while they speak. A choice of ours.
OPEN_REASONS = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """One open loop on the card: why it matters, what is tried next, and what is lacking before one may give up.

    ``is_chosen`` says that it is ticked when the card opens. ``rule`` names the ladder with its source. ``matters`` is
    what may come of it if it waits, None where nothing is known.
    """

    row: LoopRow
    is_abnormal: bool
    is_chosen: bool
    next_try: NextTry | None
    lacking: Lacking
    rule: str
    is_ours: bool
    matters: Say | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What to say in one language: to the person, and to a machine. ``is_draft``: nobody qualified reviewed it."""

    language: str
    talk: str
    voicemail: str
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Listen:
    """A list of what is asked or listened for: its names, where they come from and when that was looked at."""

    ids: tuple[str, ...]
    source: str
    checked_on: date
    is_reviewed: bool


@dataclass(frozen=True, slots=True)
class ShutLine:
    """A number or a road that is shut: which, why, since when, by whom.

    ``id`` is None for what the person chose for messages: it is not opened here.
    """

    id: int | None
    road: TryRoad
    address: str
    why: BlockWhy
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class CallCard:
    """Everything on the card of one patient. ``spoken`` begins with the person's own language where there are words."""

    at: datetime
    patient_id: UUID
    name: str
    birth_on: date | None
    zone: str
    is_dead: bool
    language: str
    needs_interpreter: bool
    numbers: tuple[Number, ...]
    people: tuple[NearAndTold, ...]
    reasons: tuple[Reason, ...]
    others: int
    best: BestTime | None
    calls: int
    tries: tuple[TryLine, ...]
    shut: tuple[ShutLine, ...]
    spoken: tuple[Spoken, ...]
    has_own_words: bool
    flags: Listen
    barriers: Listen
    entry_id: UUID | None = None
    list_id: UUID | None = None
    list_name: str = ""
    lease_until: datetime | None = None

    @property
    def pressing(self) -> tuple[Reason, ...]:
        """The reasons that stand open: the first of them, and one more than that rather than a fold with one in it."""
        return self.reasons if len(self.reasons) == OPEN_REASONS + 1 else self.reasons[:OPEN_REASONS]

    @property
    def folded(self) -> tuple[Reason, ...]:
        """The other reasons, which are named in one line and stand below it."""
        return self.reasons[len(self.pressing) :]

    @property
    def rules(self) -> tuple[tuple[str, bool], ...]:
        """By which rules people are tried, each once: its source, and whether it is a default of the product."""
        return tuple(dict.fromkeys((one.rule, one.is_ours) for one in self.reasons))

    @property
    def may_call(self) -> bool:
        """Whether there is a number that may be called."""
        return any(one.block is None for one in self.numbers)
