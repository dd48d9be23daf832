"""What holds of all that somebody chose about being reached: of two the later. The database has the same rule."""

from collections.abc import Iterable

from careloop.facts.choices import ChoiceRow, ChosenStop
from careloop.facts.consents import Road
from careloop.facts.outbox import ChoiceKind

# The roads on which somebody is reached from afar, in the order in which they are shown.
FROM_AFAR = (Road.TEXT, Road.EMAIL, Road.LETTER, Road.PHONE, Road.PORTAL)


def find_stops(rows: Iterable[ChoiceRow]) -> tuple[ChosenStop, ...]:
    """Return what somebody wants no more, from what was chosen, oldest first; not at all stands before single roads."""
    by_road: dict[Road, ChosenStop | None] = {}
    at_all: ChosenStop | None = None
    for one in rows:
        roads = FROM_AFAR if one.road == "" else (Road(one.road),)
        match one.kind:
            case ChoiceKind.STOP:
                by_road |= {road: ChosenStop(road, one.at, one.because) for road in roads}
            case ChoiceKind.START:
                by_road |= dict.fromkeys(roads)
            case ChoiceKind.DO_NOT_CONTACT:
                at_all = ChosenStop(None, one.at, one.because)
            case ChoiceKind.MAY_CONTACT:
                at_all = None
    stands = [at_all, *(by_road.get(road) for road in FROM_AFAR)]
    return tuple(one for one in stands if one is not None)
