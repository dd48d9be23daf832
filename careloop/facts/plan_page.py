"""The page on which care of many steps is planned, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.itineraries import ItineraryRow, PlanAsk, Proposal, StepLine, Template
from careloop.facts.plan_board import Arranged, PlanBoard
from careloop.facts.plan_search import SearchRow


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The page on which care of many steps is planned for one patient.

    ``names`` are those of who and what could take part, by key. ``lacking`` says why nobody can do some steps.
    ``proposal`` is None until an itinerary is chosen, ``search`` until somebody asked for a longer look.
    ``arranged`` is what stands on the ``board``: one of the plans, or times that somebody chose.
    """

    patient_id: UUID
    name: str
    birth_on: date | None
    zone: str
    may_book: bool
    templates: tuple[Template, ...]
    itineraries: tuple[ItineraryRow, ...]
    template: Template | None = None
    ask: PlanAsk | None = None
    lines: tuple[StepLine, ...] = ()
    visit_types: tuple[tuple[UUID, str], ...] = ()
    people: tuple[tuple[UUID, str], ...] = ()
    names: Mapping[UUID, str] = field(default_factory=dict)
    lacking: tuple[tuple[str, Say], ...] = ()
    proposal: Proposal | None = None
    search: SearchRow | None = None
    arranged: Arranged | None = None
    board: PlanBoard | None = None
