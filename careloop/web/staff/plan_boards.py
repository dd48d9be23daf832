"""The board of a plan as it is read: steps by days, what each day is for a step, and what became of a move."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict

from careloop.basics.words import Say
from careloop.facts.plan_board import BoardCell, BoardRow, Slot
from careloop.facts.plan_page import PlanPage
from careloop.rules.itineraries import say_step
from careloop.web.staff.plan_cards import Fault, say_fault, wall_clock
from careloop.web.staff.plan_forms import list_carried

WEEKS = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class CellShown:
    """A day of a step; ``value`` is what a press on it says, "" where nothing can be pressed."""

    on: date
    slot: Slot
    time: str
    value: str


@dataclass(frozen=True, slots=True)
class RowShown:
    """A step with its time, who takes part, and its days."""

    row: BoardRow
    title: Say
    time: str
    names: tuple[str, ...]
    cells: tuple[CellShown, ...]


@dataclass(frozen=True, slots=True)
class MoveShown:
    """What became of a move: the step, those that moved along, and the rules that its time alone would break."""

    title: Say | None
    row: RowShown | None
    also: tuple[Say, ...]
    broken: tuple[Fault, ...]
    is_moved: bool


@dataclass(frozen=True, slots=True)
class BoardShown:
    """The board with all that its forms carry, and the days from which earlier and later weeks are shown."""

    days: tuple[tuple[date, bool | None], ...]
    rows: tuple[RowShown, ...]
    carried: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]
    earlier: str
    later: str
    move: MoveShown | None
    is_companion: bool


def show_board(shown: PlanPage, asked: str) -> BoardShown | None:
    """Return the board of a page; None where no plan keeps everything."""
    board, arranged = shown.board, shown.arranged
    if board is None or arranged is None:
        return None
    picks = {one.step: one.picks for one in arranged.plan.placed}
    rows = tuple(
        RowShown(
            row,
            say_step(row.step),
            wall_clock(row.wall),
            tuple(shown.names[key] for key in picks[row.step] if key in shown.names),
            tuple(_show_cell(row, cell) for cell in row.cells),
        )
        for row in board.rows
    )
    first = board.days[0]
    carried = tuple(list_carried(QueryDict(asked), arranged.plan))
    return BoardShown(
        tuple((on, None if board.helped is None else on in board.helped) for on in board.days),
        rows,
        carried,
        tuple(one for one in carried if not one[0].startswith("at-")),
        (first - WEEKS).isoformat(),
        (first + WEEKS).isoformat(),
        _show_move(shown, rows),
        bool(shown.ask and shown.ask.companion_days),
    )


def _show_cell(row: BoardRow, cell: BoardCell) -> CellShown:
    is_free = cell.slot in (Slot.FITS, Slot.MOVES)
    value = f"{row.step}|{cell.wall:%Y-%m-%dT%H:%M}" if cell.wall and is_free else ""
    return CellShown(cell.on, cell.slot, wall_clock(cell.wall) if cell.wall else "", value)


def _show_move(shown: PlanPage, rows: tuple[RowShown, ...]) -> MoveShown | None:
    arranged = shown.arranged
    if arranged is None or not (arranged.moved or arranged.broken):
        return None
    return MoveShown(
        say_step(arranged.moved) if arranged.moved else None,
        next((one for one in rows if one.row.step == arranged.moved), None),
        tuple(say_step(key) for key in arranged.also),
        tuple(say_fault(one) for one in arranged.broken),
        arranged.is_moved,
    )
