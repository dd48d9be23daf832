"""The allergy list: one line for each substance, and what is said of none being known.

An allergy that nobody took back counts, confirmed or not: leaving one out harms, listing one too many asks.
"No known allergies" beside an allergy is a disagreement, whichever is newer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import FOOD
from careloop.facts.chart_lists import AllergyLine, AllergyState, ListOf, Match, NoneKnown, SourcedFact
from careloop.facts.checks import Knowledge
from careloop.rules.chart_lists.days import find_last_seen, find_since, say_new
from careloop.rules.chart_lists.fold import Key, fold, plain_words, same_codes
from careloop.rules.chart_lists.medicines import find_classes, find_ingredients
from careloop.rules.chart_lists.said import name_line, note_match, say_verification

OVER = frozenset({"inactive", "resolved"})
IN_ORDER = tuple(AllergyState)
# Code sets of the catalog: what a record says when it knows of none.
NONE_KNOWN = {
    "no_known_allergy": NoneKnown.ALL,
    "no_known_medicine_allergy": NoneKnown.MEDICINES,
    "no_known_food_allergy": NoneKnown.FOOD,
}


def list_allergies(sources: Iterable[SourcedFact], on: date, knowledge: Knowledge) -> ListOf[AllergyLine]:
    """Return the allergy list as it stands on a day. Every fact is behind exactly one line."""
    listed = list(sources)
    stands_for = same_codes(listed, "sct")

    # A substance code that stands beside ingredients joins their line.
    beside_ingredients = {
        stands_for[code]
        for source in listed
        if find_ingredients(source, knowledge)
        for code in source.fact.columns.codes
        if code in stands_for
    }

    def firm_key(source: SourcedFact) -> Key | None:
        if names := find_ingredients(source, knowledge):
            return Match.INGREDIENT, "\n".join(names)
        code = next((stands_for[code] for code in source.fact.columns.codes if code in stands_for), None)
        return (Match.CODE, code) if code and code not in beside_ingredients else None

    lines = [_make_line(match, group, on, knowledge) for match, group in fold(listed, firm_key)]
    lines = _say_none_known(lines)
    lines.sort(key=_order)
    return ListOf(
        now=tuple(line for line in lines if line.is_counted and line.state is AllergyState.ACTIVE),
        ended=tuple(line for line in lines if line.is_counted and line.state is not AllergyState.ACTIVE),
        not_counted=tuple(line for line in lines if not line.is_counted),
    )


def _make_line(match: Match, group: tuple[SourcedFact, ...], on: date, knowledge: Knowledge) -> AllergyLine:
    ingredients = next(filter(None, (find_ingredients(source, knowledge) for source in group)), ())
    counted = tuple(source for source in group if source.counts) or group
    states = {_read_state(source) for source in group}
    since = find_since(counted)
    return AllergyLine(
        label=_name(ingredients, group, knowledge),
        match=match,
        sources=group,
        since=since,
        last_seen=find_last_seen(counted, on),
        disagreements=(*_say_inactive(states), *say_verification(group)),
        changes=say_new(since, on),
        notes=note_match(match),
        state=min(states, key=IN_ORDER.index),
        ingredients=ingredients,
        classes=find_classes(ingredients, knowledge),
        none_known=_read_none_known(group, knowledge),
    )


def _name(ingredients: tuple[str, ...], group: tuple[SourcedFact, ...], knowledge: Knowledge) -> str:
    """Return the ingredient's name, or the words as written where they say less: "Penicillin", not penicillin G."""
    written = name_line(group)
    if not ingredients or _is_wider(plain_words(written), ingredients, knowledge):
        return written
    return " / ".join(ingredients)


def _is_wider(written: str, ingredients: tuple[str, ...], knowledge: Knowledge) -> bool:
    """Tell whether words name a group to which the one ingredient belongs, or just the first of its names."""
    if len(ingredients) > 1 or not written:
        return False
    (ingredient,) = ingredients
    classes = {name.replace("_", " ") for name in knowledge.classes.get(ingredient, ())}
    return ingredient.startswith(f"{written} ") or not classes.isdisjoint({written, written.removesuffix("s")})


def _read_state(source: SourcedFact) -> AllergyState:
    columns = source.fact.columns
    if source.is_error:
        return AllergyState.ENTERED_IN_ERROR
    if columns.verification == "refuted":
        return AllergyState.REFUTED
    return AllergyState.INACTIVE if columns.status in OVER else AllergyState.ACTIVE


def _say_inactive(states: set[AllergyState]) -> tuple[Say, ...]:
    both = {AllergyState.ACTIVE, AllergyState.INACTIVE} <= states
    return (Say("lists.inactive_and_active"),) if both else ()


def _read_none_known(group: Sequence[SourcedFact], knowledge: Knowledge) -> NoneKnown:
    codes = [code for source in group for code in source.fact.columns.codes]
    for name, meaning in NONE_KNOWN.items():
        if any(code in knowledge.codesets[name] for code in codes):
            return meaning
    return NoneKnown.SOME


def _say_none_known(lines: Sequence[AllergyLine]) -> list[AllergyLine]:
    """Say on both sides that one source knows of no allergy (or none to medicines, to food) and another of one."""
    standing = [line for line in lines if line.state is AllergyState.ACTIVE]
    said = {line.none_known for line in standing}
    some = [line for line in standing if line.none_known is NoneKnown.SOME]
    against = {
        NoneKnown.ALL: len(some),
        NoneKnown.MEDICINES: sum(bool(line.ingredients) for line in some),
        NoneKnown.FOOD: sum(_is_food(line) for line in some),
    }
    return [replace(line, disagreements=(*line.disagreements, *_contradict(line, said, against))) for line in lines]


def _contradict(line: AllergyLine, said: set[NoneKnown], against: dict[NoneKnown, int]) -> tuple[Say, ...]:
    if line.state is not AllergyState.ACTIVE:
        return ()
    if line.none_known is not NoneKnown.SOME:
        count = against.get(line.none_known, 0)
        return (Say("lists.none_known_but", count=count),) if count else ()
    if NoneKnown.ALL in said:
        return (Say("lists.none_known_beside"),)
    says = []
    if NoneKnown.MEDICINES in said and line.ingredients:
        says.append(Say("lists.none_known_medicine_beside"))
    if NoneKnown.FOOD in said and _is_food(line):
        says.append(Say("lists.none_known_food_beside"))
    return tuple(says)


def _is_food(line: AllergyLine) -> bool:
    """Tell whether a source that counts files the allergy under food and it is to no medicine."""
    return not line.ingredients and any(s.counts and FOOD in s.fact.columns.disposition for s in line.sources)


def _order(line: AllergyLine) -> tuple[int, str, int]:
    return IN_ORDER.index(line.state), plain_words(line.label), line.sources[0].fact.resource_id.int
