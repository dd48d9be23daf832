"""The story of a patient in at most five sentences: pure, built only of facts, each fact numbered. Never advice."""

from collections.abc import Iterable, Sequence
from datetime import date

from careloop.basics.words import Say
from careloop.facts.story import (
    Booked,
    Change,
    Changed,
    Cited,
    Needed,
    Part,
    Place,
    Sentence,
    Stay,
    Story,
    StoryFacts,
    Tried,
)

# So many things of a kind are named; the rest are counted.
NAMED = 3

# A part before it is numbered: its words, and the fact that says so.
_Words = tuple[Say, Cited | None]


def tell_story(facts: StoryFacts) -> Story:
    """Return the story: last seen where, problems, medicines, what is booked and who was reached, what is open.

    The order of the facts makes no difference. Every sentence cites at least one of them.
    """
    told = (
        _tell_stay(facts.stays),
        _tell_problems(facts.problems),
        _tell_medicines(facts.medicines),
        _tell_contact(facts.booked, facts.tried, facts.on),
        _tell_needed(facts.needed, facts.open_count),
    )
    cited: list[Cited] = []
    sentences = tuple(Sentence(tuple(_number(words, cited) for words in parts)) for parts in told if parts)
    return Story(sentences, tuple(cited))


def _number(words: _Words, cited: list[Cited]) -> Part:
    say, fact = words
    if fact is None:
        return Part(say)
    if fact not in cited:
        cited.append(fact)
    return Part(say, cited.index(fact) + 1)


def _tell_stay(stays: Iterable[Stay]) -> list[_Words]:
    """Tell the last hospital stay or emergency visit; where there was none, the last visit."""
    known = sorted(stays, key=lambda s: (s.left_on is None, s.left_on or s.came_on, s.cited.key))
    cared = [stay for stay in known if stay.place is not Place.VISIT]
    if not known:
        return []
    stay = (cared or known)[-1]
    return [(_say_stay(stay), stay.cited)]


def _say_stay(stay: Stay) -> Say:
    if stay.place is Place.VISIT:
        return Say("story.seen", day=stay.came_on, what=_text(stay.cited.label))
    if stay.place is Place.EMERGENCY:
        if stay.left_on is None:
            return Say("story.in_emergency", day=stay.came_on)
        return Say("story.left_emergency", day=stay.left_on)
    if stay.left_on is None:
        return Say("story.in_hospital", day=stay.came_on)
    nights = (stay.left_on - stay.came_on).days
    if nights < 1:
        return Say("story.left_same_day", day=stay.left_on)
    return Say("story.left_hospital", day=stay.left_on, count=nights)


def _tell_problems(problems: Iterable[Cited]) -> list[_Words]:
    newest = sorted(problems, key=lambda p: (-(p.on or date.min).toordinal(), p.key))
    return _list_named(Say("story.problems"), [(p.label, p) for p in newest])


def _tell_medicines(medicines: Iterable[Changed]) -> list[_Words]:
    """Tell what is new, changed and stopped; where nothing is, what is taken."""
    known = sorted(medicines, key=lambda m: (-(m.cited.on or date.min).toordinal(), m.cited.key))
    told: list[_Words] = []
    for change, lead in _LEADS:
        named = [(m.cited.label, m.cited) for m in known if m.change is change]
        told += _list_named(lead, named)
    return told or _list_named(Say("story.takes"), [(m.cited.label, m.cited) for m in known])


_LEADS = (
    (Change.NEW, Say("story.medicine_new")),
    (Change.CHANGED, Say("story.medicine_changed")),
    (Change.STOPPED, Say("story.medicine_stopped")),
)


def _tell_contact(booked: Iterable[Booked], tried: Iterable[Tried], on: date) -> list[_Words]:
    """Tell the next booked visit and the last attempt to reach somebody."""
    told: list[_Words] = []
    coming = sorted((one for one in booked if one.on >= on), key=lambda b: (b.on, b.clock.rjust(5), b.cited.key))
    if coming:
        told.append((_say_booked(coming[0]), coming[0].cited))
    last = max(tried, key=lambda t: (t.on, t.cited.key), default=None)
    if last is not None:
        told += [(Say("story.contact", day=last.on), None), (last.result, last.cited)]
    return told


def _say_booked(one: Booked) -> Say:
    what = _text(one.cited.label)
    if one.clock:
        return Say("story.booked_at", what=what, day=one.on, time=one.clock)
    return Say("story.booked", what=what, day=one.on)


def _tell_needed(needed: Iterable[Needed], count: int) -> list[_Words]:
    """Tell what is open in the order of the list."""
    first = sorted(needed, key=lambda n: (n.place, n.cited.key))
    return _list_named(Say("story.open"), [(one.cited.label, one.cited) for one in first], count)


def _list_named(lead: Say, named: Sequence[tuple[Say, Cited]], count: int = 0) -> list[_Words]:
    """Return a lead and the first few by name; ``count`` is how many there are, if more than are given."""
    if not named:
        return []
    more = max(count, len(named)) - len(named[:NAMED])
    told: list[_Words] = [(lead, None), *named[:NAMED]]
    return [*told, (Say("story.more", count=more), None)] if more else told


def _text(label: Say) -> str:
    """Return the words of a record; a label of the record is always free text."""
    return str(dict(label.values).get("text", ""))
