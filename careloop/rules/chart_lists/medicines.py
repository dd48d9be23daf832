"""The medicine list: one line for each set of ingredients, whatever product, strength or source.

A medicine is taken while any source says so. A course whose last day has passed has ended, as have stopped,
completed, cancelled and not-taken entries; on-hold, draft, intended and unknown ones, and what begins later,
leave it open. That a pharmacy handed a medicine over tells neither that it is taken nor that it is not, so a
dispense speaks only where nothing else does.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart_lists import ListOf, Match, MedicineLine, MedicineState, SourcedFact
from careloop.facts.checks import Knowledge
from careloop.rules.chart_lists.days import (
    end_of,
    find_change,
    find_last_seen,
    find_since,
    is_lately,
    newest_day,
    say_new,
    start_of,
)
from careloop.rules.chart_lists.fold import Key, fold, plain_words
from careloop.rules.chart_lists.said import find_clash, name_line, note_match
from careloop.rules.chart_lists.strengths import find_strength

DISPENSE = "MedicationDispense"
DOUBTFUL = "medicine_code_in_conflict"
ENDED = frozenset({"stopped", "completed", "cancelled", "not-taken"})
# A prescription that was withdrawn before it began says nothing about another that goes on.
SAYS_STOPPED = ENDED - {"cancelled"}
# Of several words of one day the more careful one counts.
RANKS = {MedicineState.STOPPED: 0, MedicineState.UNKNOWN: 1, MedicineState.TAKING: 2}
IN_ORDER = tuple(MedicineState)


def list_medicines(sources: Iterable[SourcedFact], on: date, knowledge: Knowledge) -> ListOf[MedicineLine]:
    """Return the medicine list as it stands on a day. Every fact is behind exactly one line."""

    def firm_key(source: SourcedFact) -> Key | None:
        names = find_ingredients(source, knowledge)
        return (Match.INGREDIENT, "\n".join(names)) if names else None

    lines = [_make_line(match, group, on, knowledge) for match, group in fold(sources, firm_key)]
    lines.sort(key=_order)
    counted = _note_overlaps([line for line in lines if line.is_counted])
    return ListOf(
        now=tuple(line for line in counted if line.state is not MedicineState.STOPPED),
        ended=tuple(line for line in counted if line.state is MedicineState.STOPPED),
        not_counted=tuple(line for line in lines if not line.is_counted),
    )


def find_ingredients(source: SourcedFact, knowledge: Knowledge) -> tuple[str, ...]:
    """Return what is in a medicine by its codes, in alphabetical order; nothing where a code is doubtful."""
    codes = source.fact.columns.codes
    if _is_doubtful(source, knowledge):
        return ()
    return tuple(sorted({name for code in codes for name in knowledge.products.get(code, ())}))


def find_classes(ingredients: Iterable[str], knowledge: Knowledge) -> tuple[Say, ...]:
    """Return the names of the classes of ingredients, in the order of the catalog's own names."""
    names = {name for one in ingredients for name in knowledge.classes.get(one, ())}
    return tuple(Say(f"medicine_class.{name}") for name in sorted(names))


def _is_doubtful(source: SourcedFact, knowledge: Knowledge) -> bool:
    return any(code in knowledge.codesets[DOUBTFUL] for code in source.fact.columns.codes)


def _make_line(match: Match, group: tuple[SourcedFact, ...], on: date, knowledge: Knowledge) -> MedicineLine:
    ingredients = next(filter(None, (find_ingredients(source, knowledge) for source in group)), ())
    counted = tuple(source for source in group if source.counts) or group
    words = [s for s in counted if s.resource_type != DISPENSE] or list(counted)
    taken = [s for s in words if _read_state(s, on) is MedicineState.TAKING]
    newest = max(words, key=lambda s: (newest_day(s), RANKS[_read_state(s, on)]))
    state = MedicineState.TAKING if taken else _read_state(newest, on)
    ended_on = end_of(newest) if state is MedicineState.STOPPED else None
    since, shown = find_since(counted), taken or counted
    return MedicineLine(
        label=" / ".join(ingredients) or name_line(group),
        match=match,
        sources=group,
        since=since,
        last_seen=find_last_seen(counted, on),
        ended_on=ended_on,
        disagreements=(
            *_say_stopped(words, taken),
            *_say_amounts(taken),
            *_say_handed_over(counted, ended_on),
        ),
        changes=(*say_new(since, on), *_say_ended(ended_on, on), *_say_changes(counted, on)),
        notes=(*_note_match(match, group, knowledge), *_note_planned(words, state, on)),
        state=state,
        ingredients=ingredients,
        classes=find_classes(ingredients, knowledge),
        strengths=_strengths(shown),
        doses=tuple(dict.fromkeys(dose for source in shown for dose in source.doses)),
    )


