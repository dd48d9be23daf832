"""Folding: which facts are about the same thing, and so stand behind one line.

A fact has a firm key where one is known (its ingredients, its SNOMED code). A fact without one joins the
line whose coding lists also hold one of its codes, if that is one line and no more: an ICD-10-CM code that
stands beside two SNOMED codes tells nothing. What is left folds by its code, and what has no code by its
words. Broader and narrower codes are never taken for each other.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from careloop.facts.chart_lists import Match, SourcedFact

Key = tuple[Match, str]
FirmKey = Callable[[SourcedFact], Key | None]

# Which code of a coding list names the line, when there is no firm key.
RANKS = ("rxnorm", "sct", "icd10cm", "icd10", "icd9cm")


def fold(sources: Iterable[SourcedFact], firm_key: FirmKey) -> list[tuple[Match, tuple[SourcedFact, ...]]]:
    """Return the facts of each line, oldest first, with what the line was recognized by.

    Every fact is in exactly one line, whatever the order in which they come.
    """
    listed = sorted(sources, key=_order)
    beside = _keys_beside(listed, firm_key)
    lines: defaultdict[Key, list[SourcedFact]] = defaultdict(list)
    for source in listed:
        lines[_key_of(source, firm_key, beside)].append(source)
    return [(match, tuple(group)) for (match, _name), group in lines.items()]


def same_codes(sources: Iterable[SourcedFact], system: str) -> dict[str, str]:
    """Return for each code of a system the one that stands for it and those that share a coding list with it."""
    above: dict[str, str] = {}

    def top(code: str) -> str:
        while above[code] != code:
            above[code] = above[above[code]]
            code = above[code]
        return code

    for source in sources:
        own = sorted(code for code in source.fact.columns.codes if code.startswith(f"{system}|"))
        for code in own:
            above.setdefault(code, code)
            above[top(code)] = top(own[0])
    return {code: top(code) for code in above}


def plain_code(code: str) -> str:
    """Return a code as it is compared: those of the ICD are written with and without a dot."""
    return code.replace(".", "") if code.startswith("icd") else code


def plain_words(text: str) -> str:
    """Return words as they are compared: case, width and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _keys_beside(listed: Sequence[SourcedFact], firm_key: FirmKey) -> dict[str, set[Key]]:
    """Return for each code the firm keys with which it shares a coding list."""
    beside: defaultdict[str, set[Key]] = defaultdict(set)
    for source in listed:
        key = firm_key(source)
        if key is not None:
            for code in source.fact.columns.codes:
                beside[plain_code(code)].add(key)
    return beside


def _key_of(source: SourcedFact, firm_key: FirmKey, beside: dict[str, set[Key]]) -> Key:
    key = firm_key(source)
    if key is not None:
        return key
    columns = source.fact.columns
    codes = [plain_code(code) for code in columns.codes]
    near = {key for code in codes for key in beside.get(code, ())}
    if len(near) == 1:
        return near.pop()
    if codes:
        return Match.CODE, min(codes, key=_rank)
    # Two things without code or name are not the same thing.
    return Match.LABEL, plain_words(columns.label) or f"\n{source.fact.resource_id}"


def _rank(code: str) -> tuple[int, str]:
    system = code.partition("|")[0]
    return (RANKS.index(system) if system in RANKS else len(RANKS)), code


def _order(source: SourcedFact) -> tuple[object, ...]:
    columns = source.fact.columns
    return (
        columns.start_on or date.min,
        columns.end_on or date.max,
        source.fact.resource_id.int,
        source.record_id.int,
        *(columns.label, columns.codes, columns.status, columns.verification),
        *(source.resource_type, source.sender, source.received_at, source.author, repr(source.doses)),
    )
