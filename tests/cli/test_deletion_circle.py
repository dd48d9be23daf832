"""The circle leaves with its patient's record and is deleted with it; what happens in it keeps the record longer."""

from uuid import UUID

import pytest

from careloop.actions.consents import add_member, give_consent, set_code, take_back
from careloop.actions.disclosures import tell_member
from careloop.actions.export import hand_out_record
from careloop.actions.retention import confirm_deletion, propose_deletion
from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.consents import (
    ConsentDraft,
    ConsentPurpose,
    GivenHow,
    MemberDraft,
    Relation,
    Road,
    TellAsk,
    TellDraft,
    Topic,
)
from careloop.facts.disclosures import Basis
from tests.actions.look import ask_one, broken_invariants
from tests.cli.old_records import THEN
from tests.people import House, later
from tests.reads.test_sensitive_documents import Basket

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]),
    pytest.mark.usefixtures("verified"),
]
RIDES = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.PHONE,), GivenHow.SCREEN)
TABLES = ("circle_member", "circle_change", "consent", "caller_code", "disclosure")


@pytest.fixture
def ana(house: House, rosa: UUID) -> UUID:
    """Somebody of the circle of an old record, who was told of a visit."""
    sol = house.acting("sol")
    key = add_member(sol, rosa, MemberDraft("Ana Alvarez", Relation.CHILD))
    give_consent(sol, rosa, RIDES, member_id=key)
    set_code(sol, rosa, code="maple tree", member_id=key)
    tell_member(sol, rosa, TellDraft(TellAsk(Topic.VISITS, ConsentPurpose.CARE, Road.PHONE), "At nine."), member_id=key)
    return key


def rows(patient: UUID) -> dict[str, int]:
    return {table: ask_one(f"SELECT count(*) FROM {table} WHERE patient_id = %s", patient) for table in TABLES}


def test_the_circle_leaves_with_the_record_without_its_code_word(house: House, rosa: UUID, ana: UUID) -> None:
    basket = Basket()

    hand_out_record(
        house.acting("sol"), rosa, sink=basket, recipient="Rosa", reason="Asked", basis=Basis.PATIENT_REQUEST
    )

    for table in ("circle_member", "circle_change", "consent", "disclosure"):
        assert str(ana) in basket.files[f"rows/{table}.jsonl"].decode(), table
    assert not [path for path in basket.files if "caller" in path]
    assert ask_one("SELECT basis FROM disclosure WHERE what = 'whole_record'") == "patient_request"


def test_the_circle_is_deleted_with_the_record(house: House, uma: UUID, rosa: UUID, ana: UUID) -> None:
    assert all(rows(rosa).values())

    propose_deletion(house.acting("sol", at=THEN), rosa)
    confirm_deletion(Acting(uma, Role.SUPERVISOR, THEN, Purpose.TREATMENT), rosa)

    assert not any(rows(rosa).values())
    assert broken_invariants() == {}


def test_a_consent_that_is_taken_back_begins_the_years_again(house: House, rosa: UUID, ana: UUID) -> None:
    take_back(house.acting("sol", at=later(days=400)), rosa, member_id=ana, reason="No more")

    with pytest.raises(Refusal) as no:
        propose_deletion(house.acting("sol", at=THEN), rosa)
    assert no.value.say.key == "refusal.record_not_past"
