"""The problem list: one line for each problem, however many visits and sources name it.

FHIR's meanings, as the checks read them: active, recurrence and relapse hold; remission and resolved say so;
inactive is no longer there. What is not confirmed, or has no clinical status, is unclear, and so is an active
problem with an end day behind it. What was refuted or entered in error never held.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart_lists import ListOf, Match, ProblemLine, ProblemState, SourcedFact
from careloop.rules.chart_lists.days import (
    end_of,
    find_last_seen,
    find_since,
    is_lately,
    newest_day,
    say_new,
)
from careloop.rules.chart_lists.fold import Key, fold, plain_words, same_codes
from careloop.rules.chart_lists.said import find_clash, name_line, note_match, say_verification
from careloop.rules.checks.what_counts import CONFIRMED

HOLDS = frozenset({"active", "recurrence", "relapse"})
OVER = frozenset({"resolved", "inactive"})
# Of several words of one day the more careful one counts.
RANKS = {
    ProblemState.RESOLVED: 0,
    ProblemState.UNCLEAR: 1,
    ProblemState.REMISSION: 2,
    ProblemState.ACTIVE: 3,
}
IN_ORDER = tuple(ProblemState)


def list_problems(sources: Iterable[SourcedFact], on: date) -> ListOf[ProblemLine]:
    """Return the problem list as it stands on a day. Every fact is behind exactly one line."""
    listed = list(sources)
    stands_for = same_codes(listed, "sct")

    def firm_key(source: SourcedFact) -> Key | None:
        code = next((code for code in source.fact.columns.codes if code in stands_for), None)
        return (Match.CODE, stands_for[code]) if code else None

    lines = sorted((_make_line(match, group, on) for match, group in fold(listed, firm_key)), key=_order)
    return ListOf(
        now=tuple(line for line in lines if line.is_counted and line.state is not ProblemState.RESOLVED),
        ended=tuple(line for line in lines if line.is_counted and line.state is ProblemState.RESOLVED),
        not_counted=tuple(line for line in lines if not line.is_counted),
    )


def _make_line(match: Match, group: tuple[SourcedFact, ...], on: date) -> ProblemLine:
    counted = tuple(source for source in group if source.counts) or group
    active = [s for s in counted if _read_state(s, on) is ProblemState.ACTIVE]
    newest = max(counted, key=lambda s: (newest_day(s), RANKS[_read_state(s, on)]))
    state = ProblemState.ACTIVE if active else _read_state(newest, on)
    ended_on = end_of(newest) if state is ProblemState.RESOLVED else None
    since = find_since(counted)
    return ProblemLine(
        label=name_line(group),
        match=match,
        sources=group,
        since=since,
        last_seen=find_last_seen(counted, on),
        ended_on=ended_on,
        disagreements=(
            *_say_over(counted, active),
            *say_verification(group),
            *_say_ended_but_active(counted, on),
        ),
        changes=(*say_new(since, on), *_say_resolved(ended_on, on)),
        notes=note_match(match),
        state=state,
        codes=tuple(dict.fromkeys(code for source in group for code in source.fact.columns.codes)),
    )


def _read_state(source: SourcedFact, on: date) -> ProblemState:
    columns = source.fact.columns
    if columns.verification not in CONFIRMED:
        return ProblemState.UNCLEAR
    if columns.status in OVER:
        return ProblemState.RESOLVED
    if columns.status == "remission":
        return ProblemState.REMISSION
    is_over = _is_over(source, on)
    if columns.status in HOLDS:
        return ProblemState.UNCLEAR if is_over else ProblemState.ACTIVE
    return ProblemState.RESOLVED if is_over and not columns.status else ProblemState.UNCLEAR


def _is_over(source: SourcedFact, on: date) -> bool:
    end = end_of(source)
    return end is not None and end <= on


def _say_over(counted: Iterable[SourcedFact], active: Sequence[SourcedFact]) -> tuple[Say, ...]:
    """Say that one source calls it over while another, no newer, lists it as active."""
    clash = find_clash([s for s in counted if s.fact.columns.status in OVER], active)
    if clash is None:
        return ()
    if clash.ended_on is None or clash.since is None:
        return (Say("lists.resolved_and_active_undated"),)
    return (Say("lists.resolved_and_active", resolved=clash.ended_on, since=clash.since),)


def _say_ended_but_active(counted: Iterable[SourcedFact], on: date) -> tuple[Say, ...]:
    both = any(s.fact.columns.status in HOLDS and _is_over(s, on) for s in counted)
    return (Say("lists.active_with_end"),) if both else ()


def _say_resolved(ended_on: date | None, on: date) -> tuple[Say, ...]:
    return (Say("lists.resolved", day=ended_on),) if ended_on is not None and is_lately(ended_on, on) else ()


def _order(line: ProblemLine) -> tuple[int, str, int]:
    return IN_ORDER.index(line.state), plain_words(line.label), line.sources[0].fact.resource_id.int
