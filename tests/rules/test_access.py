"""Who may do what, through which relation, and which labels: the tables as questions."""

from datetime import UTC, datetime
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.access import ALL_LABELS, SYSTEM_ID, Acting, Label, Purpose, Relation, Right, Role
from careloop.rules.access import (
    LABELS,
    THROUGH,
    grant_labels,
    has_right,
    is_allowed,
    is_system_purpose,
    may_see_labels,
    rights_of,
)

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
OWN = [p for p in Purpose if p.startswith("system:")]
HUMAN = [p for p in Purpose if not p.startswith("system:")]
EVERY_RELATION = frozenset(Relation)

actors = st.builds(
    Acting,
    person_id=st.just(UUID(int=1)),
    role=st.sampled_from(Role),
    at=st.just(AT),
    purpose=st.sampled_from(Purpose),
)
relations = st.frozensets(st.sampled_from(Relation))
labels = st.integers(0, 255)


def acting(role: Role, purpose: Purpose | None = None) -> Acting:
    usual = Purpose.OPERATE if role is Role.SYSTEM else Purpose.TREATMENT
    return Acting(SYSTEM_ID, role, AT, purpose or usual)


@pytest.mark.parametrize(
    ("role", "relation"), [(role, relation) for role in Role for relation in Relation if role is not Role.SYSTEM]
)
def test_a_patient_is_reached_only_through_a_relation_of_the_role(role: Role, relation: Relation) -> None:
    for right in rights_of(role):
        assert is_allowed(acting(role), right, {relation}) is (relation in THROUGH.get(role, ()))


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.SYSTEM])
def test_without_a_relation_nobody_is_reached(role: Role) -> None:
    assert not any(is_allowed(acting(role), right, ()) for right in Right)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_some_roles_reach_no_patient_whatever_they_are_granted(role: Role) -> None:
    assert not any(is_allowed(acting(role), right, EVERY_RELATION) for right in Right)


@pytest.mark.parametrize("purpose", HUMAN)
def test_the_system_has_no_right_for_a_purpose_of_people(purpose: Purpose) -> None:
    assert not any(has_right(acting(Role.SYSTEM, purpose), right) for right in Right)


@pytest.mark.parametrize("purpose", OWN)
def test_the_system_has_every_right_for_a_purpose_of_its_own(purpose: Purpose) -> None:
    assert all(is_allowed(acting(Role.SYSTEM, purpose), right, ()) for right in Right)


@given(st.sampled_from([r for r in Role if r is not Role.SYSTEM]), st.sampled_from(OWN), st.sampled_from(Right))
def test_nobody_else_has_a_right_for_a_purpose_of_the_system(role: Role, purpose: Purpose, right: Right) -> None:
    assert not is_allowed(acting(role, purpose), right, EVERY_RELATION)


@given(actors, st.sampled_from(Right), relations)
def test_what_is_allowed_is_a_right_of_the_role(who: Acting, right: Right, through: frozenset[Relation]) -> None:
    if is_allowed(who, right, through):
        assert has_right(who, right)
        assert right in rights_of(who.role)


@given(actors, st.sampled_from(Right), relations, st.sampled_from(Relation))
def test_one_more_relation_takes_nothing_away(
    who: Acting, right: Right, through: frozenset[Relation], more: Relation
) -> None:
    assert is_allowed(who, right, through | {more}) or not is_allowed(who, right, through)


@given(actors, labels, labels)
def test_a_row_is_seen_only_if_role_and_grant_both_hold_every_bit(who: Acting, row: int, granted: int) -> None:
    seen = may_see_labels(who, row, granted)

    if who.role is Role.SYSTEM:
        assert seen
    else:
        assert seen == (row & ~granted == 0 and row & ~int(LABELS[who.role]) == 0)


@given(st.sampled_from(Role), labels)
def test_a_row_without_labels_is_open_to_every_grant(role: Role, granted: int) -> None:
    assert may_see_labels(acting(role), 0, granted)


SEES = {
    Role.COORDINATOR: "VIOLENCE HIV REPRO ADOLESCENT EMPLOYEE",
    Role.SUPERVISOR: "VIOLENCE HIV REPRO ADOLESCENT EMPLOYEE",
    Role.CLINICIAN: "PSY VIOLENCE HIV REPRO ADOLESCENT EMPLOYEE RESTRICTED",
    Role.FRONT_DESK: "",
    Role.BILLING: "",
    Role.PATIENT: "PART2 PSY VIOLENCE HIV REPRO ADOLESCENT EMPLOYEE",
    Role.PROXY: "",
    Role.PARTNER: "",
    Role.AUDITOR: "",
    Role.ADMINISTRATOR: "",
    Role.SYSTEM: "PART2 PSY VIOLENCE HIV REPRO ADOLESCENT EMPLOYEE RESTRICTED",
}


@pytest.mark.parametrize("role", Role)
def test_the_labels_of_a_role_are_these(role: Role) -> None:
    seen = {label.name for label in Label if label and may_see_labels(acting(role), int(label), int(ALL_LABELS))}

    assert seen == set(SEES[role].split())
    assert {label.name for label in grant_labels(role)} == seen


def test_nobody_who_makes_packets_letters_or_messages_sees_what_is_labelled_as_substance_use_treatment() -> None:
    """So none of them can carry it; a summary of a meeting can, by a consent, and bears the notice of 42 CFR 2.32."""
    makers = [role for role in Role if rights_of(role) & {Right.MESSAGE_WRITE, Right.REFERRAL_WRITE}]

    assert Role.COORDINATOR in makers
    assert [role for role in makers if role is not Role.SYSTEM and LABELS[role] & Label.PART2] == []


@pytest.mark.parametrize(("one", "other"), list(combinations([Label.PSY, Label.HIV, Label.PART2], 2)))
def test_a_row_with_two_labels_is_seen_by_whoever_sees_both(one: Label, other: Label) -> None:
    for role in Role:
        both = may_see_labels(acting(role), int(one | other), 255)
        assert both is (may_see_labels(acting(role), int(one), 255) and may_see_labels(acting(role), int(other), 255))


def test_purposes_of_the_system_are_told_by_their_name() -> None:
    assert [p for p in Purpose if is_system_purpose(p)] == OWN
    assert len(OWN) == 6
