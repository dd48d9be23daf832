"""The drawing of a timeline: where every mark and word stands, in pixels. Pure: the same facts, the same picture.

Time runs from left to right, in a right-to-left language the other way round. Words never touch other words or marks:
what finds no place is counted, and stands in the list beside the picture.
"""

import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from careloop.facts.timeline import (
    Box,
    Drawing,
    Happening,
    Lane,
    LaneDrawn,
    Placed,
    Spoken,
    Standing,
    Tick,
)

# Days shown before and after today: the shortest span that shows enough is taken.
SPANS = ((28, 35), (91, 63), (182, 91), (364, 182))
ENOUGH = 6

# Pixels. From WIDE on the names of the lanes stand beside them, else above.
WIDE, TITLE, EDGE = 500, 104, 8
AXIS, ROW, ROWS, PAD, GAP = 40, 22, 4, 5, 6
DOT, BAR, TEXT = 12, 14, 14
TICK_ROOM = 54
# Widths of letters at 11 px in the staff's font, rather too much than too little.
_NARROW, _USUAL, _BROAD, _FULL = 4.2, 6.9, 8.8, 12.5
SHORT = 16


def find_span(happenings: Iterable[Happening], today: date) -> tuple[date, date]:
    """Return the first and last day to show: the shortest span in which enough begins or ends."""
    known = list(happenings)
    spans = [(today - timedelta(days=before), today + timedelta(days=after)) for before, after in SPANS]
    counts = [sum(_begins_or_ends(one, *span) for one in known) for span in spans]
    enough = next((n for n, count in enumerate(counts) if count >= ENOUGH), None)
    return spans[enough if enough is not None else counts.index(max(counts))]


def measure(words: str) -> float:
    """Return how wide words are at most, in pixels, at the size of the labels."""
    return sum(_width(letter) for letter in words)


def draw(
    spoken: Iterable[Spoken], *, today: date, width: int, closed: Container[date] = (), is_rtl: bool = False
) -> Drawing:
    """Return the drawing of everything that lies in the span, ``width`` pixels wide."""
    known = sorted(spoken, key=_rank)
    first, last = find_span((one.happening for one in known), today)
    start = TITLE if width >= WIDE else EDGE
    scale = _Scale(first, last, Box(start, AXIS, width - start - EDGE, 0), today)
    lanes, y = [], float(AXIS)
    for lane in Lane:
        own = [one for one in known if one.happening.lane is lane and scale.shows(one.happening)]
        if own:
            lanes.append(_draw_lane(lane, own, scale, y, is_beside=width >= WIDE))
            y = lanes[-1].box.bottom
    plot = replace(scale.plot, height=y - AXIS)
    drawing = Drawing(
        width=width,
        height=y + EDGE,
        first=first,
        last=last,
        plot=plot,
        ticks=_ticks(scale),
        closed=tuple(_closed(scale, closed, y - AXIS)),
        today_x=scale.middle(today),
        lanes=tuple(lanes),
    )
    return _mirror(drawing) if is_rtl else drawing


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days as pixels."""

    first: date
    last: date
    plot: Box
    today: date

    @property
    def a_day(self) -> float:
        return self.plot.width / ((self.last - self.first).days + 1)

    def left(self, on: date) -> float:
        return self.plot.x + (on - self.first).days * self.a_day

    def middle(self, on: date) -> float:
        return self.left(on) + self.a_day / 2

    def shows(self, one: Happening) -> bool:
        """Tell whether a thing is drawn: what is still open from before the span stands at its edge."""
        is_open = one.standing in (Standing.EXPECTED, Standing.WAITING)
        return one.start <= self.last and (is_open or self.end_of(one) >= self.first)

    def end_of(self, one: Happening) -> date:
        """Return the last day; what goes on lasts to the end of the picture, somebody's stay until today."""
        if one.goes_on:
            return max(one.start, self.today if one.lane is Lane.VISITS else self.last)
        return max(one.start, one.end or one.start)

    def mark(self, one: Happening, y: float) -> tuple[Box, bool]:
        """Return the mark of a thing and whether it is a bar: longer than a dot."""
        first = max(one.start, self.first)
        last = max(first, min(self.end_of(one), self.last))
        x, right = self.left(first), self.left(last) + self.a_day
        if last > first and right - x > DOT:
            return Box(x, y + (ROW - BAR) / 2, right - x, BAR), True
        middle = min(max((x + right) / 2, self.plot.x + DOT / 2), self.plot.right - DOT / 2)
        return Box(middle - DOT / 2, y + (ROW - DOT) / 2, DOT, DOT), False


def _rank(one: Spoken) -> tuple[object, ...]:
    """Order: what lies ahead or is open first, then what happened, the newest first. Nothing is left to chance."""
    what = one.happening
    happened = what.standing is Standing.HAPPENED
    days = -what.start.toordinal() if happened else what.start.toordinal()
    return (happened, days, what.end or what.start, what.goes_on, one.words, what.key)


