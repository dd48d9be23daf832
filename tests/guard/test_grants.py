"""Grants: who reaches whom, through what, and from when to when."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from careloop.actions.people import assign_caseload, cover_caseload, deactivate
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Purpose, Relation
from careloop.guard.context import clear_context, set_context
from careloop.guard.grants import load_reach, load_relations
from careloop.reads.people import get_patient_page
from careloop.reads.worklist import get_today_page
from tests.guard.conftest import Clinic
from tests.people import NOW, later, system
from tests.records.plant import Plant

MOMENT = timedelta(microseconds=1)


def opens(acting: Acting, patient: UUID) -> bool:
    try:
        get_patient_page(acting, patient)
    except NotFound:
        return False
    return True


def grant(clinic: Clinic, who: str, relation: Relation, **columns: object) -> None:
    """Give a grant from NOW on, as the system does."""
    set_context(system())
    Plant(connection.connection).grant(clinic.house.id_of(who), source=str(relation), **columns)
    clear_context()


def cover_asha(clinic: Clinic, since: datetime, until: datetime) -> None:
    """Let the clinician Asha stand in for Dana: she reaches only whom she is given."""
    cover_caseload(
        clinic.house.acting("sol"), absent=clinic.house.id_of("dana"), covering=clinic.house.id_of("lee"), since=since,
        until=until, reason="Away",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "owners"),
    [
        (later(days=1) - MOMENT, ("lee",)),
        (later(days=1), ("lee", "dana")),
        (later(days=3) - MOMENT, ("lee", "dana")),
        (later(days=3), ("lee",)),
    ],
)
def test_cover_answers_for_the_absent_only_during_its_dates(
    clinic: Clinic, at: datetime, owners: tuple[str, ...]
) -> None:
    cover_asha(clinic, later(days=1), later(days=3))

    lee = clinic.house.acting("lee", at=at)
    set_context(lee)
    reach = load_reach(lee)
    clear_context()

    assert reach.owners == tuple(clinic.house.id_of(who) for who in owners)
    shown = {row.id for group in get_today_page(lee).groups for row in group.rows}
    assert shown == ({clinic.task, clinic.task_of_ada} if "dana" in owners else set())


@pytest.mark.parametrize(
    ("relation", "who", "is_open"),
    [
        (Relation.CARE_TEAM, "asha", True),
        (Relation.VISIT, "asha", True),
        (Relation.CASELOAD, "asha", False),
        (Relation.UNIT, "asha", False),
        (Relation.VISIT, "tom", True),
        (Relation.CARE_TEAM, "tom", False),
        (Relation.BILLING_CASE, "ines", True),
        (Relation.VISIT, "ines", False),
        (Relation.CASELOAD, "saul", False),
        (Relation.CASELOAD, "noor", False),
        (Relation.BREAK_GLASS, "tom", False),
    ],
)
def test_a_grant_opens_only_through_a_relation_of_the_role(
    clinic: Clinic, relation: Relation, who: str, is_open: bool
) -> None:
    grant(clinic, who, relation, patient_id=clinic.otto)

    assert opens(clinic.house.acting(who), clinic.otto) is is_open


WHEN: list[tuple[timedelta, bool]] = [
    (timedelta(0), True),
    (timedelta(days=2) - MOMENT, True),
    (timedelta(days=2), False),
    (timedelta(days=-1), False),
]


@pytest.mark.parametrize(("after", "is_open"), WHEN)
def test_a_grant_holds_from_its_first_moment_until_just_before_its_last(
    clinic: Clinic, after: timedelta, is_open: bool
) -> None:
    lasting = type(_range(NOW, NOW))(NOW, later(days=2))
    grant(clinic, "tom", Relation.VISIT, patient_id=clinic.otto, during=lasting)

    assert opens(clinic.house.acting("tom", at=NOW + after), clinic.otto) is is_open


def _range(since: datetime, until: datetime) -> object:
    from psycopg.types.range import TimestamptzRange

    return TimestamptzRange(since, until)


@pytest.mark.parametrize(("purpose", "is_open"), [(Purpose.PAYMENT, True), (Purpose.TREATMENT, False)])
def test_a_grant_for_a_purpose_opens_nothing_for_another(clinic: Clinic, purpose: Purpose, is_open: bool) -> None:
    grant(clinic, "ines", Relation.BILLING_CASE, patient_id=clinic.rosa, purpose="payment")

    assert opens(clinic.house.acting("ines", purpose=purpose), clinic.rosa) is is_open


def test_a_patient_who_moves_to_another_caseload_takes_the_grant_along(clinic: Clinic) -> None:
    def through(who: str, at: datetime) -> frozenset[Relation]:
        acting = clinic.house.acting(who, at=at)
        set_context(acting)
        found = load_relations(acting, clinic.rosa, clinic.house.north)[0]
        clear_context()
        return found

    assign_caseload(clinic.house.acting("sol", at=later(hours=1)), [clinic.rosa], to_person=clinic.house.id_of("lee"))

    both = {Relation.CASELOAD, Relation.UNIT}
    assert (through("dana", later(minutes=59)), through("lee", later(minutes=59))) == (both, {Relation.UNIT})
    assert (through("dana", later(hours=1)), through("lee", later(hours=1))) == ({Relation.UNIT}, both)


def test_who_could_see_this_on_that_day_is_still_known_after_everything_ended(clinic: Clinic) -> None:
    assign_caseload(clinic.house.acting("sol", at=later(days=1)), [clinic.rosa, clinic.ada],
                    to_person=clinic.house.id_of("lee"))  # fmt: skip
    deactivate(clinic.house.acting("noor", at=later(days=2)), person_id=clinic.house.id_of("dana"))

    set_context(system(Purpose.OPERATE, later(days=9)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source, upper(during) FROM access_grant WHERE person_id = %s ORDER BY source, upper(during)",
            [clinic.house.id_of("dana")],
        )
        kept = cursor.fetchall()
    clear_context()

    assert kept == [("caseload", later(days=1)), ("caseload", later(days=1)), ("unit", later(days=2))]


def test_cover_by_somebody_of_another_team_or_for_no_time_is_refused(clinic: Clinic) -> None:
    tries: list[Callable[[], object]] = [
        lambda: cover_asha(clinic, later(days=3), later(days=1)),
        lambda: cover_asha(clinic, NOW, NOW),
        lambda: cover_asha(clinic, NOW, later(days=367)),
        lambda: cover_caseload(
            clinic.house.acting("sol"), absent=clinic.house.id_of("dana"), covering=clinic.house.id_of("kim"),
            since=NOW, until=later(days=1), reason="",
        ),
        lambda: cover_caseload(
            clinic.house.acting("sol"), absent=clinic.house.id_of("dana"), covering=clinic.house.id_of("dana"),
            since=NOW, until=later(days=1), reason="",
        ),
    ]  # fmt: skip
    for work in tries:
        with pytest.raises(Refusal):
            work()
