"""One loop as a page of its own, and one long part of a patient's page."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careloop.facts.chart import FactKind
from careloop.facts.chart_lists import ListLine
from careloop.facts.overview import ContactLine
from careloop.facts.pages import Choice, Explanation, FactSection, HistoryLine, LinkedRecord, LoopRow
from careloop.facts.papers import Papers
from careloop.facts.reach import Ladder
from careloop.facts.tips import TipsBox


@dataclass(frozen=True, slots=True)
class LoopPage:
    """All that the page of one loop shows. ``selected`` explains it with its whole history, newest first.

    ``tried`` are the attempts to reach somebody among it; ``earlier`` counts the changes that are not shown.
    ``ladder`` is the rule from which the next step and its date come, None where they come from no ladder.
    """

    at: datetime
    zone: str
    opened_at: datetime
    asked_by: str
    selected: Explanation
    tried: tuple[HistoryLine, ...]
    earlier: int
    people: tuple[Choice, ...]
    teams: tuple[Choice, ...]
    tips: TipsBox | None = None
    ladder: Ladder | None = None


@dataclass(frozen=True, slots=True)
class PartPage:
    """One part of a patient's page, fifty lines at a time. Only the field of the part is filled.

    ``part`` is "loops", "closed", "contacts", or the kind of facts; ``number`` is the page, from 1.
    """

    at: datetime
    zone: str
    patient_id: UUID
    name: str
    birth_on: date | None
    part: str
    count: int
    number: int
    following: int
    papers: Papers
    linked: tuple[LinkedRecord, ...]
    kind: FactKind | None = None
    loops: tuple[LoopRow, ...] = ()
    contacts: tuple[ContactLine, ...] = ()
    lines: tuple[ListLine, ...] = ()
    section: FactSection | None = None
