"""The problem list: what folds, where it stands, what sources disagree on."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.facts.chart_lists import ListOf, Match, ProblemLine, ProblemState, SourcedFact
from careloop.rules.chart_lists.problems import list_problems
from tests.rules.chart_lists.sources import DIABETES, ON, problem

ACTIVE, REMISSION, UNCLEAR, RESOLVED = (
    ProblemState.ACTIVE, ProblemState.REMISSION, ProblemState.UNCLEAR, ProblemState.RESOLVED,
)  # fmt: skip


def listed(*sources: SourcedFact) -> ListOf[ProblemLine]:
    return list_problems(sources, ON)


def line_of(*sources: SourcedFact) -> ProblemLine:
    (line,) = listed(*sources).lines
    return line


# The coding lists of problems, and how many lines they are.
FOLDS = [
    ([(DIABETES,), (DIABETES,)], 1),
    ([(DIABETES, "icd10cm|E11.9"), (DIABETES,), ("icd10cm|E11.9",)], 1),
    ([(DIABETES, "icd10cm|E11.9"), ("icd10cm|E119",)], 1),
    ([("icd10cm|E11.9",), ("icd10cm|E119",)], 1),
    # One code of the ICD beside two of SNOMED tells nothing about a third entry.
    ([("sct|1", "icd10cm|E11.9"), ("sct|2", "icd10cm|E11.9"), ("icd10cm|E11.9",)], 3),
    ([("sct|1", "sct|2"), ("sct|2",), ("sct|1",)], 1),
    ([("sct|2", "sct|3"), ("sct|1", "sct|2"), ("sct|3",)], 1),
    # Broader and narrower codes are not taken for each other.
    ([("sct|73211009",), (DIABETES,)], 2),
    ([("icd10cm|E11",), ("icd10cm|E11.9",)], 2),
    ([(), ()], 1),
    ([(), (DIABETES,)], 2),
]


@pytest.mark.parametrize(("lists", "count"), FOLDS)
def test_what_folds(lists: list[tuple[str, ...]], count: int) -> None:
    sources = [problem("Diabetes", *codes, number=number) for number, codes in enumerate(lists)]

    assert len(listed(*sources).lines) == len(listed(*reversed(sources)).lines) == count


def test_a_line_is_named_by_its_newest_source_and_keeps_all_codes() -> None:
    line = line_of(
        problem("DM2", DIABETES, since="2020-01-01", number=1),
        problem("Type 2 diabetes", DIABETES, "icd10cm|E11.9", since="2025-01-01", number=2),
        problem("", "icd10cm|E11.9", since="2026-01-01", number=3),
    )

    assert (line.label, line.match) == ("Type 2 diabetes", Match.CODE)
    assert line.codes == (DIABETES, "icd10cm|E11.9")
    assert (line.since, line.last_seen) == (date(2020, 1, 1), date(2026, 1, 1))


# (status, verification, since, until) of the entries, and the state of the line.
STATES = [
    ([("active", "confirmed", "2020-01-01", None)], ACTIVE),
    ([("recurrence", "", "2020-01-01", None)], ACTIVE),
    ([("relapse", "confirmed", None, None)], ACTIVE),
    ([("remission", "confirmed", "2020-01-01", None)], REMISSION),
    ([("resolved", "confirmed", "2020-01-01", "2021-01-01")], RESOLVED),
    ([("inactive", "confirmed", "2020-01-01", None)], RESOLVED),
    ([("", "confirmed", "2020-01-01", None)], UNCLEAR),
    ([("", "confirmed", "2020-01-01", "2021-01-01")], RESOLVED),
    ([("active", "provisional", "2020-01-01", None)], UNCLEAR),
    ([("active", "confirmed", "2020-01-01", "2021-01-01")], UNCLEAR),
    ([("active", "confirmed", "2020-01-01", "2027-01-01")], ACTIVE),
    ([("resolved", "confirmed", "2020-01-01", "2021-01-01"), ("active", "confirmed", "2022-01-01", None)], ACTIVE),
    ([("remission", "confirmed", "2020-01-01", None), ("resolved", "confirmed", "2022-01-01", None)], RESOLVED),
    ([("remission", "confirmed", "2020-01-01", None), ("resolved", "confirmed", "2020-01-01", None)], REMISSION),
]


@pytest.mark.parametrize(("entries", "state"), STATES)
def test_the_state_of_a_line(entries: list[tuple[str, str, str | None, str | None]], state: ProblemState) -> None:
    line = line_of(
        *(
            problem("A problem", DIABETES, status=status, verification=sure, since=since, until=until, number=number)
            for number, (status, sure, since, until) in enumerate(entries)
        )
    )

    assert line.state is state


def holds(since: str | None = "2020-01-01", **more: object) -> SourcedFact:
    return problem("Asthma", "sct|195967001", since=since, number=1, **more)  # type: ignore[arg-type]


def over(since: str | None, until: str | None = None) -> SourcedFact:
    return problem("Asthma", "sct|195967001", status="resolved", since=since, until=until, number=2)


DISAGREE: list[tuple[list[SourcedFact], tuple[Say, ...]]] = [
    ([holds(), over("2019-01-01", "2021-01-01")],
     (Say("lists.resolved_and_active", resolved=date(2021, 1, 1), since=date(2020, 1, 1)),)),
    ([holds(), over("2018-01-01", "2019-01-01")], ()),
    ([holds(), over("2018-01-01")], ()),
    ([holds(), over(None)], (Say("lists.resolved_and_active_undated"),)),
    ([holds(verification="refuted"), holds()], (Say("lists.refuted_by_one"),)),
    ([holds(verification="entered-in-error"), holds()], ()),
    ([holds("2019-01-01", verification="provisional"), holds()], ()),
    ([holds("2021-01-01", verification="provisional"), holds()], (Say("lists.confirmed_by_one"),)),
    ([holds(until="2021-01-01")], (Say("lists.active_with_end"),)),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "says"), DISAGREE)
def test_disagreements_are_said_and_history_is_none(sources: list[SourcedFact], says: tuple[Say, ...]) -> None:
    assert line_of(*sources).disagreements == says


def test_new_and_lately_resolved_problems_are_marked() -> None:
    assert line_of(holds("2026-10-01")).changes == (Say("lists.new", day=date(2026, 10, 1)),)
    assert line_of(over("2020-01-01", "2026-10-01")).changes == (Say("lists.resolved", day=date(2026, 10, 1)),)
    assert line_of(over("2020-01-01", "2026-01-01")).changes == ()


def test_what_was_ruled_out_or_entered_in_error_stands_apart() -> None:
    lists = listed(
        holds(verification="refuted"),
        problem("Gout", "sct|90560007", verification="entered-in-error", status="", number=3),
        problem("Rash", status="resolved", number=4),
    )

    assert lists.now == ()
    assert [(line.label, line.notes) for line in lists.ended] == [("Rash", (Say("lists.not_coded"),))]
    assert {line.label for line in lists.not_counted} == {"Asthma", "Gout"}
