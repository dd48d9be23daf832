"""What lines of every list say: sources that disagree, and what could not be read."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from careloop.basics.words import Say
from careloop.facts.chart_lists import Match, SourcedFact
from careloop.rules.chart_lists.days import is_later, newest_day, newest_start
from careloop.rules.chart_lists.fold import plain_words
from careloop.rules.checks.what_counts import NOT_YET_KNOWN


def name_line(sources: Sequence[SourcedFact]) -> str:
    """Return the label of the newest source that counts and has one, as it was written."""
    named = [s for s in sources if s.fact.columns.label.strip()]
    standing = [s for s in named if s.counts] or named
    return max(standing, key=_label_order).fact.columns.label if standing else ""


class Clash(NamedTuple):
    """One source ended what another still lists: the day of the end, and since when it is listed; None if unknown."""

    ended_on: date | None
    since: date | None


def find_clash(ended: Iterable[SourcedFact], standing: Sequence[SourcedFact]) -> Clash | None:
    """Return the end that contradicts what stands, None if there is none or every end is plainly older."""
    since = newest_start(standing)
    days = [newest_day(source) for source in ended if is_later(source, since)] if standing else []
    if not days:
        return None
    newest = max(days)
    return Clash(None if newest == date.min else newest, since)


def say_verification(sources: Iterable[SourcedFact]) -> tuple[Say, ...]:
    """Say that sources differ on whether it is confirmed, or that one rules it out."""
    standing = [source for source in sources if not source.is_error]
    refuted = [s for s in standing if s.fact.columns.verification == "refuted"]
    doubted = [s for s in standing if s.fact.columns.verification in NOT_YET_KNOWN]
    others = [s for s in standing if s.counts]
    firm = [s for s in others if s.fact.columns.verification == "confirmed"]
    says = []
    if refuted and others:
        says.append(Say("lists.refuted_by_one"))
    # A suspicion that was confirmed later is no disagreement.
    if firm and any(is_later(source, newest_start(firm)) for source in doubted):
        says.append(Say("lists.confirmed_by_one"))
    return tuple(says)


def note_match(match: Match) -> tuple[Say, ...]:
    """Say that a line has no code and stands by its words alone."""
    return (Say("lists.not_coded"),) if match is Match.LABEL else ()


def _label_order(source: SourcedFact) -> tuple[date, str, str]:
    label = source.fact.columns.label
    return newest_day(source), plain_words(label), label
