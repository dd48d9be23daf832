"""The drawing of the people around a patient. Pure: the same people, the same picture, to the pixel.

Family stands on the inner ring, the care team and clinicians of other places on the outer one, first come first.
Signs and words never touch each other: words are shortened, then left away; who finds no place is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import cos, pi, sin

from careloop.facts.circle import Circle, Member, Ring, Spot, Told
from careloop.facts.overview import Near, Outside, ProxyLine
from careloop.facts.timeline import Box
from careloop.rules.people import fold
from careloop.rules.timeline import measure

# Pixels. A sign is drawn smaller than HIT, the room in which a finger or a pointer meets it.
WIDTH, HEIGHT = 312, 344
HIT, TEXT, MIDDLE = 38, 14, 54
INNER, OUTER = (70.0, 84.0), (124.0, 142.0)
# So many letters of a name, one attempt after the other; 0 is the sign alone.
LETTERS = (18, 12, 8, 0)
# So many of each ring are drawn at most: more would be a crowd that nobody reads.
MOST = {Ring.FAMILY: 5, Ring.TEAM: 5, Ring.OUTSIDE: 5}
_MIDDLE = (WIDTH / 2, HEIGHT / 2 - TEXT / 2)
_STEPS = 12


def join_told(found: Iterable[Told]) -> Told | None:
    """Return what several consents say together, None without any: the narrower one, or that they do not agree."""
    kinds = set(found)
    if not kinds:
        return None
    if len(kinds) == 1:
        return kinds.pop()
    return Told.PART if kinds == {Told.YES, Told.PART} else Told.UNCLEAR


def gather_circle(
    team: Sequence[tuple[str, str]],
    proxies: Sequence[ProxyLine],
    near: Sequence[Near],
    outside: Sequence[Outside],
    kept_here: Sequence[tuple[str, str, bool]] = (),
) -> tuple[Member, ...]:
    """Return everybody around a person once: the care team (name and part in words), family and others, outside.

    ``kept_here`` are those whom the clinic wrote down itself: name, what they are, and whether to call them in an
    emergency. Anchors are "team-1", "circle-1", "proxy-1", "near-1" and "outside-1", counted from 1 in the order given.
    """
    members = [Member(f"team-{n}", Ring.TEAM, name, part) for n, (name, part) in enumerate(team, start=1)]
    members += [
        Member(f"circle-{n}", Ring.FAMILY, name, part, is_emergency)
        for n, (name, part, is_emergency) in enumerate(kept_here, start=1)
    ]
    members += [Member(f"proxy-{n}", Ring.FAMILY, p.name, p.relationship) for n, p in enumerate(proxies, start=1)]
    members += [
        Member(f"near-{n}", Ring.FAMILY, one.name, one.relationship, one.is_emergency, one.told)
        for n, one in enumerate(near, start=1)
    ]
    members += [Member(f"outside-{n}", Ring.OUTSIDE, o.name, o.part) for n, o in enumerate(outside, start=1)]
    kept: dict[tuple[str, bool], Member] = {}
    for one in members:
        # A clinician here may be named by the record as well; a daughter of the same name is somebody else.
        key = (fold(one.name), one.ring is Ring.FAMILY)
        kept[key] = _join(kept[key], one) if key in kept else one
    return tuple(kept.values())


def _join(one: Member, same: Member) -> Member:
    """Return somebody who is named twice as one: what either says holds."""
    told = join_told(found for found in (one.told, same.told) if found is not None)
    return replace(one, is_emergency=one.is_emergency or same.is_emergency, told=told)


def draw_circle(members: Sequence[Member], *, person: str, is_rtl: bool = False) -> Circle:
    """Return the picture; ``person`` is what the one in the middle is called."""
    chosen = {ring: [one for one in members if one.ring is ring][:most] for ring, most in MOST.items()}
    outer = [(one, OUTER) for one in (*chosen[Ring.TEAM], *chosen[Ring.OUTSIDE])]
    inner = [(one, INNER) for one in chosen[Ring.FAMILY]]
    # The inner ring is turned until most people and most letters of their names find a place.
    turns = [n / _STEPS / len(inner) for n in range(_STEPS)] if inner else [0.0]
    best = max((_place(_stand(outer, 0.0) + _stand(inner, turn)) for turn in turns), key=_worth)
    circle = Circle(
        width=WIDTH,
        height=HEIGHT,
        x=_MIDDLE[0],
        y=_MIDDLE[1],
        lines=_short(person, MIDDLE - 6),
        rings=(INNER, OUTER),
        spots=tuple(best),
        hidden=len(members) - len(best),
    )
    return _mirror(circle) if is_rtl else circle


def _stand(people: Sequence[tuple[Member, tuple[float, float]]], begin: float) -> list[tuple[Member, Box]]:
    """Spread people evenly over their ring, from the top on; an even number stands beside top and bottom."""
    count = len(people)
    shift = begin + (0.5 / count if count and count % 2 == 0 else 0.0)
    return [(one, _sign(ring, n / count + shift)) for n, (one, ring) in enumerate(people)]


def _place(standing: Sequence[tuple[Member, Box]]) -> list[Spot]:
    """Put signs and then names where they touch nothing: a long name never takes the place of a person."""
    taken = [Box(_MIDDLE[0] - MIDDLE / 2, _MIDDLE[1] - MIDDLE / 2, MIDDLE, MIDDLE)]
    found = []
    for one, mark in standing:
        if not any(mark.overlaps(box) for box in taken):
            taken.append(mark)
            found.append((one, mark))
    return [_label(one, mark, taken) for one, mark in found]


def _worth(spots: Sequence[Spot]) -> tuple[int, int, int]:
    """Say how good a picture is: people, then names, then letters."""
    return len(spots), sum(bool(spot.words) for spot in spots), sum(len(spot.words) for spot in spots)


def _sign(ring: tuple[float, float], turn: float) -> Box:
    x = _MIDDLE[0] + ring[0] * sin(2 * pi * turn)
    y = _MIDDLE[1] - ring[1] * cos(2 * pi * turn)
    return Box(round(x - HIT / 2, 1), round(y - HIT / 2, 1), HIT, HIT)


def _label(one: Member, mark: Box, taken: list[Box]) -> Spot:
    """Write the name under its sign, as much of it as touches nothing."""
    spot = Spot(one, mark, Box(mark.x, mark.bottom, 0, TEXT), "")
    for letters in LETTERS:
        words = one.name if len(one.name) <= letters else one.name[: letters - 1].rstrip() + "…" if letters else ""
        width = measure(words)
        # A name at the edge moves inside rather than being cut.
        x = min(max(spot.x - width / 2, 0.0), WIDTH - width)
        label = Box(x, mark.bottom, width, TEXT)
        if words and x >= 0 and not any(label.overlaps(box) for box in taken):
            taken.append(label)
            return replace(spot, label=label, words=words)
    return spot


def _short(name: str, width: float) -> tuple[str, ...]:
    """Return a name in one line or two, as it fits, or the first letters of its parts."""
    parts = tuple(name.split())
    for lines in ((name,), parts[:2]):
        if all(measure(line) <= width for line in lines):
            return lines
    return ("".join(part[0] for part in parts[:2]).upper(),)


def _mirror(circle: Circle) -> Circle:
    def turn(box: Box) -> Box:
        return replace(box, x=circle.width - box.right)

    spots = tuple(replace(spot, mark=turn(spot.mark), label=turn(spot.label)) for spot in circle.spots)
    return replace(circle, x=circle.width - circle.x, spots=spots)
