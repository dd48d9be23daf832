"""What the database itself refuses in a circle, tried past every door; and that it decides as the rule does."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careloop.facts.access import SYSTEM_ID, Label
from careloop.facts.consents import TOLD_TOPICS, Consent, ConsentPurpose, Road, TellAsk, Topic
from careloop.rules.consents import decide
from tests.records.consents import plant_code, plant_consent, plant_member, plant_told
from tests.records.papers import plant_document
from tests.records.plant import AT, Plant, days
from tests.records.test_constraints import refused

Try = Callable[[Plant, int, UUID], object]
BACK = {"taken_back_at": AT, "taken_back_by_id": SYSTEM_ID, "taken_back_because": "No more"}


def consent(**changed: object) -> Try:
    return lambda plant, unit, patient: plant_consent(
        plant, unit, patient, plant_member(plant, unit, patient), **changed
    )


def by_voice(**changed: object) -> Try:
    return lambda plant, unit, patient: plant_consent(
        plant, unit, patient, plant_member(plant, unit, patient), how="voice",
        **({"witness_id": plant.person()} | changed),
    )  # fmt: skip


def on_paper_of_another(plant: Plant, unit: int, patient: UUID) -> object:
    paper = plant_document(plant, unit, plant.patient(unit))
    return plant_consent(plant, unit, patient, plant_member(plant, unit, patient), how="paper", document_id=paper)


def for_who_left(plant: Plant, unit: int, patient: UUID) -> object:
    member = plant_member(plant, unit, patient, ended_at=AT, ended_because="Moved")
    return plant_consent(plant, unit, patient, member)


def for_anothers(plant: Plant, unit: int, patient: UUID) -> object:
    return plant_consent(plant, unit, patient, plant_member(plant, unit, plant.patient(unit)))


def rewritten(column: str, value: object, **first: object) -> Try:
    def do(plant: Plant, unit: int, patient: UUID) -> object:
        key = plant_consent(plant, unit, patient, plant_member(plant, unit, patient), **first)
        return plant.run(f"UPDATE consent SET {column} = %s WHERE id = %s", value, key)

    return do


def told(**changed: object) -> Try:
    def do(plant: Plant, unit: int, patient: UUID) -> object:
        member = plant_member(plant, unit, patient)
        return plant_told(plant, unit, patient, member, plant_consent(plant, unit, patient, member), **changed)

    return do


def told_after(**consented: object) -> Try:
    def do(plant: Plant, unit: int, patient: UUID) -> object:
        member = plant_member(plant, unit, patient)
        key = plant_consent(plant, unit, patient, member, **consented)
        return plant_told(plant, unit, patient, member, key)

    return do


def told_another(plant: Plant, unit: int, patient: UUID) -> object:
    one, other = plant_member(plant, unit, patient), plant_member(plant, unit, patient)
    return plant_told(plant, unit, patient, one, plant_consent(plant, unit, patient, other))


def told_by_anothers_document(plant: Plant, unit: int, patient: UUID) -> object:
    paper = plant_document(plant, unit, plant.patient(unit))
    return told(document_id=paper)(plant, unit, patient)


def left_and_changed(plant: Plant, unit: int, patient: UUID) -> object:
    member = plant_member(plant, unit, patient, ended_at=AT, ended_because="Moved")
    return plant.run("UPDATE circle_member SET name = 'Other', version = 2 WHERE id = %s", member)


def two_codes(plant: Plant, unit: int, patient: UUID) -> object:
    return [plant_code(plant, unit, patient) for _ in "ab"]


TRIES: list[tuple[str, Try, str]] = [
    ("an unknown topic", consent(topic="gossip"), "consent_topic_is_known"),
    ("an unknown road", consent(road="fax"), "consent_road_is_known"),
    ("an unknown purpose", consent(purpose="sale"), "consent_purpose_is_known"),
    ("an unknown way", consent(how="rumour"), "consent_how_is_known"),
    ("an end before the beginning", consent(ends_at=AT), "consent_ends_later"),
    ("restricted named", consent(named_labels=128), "consent_labels_are_nameable"),
    ("paper without a paper", consent(how="paper"), "consent_on_paper_has_the_paper"),
    ("a paper of another", on_paper_of_another, "consent_is_not_hollow"),
    ("voice without a witness", by_voice(witness_id=None), "consent_by_voice_has_a_witness"),
    ("one's own witness", by_voice(witness_id=SYSTEM_ID), "consent_is_not_hollow"),
    ("a witness who is no staff", consent(how="voice", witness_id=uuid4()), "consent_is_not_hollow"),
    ("voice without an end", by_voice(ends_at=None), "consent_by_voice_has_a_witness"),
    ("voice for 31 days", by_voice(ends_at=AT + days(31)), "consent_by_voice_is_short"),
    ("mental health unnamed", consent(topic="mental"), "consent_names_what_it_is_about"),
    ("substance use on screen", consent(topic="substance", named_labels=1), "consent_part2_is_written"),
    ("for who left", for_who_left, "consent_is_not_hollow"),
    ("for somebody of another", for_anothers, "consent_is_not_hollow"),
    ("made wider", rewritten("topic", "everything"), "consent_is_only_taken_back"),
    ("made longer", rewritten("ends_at", AT + days(99)), "consent_is_only_taken_back"),
    ("given again", rewritten("taken_back_at", None, **BACK), "consent_is_only_taken_back"),
    ("taken back by nobody", rewritten("taken_back_at", AT), "consent_taken_back_by_somebody"),
    ("told of another topic", told(topic="results"), "telling_has_consent"),
    ("told on another road", told(road="text"), "telling_has_consent"),
    ("told what is guarded", told(label_mask=8), "telling_has_consent"),
    ("told too late", told(at=AT + days(10)), "telling_has_consent"),
    ("told too early", told(at=AT - timedelta(seconds=1)), "telling_has_consent"),
    ("told everything", told(topic="everything"), "telling_has_consent"),
    ("told with no consent", told(consent_id=None), "telling_has_consent"),
    ("told as if by law", told(basis="law"), "disclosure_to_circle_says_all"),
    ("told by another's consent", told_another, "telling_has_consent"),
    ("told after it was taken back", told_after(**BACK), "telling_has_consent"),
    ("told by a paper of another", told_by_anothers_document, "disclosure_of_own_document"),
    ("changed after leaving", left_and_changed, "member_who_left_stays_so"),
    ("two code words", two_codes, "caller_code_one_at_a_time"),
]


@pytest.mark.parametrize(("attempt", "constraint"), [one[1:] for one in TRIES], ids=[one[0] for one in TRIES])
def test_the_database_refuses(owner: Plant, attempt: Try, constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    assert refused(owner, lambda: attempt(owner, unit, patient)) == constraint


@pytest.mark.parametrize("table", ["circle_member", "circle_change", "consent", "disclosure", "caller_code"])
def test_nothing_of_it_is_deleted(owner: Plant, table: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    member = plant_member(owner, unit, patient)
    plant_told(owner, unit, patient, member, plant_consent(owner, unit, patient, member))
    plant_code(owner, unit, patient)

    with pytest.raises(psycopg.errors.RestrictViolation), owner.link.transaction():
        owner.run(f"DELETE FROM {table} WHERE patient_id = %s", patient)


def test_each_version_is_kept_and_who_leaves_may_hear_nothing_any_more(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    member = plant_member(owner, unit, patient)
    plant_consent(owner, unit, patient, member)
    code = plant_code(owner, unit, patient, member_id=member)

    owner.run("UPDATE circle_member SET phone = '555', version = 2 WHERE id = %s", member)
    owner.run("UPDATE circle_member SET ended_at = %s, ended_because = 'Moved', version = 3 WHERE id = %s", AT, member)

    kept = owner.link.execute(
        "SELECT version, body ->> 'phone', body ->> 'ended_because' FROM circle_change WHERE member_id = %s"
        " ORDER BY version", [member],
    ).fetchall()  # fmt: skip
    assert kept == [(1, "", ""), (2, "555", ""), (3, "555", "Moved")]
    assert owner.value("SELECT taken_back_because FROM consent WHERE member_id = %s", member) == "Moved"
    assert owner.value("SELECT ended_at FROM caller_code WHERE id = %s", code) == AT


MOMENTS = st.sampled_from([AT + timedelta(hours=one) for one in (-2, -1, 0, 1, 2)])
MASKS = st.integers(min_value=0, max_value=255)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    topic=st.sampled_from(list(Topic)),
    purpose=st.sampled_from(list(ConsentPurpose)),
    road=st.sampled_from([Road.PHONE, Road.TEXT]),
    named=st.integers(min_value=0, max_value=63),
    starts=MOMENTS,
    ends=st.none() | MOMENTS,
    back=st.none() | MOMENTS,
    of=st.sampled_from(TOLD_TOPICS),
    for_purpose=st.sampled_from(list(ConsentPurpose)),
    labels=st.sampled_from([0, 64]) | MASKS,
)
def test_the_rule_and_the_database_decide_alike(
    owner: Plant, *, topic: Topic, purpose: ConsentPurpose, road: Road, named: int, starts: object, ends: object,
    back: object, of: Topic, for_purpose: ConsentPurpose, labels: int,
) -> None:  # fmt: skip
    one = Consent(uuid4(), topic, purpose, road, Label(named), starts, ends, taken_back_at=back)  # type: ignore[arg-type]
    ask = TellAsk(of, for_purpose, Road.PHONE, Label(labels))

    found = owner.value(
        "SELECT consent_holds(jsonb_populate_record(NULL::consent, jsonb_build_object('topic', %s::text, 'purpose',"
        " %s::text, 'road', %s::text, 'named_labels', %s::int, 'starts_at', %s::timestamptz, 'ends_at',"
        " %s::timestamptz, 'taken_back_at', %s::timestamptz)), %s, %s, %s, %s, %s)",
        topic, purpose, road, named, starts, ends, back, str(of), str(for_purpose), "phone", labels, AT,
    )  # fmt: skip

    assert found is decide([one], ask, AT).is_allowed
