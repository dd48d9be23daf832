"""Outreach lists: what a rule says in words, who is done, and shares with the interval in which they may lie."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.outreach import Figures, Interval, OutreachDraft, OutreachRule
from careloop.facts.outreach import Outcome as CallEnd
from careloop.facts.reach import ANSWERED, TryResult

# The normal quantile of a 95 % interval.
Z = 1.959964
# Of fewer people little can be said: a product choice, said on screen.
SMALL = 30
NAME_LONGEST = 80
# The ends of the bands of ages, in years.
BANDS = (18, 45, 65, 80)
# After these somebody on a list needs no other call from it.
ENDS = frozenset(
    {
        TryResult.BOOKED, TryResult.WILL_CALL, TryResult.DECLINED, TryResult.NEEDS_NURSE, TryResult.ASKED_NOT,
        TryResult.REACHED, TryResult.WRONG_NUMBER,
    }
)  # fmt: skip


def check_draft(draft: OutreachDraft, checks: Iterable[str]) -> None:
    """Refuse a list that names nobody, or everybody.

    :raises Refusal: with the first thing that is missing or not clear
    """
    rule = draft.rule
    ages = [age for age in (rule.from_age, rule.to_age) if age is not None]
    tests = (
        (0 < len(draft.name.strip()) <= NAME_LONGEST, Say("refusal.outreach_name")),
        (bool(rule.check or rule.no_visit_days or rule.referral), Say("refusal.outreach_rule")),
        (not rule.check or rule.check in set(checks), Say("refusal.outreach_rule")),
        (rule.no_visit_days is None or 1 <= rule.no_visit_days <= 3660, Say("refusal.outreach_days")),
        (all(0 <= age <= 130 for age in ages) and ages == sorted(ages), Say("refusal.outreach_ages")),
        (1 <= draft.per_day <= 1000, Say("refusal.outreach_pace")),
        (1 <= draft.quiet_days <= 365 and 1 <= draft.most_tries <= 9, Say("refusal.outreach_pace")),
    )
    for holds, said in tests:
        if not holds:
            raise Refusal(said)


def say_rule(rule: OutreachRule) -> tuple[Say, ...]:
    """Return a rule in words, one sentence for each thing that must hold."""
    said = []
    if rule.check:
        said += [Say("outreach.rule_check"), Say(f"check.{rule.check}.name")]
    if rule.no_visit_days:
        said.append(Say("outreach.rule_no_visit", count=rule.no_visit_days))
    if rule.referral:
        said.append(Say("outreach.rule_referral"))
    if rule.from_age is not None:
        said.append(Say("outreach.rule_from_age", age=rule.from_age))
    if rule.to_age is not None:
        said.append(Say("outreach.rule_to_age", age=rule.to_age))
    if rule.language:
        said.append(Say("outreach.rule_language", language=rule.language))
    return tuple(said)


def store_rule(rule: OutreachRule) -> dict[str, object]:
    """Return a rule as JSON values."""
    return {
        "check": rule.check, "no_visit_days": rule.no_visit_days, "referral": rule.referral,
        "from_age": rule.from_age, "to_age": rule.to_age, "language": rule.language,
    }  # fmt: skip


def read_rule(stored: Mapping[str, object]) -> OutreachRule:
    """Return the rule that ``store_rule`` wrote."""

    def number(name: str) -> int | None:
        value = stored.get(name)
        return value if isinstance(value, int) else None

    return OutreachRule(
        check=str(stored.get("check") or ""), no_visit_days=number("no_visit_days"),
        referral=bool(stored.get("referral")), from_age=number("from_age"), to_age=number("to_age"),
        language=str(stored.get("language") or ""),
    )  # fmt: skip


def is_done(result: TryResult, tries: int, most: int) -> bool:
    """Tell whether somebody is done with after a call: reached in some way, or tried as often as the list says."""
    return result in ENDS or (result is not TryResult.LATER and tries >= most)


def next_day(result: TryResult, on: date, until: date | None) -> date:
    """Return the day from which somebody is called again: the one they asked for, else tomorrow."""
    return until if result is TryResult.LATER and until is not None else on + timedelta(days=1)


def band_of(birth_on: date | None, on: date) -> str:
    """Return the band of ages as "45-64", "" where the day of birth is not known."""
    if birth_on is None:
        return ""
    age = on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))
    if age < BANDS[0]:
        return f"0-{BANDS[0] - 1}"
    for low, high in pairwise(BANDS):
        if age < high:
            return f"{low}-{high - 1}"
    return f"{BANDS[-1]}+"


def wilson(part: int, whole: int) -> Interval:
    """Return a share with its 95 % interval after Wilson (1927), in whole percent; of nobody it is 0 to 100.

    Source: Wilson EB, J Am Stat Assoc 1927;22:209-212; the formula is in every textbook of statistics.
    """
    if whole == 0:
        return Interval(0, 0, 0, 100, is_small=True)
    share, square = part / whole, Z * Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Interval(part, whole, round(100 * low), round(100 * high), is_small=whole < SMALL)


def figure(name: str, ends: Iterable[CallEnd]) -> Figures:
    """Return how many of some people were reached and booked."""
    results = [one.result for one in ends]
    reached = sum(one in ANSWERED for one in results)
    booked = sum(one is TryResult.BOOKED for one in results)
    return Figures(name, len(results), wilson(reached, len(results)), wilson(booked, len(results)))


def figures_by(ends: Iterable[CallEnd], *, language: bool) -> tuple[Figures, ...]:
    """Return the figures of each language, or of each band of ages, in the order of their names."""
    groups: dict[str, list[CallEnd]] = {}
    for one in ends:
        groups.setdefault(one.language if language else one.group, []).append(one)
    return tuple(figure(name, groups[name]) for name in sorted(groups))