def _read_state(source: SourcedFact, on: date) -> MedicineState:
    status, end, start = source.fact.columns.status, end_of(source), start_of(source)
    if source.resource_type == DISPENSE:
        return MedicineState.UNKNOWN
    if status in ENDED:
        return MedicineState.STOPPED
    if status != "active" or (start is not None and start > on):
        return MedicineState.UNKNOWN
    return MedicineState.STOPPED if end is not None and end < on else MedicineState.TAKING


def _strengths(sources: Iterable[SourcedFact]) -> tuple[str, ...]:
    found = (find_strength(source.fact.columns.label) for source in sources)
    return tuple(dict.fromkeys(filter(None, found)))


def _say_stopped(words: Iterable[SourcedFact], taken: Sequence[SourcedFact]) -> tuple[Say, ...]:
    """Say that one source calls it stopped while another, no newer, lists it as taken."""
    clash = find_clash([s for s in words if s.fact.columns.status in SAYS_STOPPED], taken)
    if clash is None:
        return ()
    if clash.ended_on is None or clash.since is None:
        return (Say("lists.stopped_and_taken_undated"),)
    return (Say("lists.stopped_and_taken", stopped=clash.ended_on, since=clash.since),)


def _say_amounts(taken: Sequence[SourcedFact]) -> tuple[Say, ...]:
    """Say that what is taken now is listed with several strengths or several directions."""
    strengths = _strengths(taken)
    directions = {source.doses for source in taken if source.doses}
    says = []
    if len(strengths) > 1:
        says.append(Say("lists.strengths_differ", strengths="; ".join(strengths)))
    if len(directions) > 1:
        says.append(Say("lists.doses_differ", count=len(directions)))
    return tuple(says)


def _say_handed_over(counted: Iterable[SourcedFact], ended_on: date | None) -> tuple[Say, ...]:
    """Say that a pharmacy handed the medicine over after the day on which it was stopped."""
    days = [start_of(source) for source in counted if source.resource_type == DISPENSE]
    later = [day for day in days if ended_on is not None and day is not None and day > ended_on]
    return (Say("lists.handed_over_after_stop", day=max(later)),) if later else ()


def _say_ended(ended_on: date | None, on: date) -> tuple[Say, ...]:
    return (Say("lists.stopped", day=ended_on),) if ended_on is not None and is_lately(ended_on, on) else ()


def _say_changes(counted: Sequence[SourcedFact], on: date) -> tuple[Say, ...]:
    """Say that the newest entries name another strength, or other directions, than those before them."""
    days = find_change(counted, on)
    if days is None:
        return ()
    before, after = ([s for s in counted if start_of(s) == day] for day in days)
    old, new = _strengths(before), _strengths(after)
    if old and new and set(old) != set(new):
        return (Say("lists.strength_changed", before="; ".join(old), after="; ".join(new), day=days[1]),)
    directions = [{source.doses for source in some if source.doses} for some in (before, after)]
    return (Say("lists.dose_changed", day=days[1]),) if all(directions) and directions[0] != directions[1] else ()


def _note_match(match: Match, group: Iterable[SourcedFact], knowledge: Knowledge) -> tuple[Say, ...]:
    if match is not Match.CODE:
        return note_match(match)
    if any(_is_doubtful(source, knowledge) for source in group):
        return (Say("lists.doubtful_code"),)
    return (Say("lists.not_matched"),)


def _note_planned(words: Iterable[SourcedFact], state: MedicineState, on: date) -> tuple[Say, ...]:
    later = [day for source in words if (day := start_of(source)) is not None and day > on]
    return (Say("lists.begins", day=min(later)),) if later and state is MedicineState.UNKNOWN else ()


def _note_overlaps(lines: Sequence[MedicineLine]) -> list[MedicineLine]:
    """Note on each line not stopped which of its ingredients stand on another such line too."""
    often = Counter(name for one in lines if one.state is not MedicineState.STOPPED for name in one.ingredients)
    noted = []
    for line in lines:
        twice = [name for name in line.ingredients if often[name] > 1 and line.state is not MedicineState.STOPPED]
        says = tuple(Say("lists.on_another_line", ingredient=name) for name in twice)
        noted.append(replace(line, notes=(*line.notes, *says)))
    return noted


def _order(line: MedicineLine) -> tuple[int, str, int]:
    return IN_ORDER.index(line.state), plain_words(line.label), line.sources[0].fact.resource_id.int
