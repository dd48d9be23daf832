"""The medicine list: what folds, what is taken, what sources disagree on, what changed."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart_lists import ListOf, Match, MedicineLine, MedicineState, SourcedFact
from careloop.rules.chart_lists.make import make_lists
from careloop.rules.chart_lists.medicines import list_medicines
from tests.rules.chart_lists.sources import (
    DOUBTFUL,
    HCTZ_LISINOPRIL,
    IBUPROFEN,
    LISINOPRIL,
    LISINOPRIL_10,
    LISINOPRIL_20,
    ON,
    medicine,
)

TAKING, UNKNOWN, STOPPED = MedicineState.TAKING, MedicineState.UNKNOWN, MedicineState.STOPPED
TEN, TWENTY = "Lisinopril 10 MG Oral Tablet", "Lisinopril 20 MG Oral Tablet"


def listed(*sources: SourcedFact) -> ListOf[MedicineLine]:
    return list_medicines(sources, ON, load_knowledge())


def line_of(*sources: SourcedFact) -> MedicineLine:
    (line,) = listed(*sources).lines
    return line


def test_products_of_different_strength_brand_and_generic_fold_into_one_line() -> None:
    line = line_of(
        medicine(TEN, LISINOPRIL_10, since="2023-01-02", number=1),
        medicine("Prinivil 20 MG Oral Tablet", LISINOPRIL_20, since="2024-01-02", number=2),
        medicine("lisinopril", LISINOPRIL, since="2025-01-02", number=3, of="MedicationStatement"),
    )

    assert (line.label, line.match, line.ingredients) == ("lisinopril", Match.INGREDIENT, ("lisinopril",))
    assert line.strengths == ("10 mg", "20 mg")
    assert line.classes == (Say("medicine_class.ace_inhibitor"),)
    assert (line.since, line.last_seen, line.state) == (date(2023, 1, 2), date(2025, 1, 2), TAKING)
    assert len(line.sources) == 3


def test_a_combination_stays_its_own_line_and_both_say_what_stands_twice() -> None:
    combined, alone = listed(
        medicine(TEN, LISINOPRIL_10, number=1), medicine("HCTZ / Lisinopril", HCTZ_LISINOPRIL, number=2)
    ).now

    assert (combined.label, alone.label) == ("hydrochlorothiazide / lisinopril", "lisinopril")
    assert combined.notes == alone.notes == (Say("lists.on_another_line", ingredient="lisinopril"),)


def test_a_stopped_ingredient_is_not_said_to_stand_twice() -> None:
    lists = listed(
        medicine(TEN, LISINOPRIL_10, status="stopped", number=1),
        medicine("HCTZ / Lisinopril", HCTZ_LISINOPRIL, number=2),
    )

    assert [line.notes for line in lists.lines] == [(), ()]


# Entries of one medicine: (status, since, until, kind of resource), and the state of its line.
STATES = [
    ([("active", "2024-03-05", None, "MedicationRequest")], TAKING),
    ([("active", None, None, "MedicationStatement")], TAKING),
    ([("active", "2026-11-01", "2026-11-21", "MedicationRequest")], TAKING),
    ([("active", "2026-11-01", "2026-11-20", "MedicationRequest")], STOPPED),
    ([("active", "2026-11-01", "9999-12-31", "MedicationRequest")], TAKING),
    ([("active", "2026-11-22", None, "MedicationRequest")], UNKNOWN),
    ([("stopped", "2024-03-05", None, "MedicationRequest")], STOPPED),
    ([("completed", "2024-03-05", None, "MedicationRequest")], STOPPED),
    ([("cancelled", "2024-03-05", None, "MedicationRequest")], STOPPED),
    ([("not-taken", "2024-03-05", None, "MedicationStatement")], STOPPED),
    ([("on-hold", "2024-03-05", None, "MedicationRequest")], UNKNOWN),
    ([("draft", "2024-03-05", None, "MedicationRequest")], UNKNOWN),
    ([("", "2024-03-05", None, "MedicationRequest")], UNKNOWN),
    ([("completed", "2024-03-05", None, "MedicationDispense")], UNKNOWN),
    ([("stopped", "2023-01-01", None, "MedicationRequest"), ("active", "2024-01-01", None, "MedicationRequest")],
     TAKING),
    ([("active", "2023-01-01", None, "MedicationRequest"), ("stopped", "2024-01-01", None, "MedicationRequest")],
     TAKING),
    ([("stopped", "2023-01-01", None, "MedicationRequest"), ("on-hold", "2024-01-01", None, "MedicationRequest")],
     UNKNOWN),
    ([("on-hold", "2023-01-01", None, "MedicationRequest"), ("stopped", "2024-01-01", None, "MedicationRequest")],
     STOPPED),
    ([("on-hold", "2023-01-01", None, "MedicationRequest"), ("stopped", "2023-01-01", None, "MedicationRequest")],
     UNKNOWN),
    ([("stopped", "2023-01-01", None, "MedicationRequest"), ("completed", "2024-01-01", None, "MedicationDispense")],
     STOPPED),
    ([("active", "2023-01-01", None, "MedicationRequest"), ("completed", "2024-01-01", None, "MedicationDispense")],
     TAKING),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "state"), STATES)
def test_the_state_of_a_line(entries: list[tuple[str, str | None, str | None, str]], state: MedicineState) -> None:
    line = line_of(
        *(
            medicine(TEN, LISINOPRIL_10, status=status, since=since, until=until, of=kind, number=number)
            for number, (status, since, until, kind) in enumerate(entries)
        )
    )

    assert line.state is state


def taken(since: str | None = "2024-01-01", **more: object) -> SourcedFact:
    return medicine(TEN, LISINOPRIL_10, since=since, number=1, **more)


def ended(since: str | None, until: str | None = None, *, status: str = "stopped", **more: object) -> SourcedFact:
    return medicine(TEN, LISINOPRIL_10, status=status, since=since, until=until, number=2, **more)


BOTH = Say("lists.stopped_and_taken", stopped=date(2024, 6, 1), since=date(2024, 1, 1))
SAME_DAY = Say("lists.stopped_and_taken", stopped=date(2024, 1, 1), since=date(2024, 1, 1))
UNDATED = Say("lists.stopped_and_taken_undated")
DISAGREE: list[tuple[list[SourcedFact], tuple[Say, ...]]] = [
    ([taken(), ended("2020-01-01", "2024-06-01")], (BOTH,)),
    ([taken(), ended("2020-01-01", "2024-01-01")], ()),
    ([taken(), ended("2020-01-01")], ()),
    ([taken(), ended("2024-01-01")], (SAME_DAY,)),
    ([taken(), ended("2024-06-01", status="completed")], (BOTH,)),
    ([taken(), ended("2024-06-01", status="not-taken", sender="other")], (BOTH,)),
    ([taken(), ended("2024-06-01", status="cancelled")], ()),
    ([taken(), ended("2024-06-01", status="entered-in-error")], ()),
    ([taken(), ended(None)], (UNDATED,)),
    ([taken(None), ended("2020-01-01", "2021-01-01")], (UNDATED,)),
    ([ended("2024-06-01")], ()),
    ([taken(), medicine(TWENTY, LISINOPRIL_20, number=3)],
     (Say("lists.strengths_differ", strengths="10 mg; 20 mg"),)),
    ([taken(), medicine(TWENTY, LISINOPRIL_20, number=3, status="stopped", since="2023-01-01")], ()),
    ([taken(), medicine("lisinopril", LISINOPRIL, number=3)], ()),
    ([taken(dose="One a day."), taken(dose="Two a day.", sender="other")], (Say("lists.doses_differ", count=2),)),
    ([taken(dose="One a day."), taken(dose="One a day.", sender="other"), taken()], ()),
    ([ended("2023-01-01", "2024-06-01"), taken("2024-06-02", status="completed", of="MedicationDispense")],
     (Say("lists.handed_over_after_stop", day=date(2024, 6, 2)),)),
    ([ended("2023-01-01", "2024-06-01"), taken("2024-06-01", status="completed", of="MedicationDispense")], ()),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "says"), DISAGREE)
def test_disagreements_are_said_and_history_is_none(sources: list[SourcedFact], says: tuple[Say, ...]) -> None:
    assert line_of(*sources).disagreements == says


CHANGES: list[tuple[list[SourcedFact], tuple[Say, ...]]] = [
    ([taken("2026-08-23")], (Say("lists.new", day=date(2026, 8, 23)),)),
    ([taken("2026-08-22")], ()),
    ([taken("2026-11-22")], ()),
    ([taken("2026-09-01"), ended("2020-01-01")], ()),
    ([ended("2020-01-01", "2026-09-01")], (Say("lists.stopped", day=date(2026, 9, 1)),)),
    ([ended("2020-01-01", "2026-08-22")], ()),
    ([taken(), medicine(TWENTY, LISINOPRIL_20, since="2026-09-01", number=3)],
     (Say("lists.strength_changed", before="10 mg", after="20 mg", day=date(2026, 9, 1)),)),
    ([taken(), medicine(TWENTY, LISINOPRIL_20, since="2026-08-01", number=3)], ()),
    ([taken(), medicine("lisinopril", LISINOPRIL, since="2026-09-01", number=3)], ()),
    ([taken(dose="One a day."), taken("2026-09-01", dose="Two a day.")],
     (Say("lists.dose_changed", day=date(2026, 9, 1)),)),
    ([taken(dose="One a day."), taken("2026-09-01", dose="One a day.")], ()),
    ([taken(), taken("2026-09-01", dose="One a day.")], ()),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "says"), CHANGES)
def test_what_changed_in_the_last_three_months_is_said(sources: list[SourcedFact], says: tuple[Say, ...]) -> None:
    assert line_of(*sources).changes == says


def test_the_end_day_is_that_of_the_newest_end() -> None:
    older, newer = ended("2020-01-01", "2021-01-01"), ended("2022-01-01", "2023-05-05")

    assert line_of(newer, older).ended_on == date(2023, 5, 5)
    assert line_of(older, ended("2024-01-01")).ended_on is None


def test_what_is_to_begin_is_said() -> None:
    assert line_of(taken("2026-12-01")).notes == (Say("lists.begins", day=date(2026, 12, 1)),)
    assert line_of(taken(), taken("2026-12-01")).notes == ()


def test_what_does_not_resolve_is_listed_and_folds_only_by_code_or_words() -> None:
    lists = make_lists(
        [
            medicine("Vitamin mix", number=1),
            medicine("  VITAMIN   mix ", number=2),
            medicine("Vitamin mix", "rxnorm|0", number=3),
            medicine("Other words", "rxnorm|0", "ndc|1", number=4),
            medicine("Captopril 25 MG", DOUBTFUL, number=5),
            medicine("Old pill", "rxnorm|00", status="stopped", number=6),
            medicine(TEN, LISINOPRIL_10, number=7),
        ],
        ON,
        load_knowledge(),
    )

    told = [(line.match, line.notes, len(line.sources)) for line in lists.medicines.now]
    assert sorted(told, key=str) == sorted(
        [
            (Match.CODE, (Say("lists.doubtful_code"),), 1),
            (Match.INGREDIENT, (), 1),
            (Match.CODE, (Say("lists.not_matched"),), 2),
            (Match.LABEL, (Say("lists.not_coded"),), 2),
        ],
        key=str,
    )
    assert lists.not_matched == ("Captopril 25 MG", "Vitamin mix", "Vitamin mix")


def test_an_entry_joins_by_a_code_that_stands_beside_one_medicine_only() -> None:
    tablets = medicine(TEN, LISINOPRIL_10, "ndc|1", "ndc|2", number=1)
    others = medicine("Ibuprofen", IBUPROFEN, "ndc|2", number=2)

    assert len(line_of(tablets, medicine("From a claim", "ndc|1", number=3)).sources) == 2
    assert len(listed(tablets, others, medicine("From a claim", "ndc|2", number=3)).lines) == 3


def test_two_entries_without_code_or_name_are_two_lines() -> None:
    assert [line.label for line in listed(medicine("", number=1), medicine(" ", number=2)).lines] == ["", ""]


def test_what_was_entered_in_error_never_counts_and_is_shown_apart() -> None:
    wrong = medicine(TEN, LISINOPRIL_10, status="entered-in-error", since="2000-01-01", number=1)

    (only,) = listed(wrong).not_counted
    assert not only.is_counted
    (line,) = listed(wrong, taken("2024-01-01")).now
    assert (line.since, len(line.sources), line.sources[0].counts) == (date(2024, 1, 1), 2, False)


def test_sources_may_come_from_several_records_of_one_person() -> None:
    elsewhere = UUID(int=77)
    line = line_of(taken(), replace(taken(), record_id=elsewhere, sender="hospital"))

    assert {(s.record_id, s.sender) for s in line.sources} == {(UUID(int=1), "fhir"), (elsewhere, "hospital")}
