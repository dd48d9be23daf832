"""The board of a day: every row is as wide as the others, and no visit hides another."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.directory import EntryKind
from careloop.facts.scheduling import BookingState
from careloop.facts.visits import BoardColumn, BoardVisit, CellKind
from careloop.rules.day_board import find_hours, lay_out


def visit(number: int, start: int, minutes: int) -> BoardVisit:
    return BoardVisit(UUID(int=number), start, min(1440, start + minutes), "Rosa", "Visit", BookingState.BOOKED, ())


def column(*visits: BoardVisit, opens: tuple[tuple[int, int], ...] = ((540, 1020),)) -> BoardColumn:
    return BoardColumn(UUID(int=1), "Dr. Chen", EntryKind.PRACTITIONER, "", opens, (), visits)


SPANS = st.lists(st.tuples(st.integers(0, 1435), st.integers(5, 240)), max_size=12)


@given(st.lists(SPANS, min_size=1, max_size=4))
def test_every_row_has_one_cell_of_every_column_and_every_visit_stands_once(
    of_columns: list[list[tuple[int, int]]],
) -> None:
    columns = [
        column(*(visit(100 * c + n, start, minutes) for n, (start, minutes) in enumerate(spans)))
        for c, spans in enumerate(of_columns)
    ]
    rows = lay_out(columns)

    covered = [[0] * len(rows) for _ in columns]
    for number, row in enumerate(rows):
        for cell in row.cells:
            for over in range(number, number + cell.rows):
                covered[cell.column][over] += 1
    assert covered == [[1] * len(rows) for _ in columns]
    shown = sorted(v.id for row in rows for cell in row.cells for v in cell.visits)
    assert shown == sorted(v.id for one in columns for v in one.visits)


def test_two_visits_in_one_quarter_of_an_hour_share_a_cell() -> None:
    rows = lay_out([column(visit(1, 540, 20), visit(2, 560, 10))])

    (cell,) = (cell for row in rows for cell in row.cells if cell.kind is CellKind.VISITS)
    assert ([v.start for v in cell.visits], cell.rows) == ([540, 560], 2)


def test_a_day_without_hours_is_shown_from_eight_to_five_and_one_with_hours_in_whole_hours() -> None:
    assert find_hours([column(opens=())]) == (480, 1020)
    assert find_hours([column(visit(1, 1050, 20), opens=((510, 1020),))]) == (480, 1080)
