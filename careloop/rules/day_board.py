"""The board of a day as rows and cells: quarters of an hour by who and what, as a table that can be read aloud."""

from collections.abc import Sequence

from careloop.facts.visits import BoardColumn, BoardVisit, Cell, CellKind, GridRow

STEP = 15
DAY = 24 * 60
# Where nothing is open and nobody is booked, a day still has these hours.
FIRST, LAST = 8 * 60, 17 * 60


def find_hours(columns: Sequence[BoardColumn]) -> tuple[int, int]:
    """Return the first and the last minute that the board shows: whole hours around all that is open or booked."""
    spans = [span for column in columns for span in column.open]
    spans += [(visit.start, visit.end) for column in columns for visit in column.visits]
    first = min((start for start, _end in spans), default=FIRST)
    last = max((end for _start, end in spans), default=LAST)
    return first // 60 * 60, min(DAY, -(-last // 60) * 60)


def lay_out(columns: Sequence[BoardColumn]) -> tuple[GridRow, ...]:
    """Return the rows of the board; a cell reaches over as many rows as its kind goes on.

    Visits that touch the same quarter of an hour share a cell: none hides another.
    """
    first, last = find_hours(columns)
    minutes = range(first, last, STEP)
    starts: dict[int, list[Cell]] = {minute: [] for minute in minutes}
    for number, column in enumerate(columns):
        for minute, cell in _cells(column, number, first, last):
            starts[minute].append(cell)
    return tuple(GridRow(minute, tuple(cells)) for minute, cells in starts.items())


def _cells(column: BoardColumn, number: int, first: int, last: int) -> list[tuple[int, Cell]]:
    found: list[tuple[int, Cell]] = []
    minute = first
    while minute < last:
        visits = _touching(column.visits, minute)
        end = minute + STEP
        if visits:
            while end < last and (more := _touching(column.visits, end)) and set(more) & set(visits):
                visits = tuple(dict.fromkeys((*visits, *more)))
                end += STEP
            kind = CellKind.VISITS
        else:
            kind = _kind(column, minute)
            # An hour at most, at the full hour: whoever reads along a row never loses it.
            while end < last and end % 60 and not _touching(column.visits, end) and _kind(column, end) is kind:
                end += STEP
        found.append((minute, Cell(kind, (end - minute) // STEP, number, visits)))
        minute = end
    return found


def _touching(visits: Sequence[BoardVisit], minute: int) -> tuple[BoardVisit, ...]:
    return tuple(visit for visit in visits if visit.start < minute + STEP and visit.end > minute)


def _kind(column: BoardColumn, minute: int) -> CellKind:
    if any(start < minute + STEP and end > minute for start, end in column.busy):
        return CellKind.BUSY
    if any(start < minute + STEP and end > minute for start, end in column.open):
        return CellKind.OPEN
    return CellKind.CLOSED