def _begins_or_ends(one: Happening, first: date, last: date) -> bool:
    return first <= one.start <= last or (one.end is not None and first <= one.end <= last)


def _draw_lane(lane: Lane, own: Sequence[Spoken], scale: _Scale, y: float, *, is_beside: bool) -> LaneDrawn:
    top = y + PAD + (0 if is_beside else ROW - PAD)
    rows: list[list[Box]] = []
    placed, hidden = [], 0
    for one in own:
        found = _place(one, rows, scale, top)
        if found is None:
            hidden += 1
        else:
            placed.append(found)
    height = top - y + max(1, len(rows)) * ROW + PAD
    title_y = top + ROW / 2 if is_beside else y + PAD + TEXT / 2
    return LaneDrawn(lane, Box(0, y, scale.plot.right + EDGE, height), 0.0, title_y, tuple(placed), hidden)


def _place(one: Spoken, rows: list[list[Box]], scale: _Scale, top: float) -> Placed | None:
    """Put a thing into the first row with room for it and its words, whole or shortened."""
    short = one.words if len(one.words) <= SHORT else one.words[: SHORT - 1].rstrip() + "…"
    for words in dict.fromkeys((one.words, short)):
        for number in range(ROWS):
            if number == len(rows):
                rows.append([])
            mark, is_bar = scale.mark(one.happening, top + number * ROW)
            for found in _ways(one, words, mark, is_bar=is_bar):
                if _fits(found, rows[number], scale.plot):
                    rows[number] += [found.mark, found.label]
                    return found
            if not rows[-1]:
                rows.pop()
                break
    return None


def _ways(one: Spoken, words: str, mark: Box, *, is_bar: bool) -> Iterable[Placed]:
    """Return the places for words in the order in which they are tried: inside a bar, after the mark, before it."""
    width, y = measure(words), mark.y + (mark.height - TEXT) / 2
    if is_bar and width + 2 * GAP <= mark.width:
        x = mark.x + GAP
        yield Placed(one, mark, Box(x, y, width, TEXT), words, x, "start", is_bar, is_inside=True)
    x = mark.right + GAP / 2
    yield Placed(one, mark, Box(x, y, width, TEXT), words, x, "start", is_bar, is_inside=False)
    x = mark.x - GAP / 2
    yield Placed(one, mark, Box(x - width, y, width, TEXT), words, x, "end", is_bar, is_inside=False)


def _fits(found: Placed, taken: Iterable[Box], plot: Box) -> bool:
    if found.label.x < plot.x or found.label.right > plot.right:
        return False
    mark, label = _widen(found.mark), _widen(found.label)
    return not any(mark.overlaps(box) or label.overlaps(box) for box in taken)


def _widen(box: Box) -> Box:
    return Box(box.x - GAP / 2, box.y, box.width + GAP, box.height)


def _ticks(scale: _Scale) -> tuple[Tick, ...]:
    """Return Mondays in a short span and firsts of months in a long one; names keep their distance."""
    days = [scale.first + timedelta(days=n) for n in range((scale.last - scale.first).days + 1)]
    is_short = len(days) <= 7 * 12
    found, free = [], scale.plot.x
    for on in days:
        if (on.weekday() == 0) if is_short else (on.day == 1):
            x = scale.left(on)
            is_named = x >= free and x + TICK_ROOM <= scale.plot.right
            free = x + TICK_ROOM if is_named else free
            found.append(Tick(on, x, is_named))
    return tuple(found)


def _closed(scale: _Scale, closed: Container[date], height: float) -> Iterable[Box]:
    """Return one box for each run of closed days."""
    run: date | None = None
    for n in range((scale.last - scale.first).days + 2):
        on = scale.first + timedelta(days=n)
        is_closed = on in closed and on <= scale.last
        if is_closed and run is None:
            run = on
        elif not is_closed and run is not None:
            yield Box(scale.left(run), AXIS, scale.left(on) - scale.left(run), height)
            run = None


def _mirror(drawing: Drawing) -> Drawing:
    """Return the same picture for readers of right-to-left: beginnings of words stand at their right."""
    width = drawing.width

    def turn(box: Box) -> Box:
        return replace(box, x=width - box.right)

    lanes = tuple(
        replace(
            lane,
            box=turn(lane.box),
            title_x=width - lane.title_x,
            placed=tuple(
                replace(one, mark=turn(one.mark), label=turn(one.label), text_x=width - one.text_x)
                for one in lane.placed
            ),
        )
        for lane in drawing.lanes
    )
    return replace(
        drawing,
        plot=turn(drawing.plot),
        ticks=tuple(replace(tick, x=width - tick.x) for tick in drawing.ticks),
        closed=tuple(turn(box) for box in drawing.closed),
        today_x=width - drawing.today_x,
        lanes=lanes,
    )


def _width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _FULL
    if letter in "iljtfrI.,:;'|!()[] -":
        return _NARROW
    return _BROAD if letter.isupper() or letter in "mw%@&…—" else _USUAL
