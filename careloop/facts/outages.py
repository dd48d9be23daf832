"""Somebody or something is out: which visits fall out, where each could move and why, and what was done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.directory import EntryKind
from careloop.facts.itineraries import Gap, Placed
from careloop.facts.scheduling import Candidate, Promised, VisitLength
from careloop.facts.visits import Pick
from careloop.facts.worklist import Severity


class Moved(StrEnum):
    """What became of a visit of an outage. The last two are what became of a move that was undone."""

    MOVED = "moved"
    LEFT = "left"
    PUT_BACK = "put_back"
    STAYS = "stays"


class NeedsPerson(StrEnum):
    """Why a person sees to a visit of an outage."""

    NOTHING_FITS = "nothing_fits"
    INTERPRETER = "interpreter"
    APPROVAL = "approval"
    TOO_LATE = "too_late"
    STEP_STAYS = "step_stays"
    CLINICIAN = "clinician"
    GROUP = "group"
    CHOSEN = "chosen"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class OutAsk:
    """Who or what is out, and when on the clocks there: without times the whole days, else so long on each day."""

    entry_id: UUID
    first_on: date
    last_on: date
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class HitVisit:
    """A visit that may get another time: when it is, how long, one candidate of each need, and with whom it was.

    ``step`` is its name among the visits that move together. ``is_hit`` is False for a later step that moves only if
    it must. ``interpreter`` is the place of the interpreter among the needs, None if there is none. ``approved`` are
    the first and last day of its approval, None where none is noted; ``has_ride`` tells whether a ride is arranged.
    """

    booking_id: UUID
    step: str
    was: Promised
    length: VisitLength
    needs: tuple[tuple[Candidate, ...], ...]
    with_whom: UUID | None = None
    is_hit: bool = True
    interpreter: int | None = None
    approved: tuple[date, date] | None = None
    has_ride: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Visits of one patient that move together or not at all: one, or the steps of an itinerary.

    ``standing`` are all steps that have their time, by name; ``gaps`` lie between them. ``stuck`` says why only a
    person can see to it, None if times may be looked for.
    """

    key: UUID
    harm: Severity
    visits: tuple[HitVisit, ...]
    gaps: tuple[Gap, ...] = ()
    standing: Mapping[str, Placed] = field(default_factory=dict)
    stuck: NeedsPerson | None = None


@dataclass(frozen=True, slots=True)
class NewTime:
    """Another time for a visit, who and what takes part, and why this one."""

    booking_id: UUID
    step: str
    promised: Promised
    picks: tuple[UUID, ...]
    why: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Moving:
    """What a hit becomes: new times for its visits, or the reason why it needs a person."""

    key: UUID
    times: tuple[NewTime, ...] = ()
    person: NeedsPerson | None = None


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A visit with the time that it is to get: the version that was seen, the wall time there, and who takes part."""

    booking_id: UUID
    version: int
    wall: datetime
    entries: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit of a line: what it is, when it was, when it would be (None if it stays), with whom, and why then."""

    booking_id: UUID
    version: int
    visit_type: str
    was: Promised
    to: Promised | None
    picks: tuple[Pick, ...]
    why: tuple[Say, ...]
    is_hit: bool = True

    @property
    def code(self) -> str:
        """Return the visit and its new time as a form carries it."""
        if self.to is None:
            return f"{self.booking_id}~{self.version}"
        entries = [str(one.id) for one in self.picks]
        return "~".join([str(self.booking_id), str(self.version), self.to.wall.isoformat(timespec="minutes"), *entries])


@dataclass(frozen=True, slots=True)
class OutLine:
    """A line of the preview: one patient, the visits that move together, how they are told, or why a person decides."""

    key: UUID
    patient_id: UUID
    name: str
    birth_on: date | None
    harm: Severity
    visits: tuple[VisitLine, ...]
    told: Say
    person: NeedsPerson | None

    @property
    def code(self) -> str:
        """Return the line as a form carries it: its visits with their new times."""
        return " ".join(one.code for one in self.visits)


@dataclass(frozen=True, slots=True)
class DoneLine:
    """A visit that was seen to: when it was, when it is now, and the loop in which somebody has the next step."""

    booking_id: UUID
    patient_id: UUID
    name: str
    visit_type: str
    was: Promised
    now: Promised | None
    became: Moved
    why: tuple[Say, ...]
    loop_id: UUID
    loop_is_open: bool


@dataclass(frozen=True, slots=True)
class OutMeeting:
    """A family meeting in an outage: whose, when, who or what of it is out. Only its owner finds another time.

    ``loop_id`` is the loop in which its owner is asked to, None before that; ``is_open`` tells whether it still is.
    """

    id: UUID
    patient_id: UUID
    name: str
    birth_on: date | None
    was: Promised
    ends_at: datetime
    with_whom: tuple[str, ...]
    loop_id: UUID | None = None
    is_open: bool = False

    @property
    def code(self) -> str:
        """Return the meeting as a form carries it, with its patient."""
        return f"{self.patient_id} {self.id}"


@dataclass(frozen=True, slots=True)
class OutageRow:
    """An outage that was entered: by whom and when, until when it can be undone, and whether it still holds."""

    id: UUID
    ask: OutAsk
    name: str
    made_by: str
    made_at: datetime
    undo_until: datetime
    undone_at: datetime | None
    holds: bool


@dataclass(frozen=True, slots=True)
class OutagePage:
    """Who or what is out, what was done, and what is left to decide.

    ``others`` counts visits of patients whom the reader does not reach. ``entries`` are who and what can be out.
    ``outage`` is the one that was entered, by whomever, for these days; ``unread`` is why what was asked cannot be.
    ``meetings`` are family meetings that lie in it, ``asked`` those whose owner is asked for another time.
    """

    at: datetime
    zone: str
    entries: tuple[tuple[UUID, str, EntryKind], ...]
    ask: OutAsk | None = None
    name: str = ""
    kind: EntryKind | None = None
    lines: tuple[OutLine, ...] = ()
    done: tuple[DoneLine, ...] = ()
    others: int = 0
    outage: OutageRow | None = None
    recent: tuple[OutageRow, ...] = ()
    unread: Say | None = None
    meetings: tuple[OutMeeting, ...] = ()
    asked: tuple[OutMeeting, ...] = ()

    @property
    def ready(self) -> int:
        """Return how many visits have another time that could be taken."""
        return sum(1 for line in self.lines if line.person is None for one in line.visits if one.to)

    @property
    def seen_to(self) -> int:
        """Return how many visits and family meetings were seen to."""
        return len(self.done) + len(self.asked)
