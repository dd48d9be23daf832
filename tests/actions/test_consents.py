"""The circle through its doors: added, changed, ended; agreed to and taken back; told, or refused with the reason."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from careloop.actions.consents import add_member, change_member, end_member, give_consent, set_code, take_back
from careloop.actions.disclosures import note_disclosure, tell_member
from careloop.actions.documents import add_document
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import SYSTEM_ID, Acting, Label
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
from careloop.facts.disclosures import Basis, NoteDraft, What
from careloop.reads.consents import get_circle_page
from careloop.reads.disclosures import get_accounting, get_disclosures_page
from careloop.reads.people import get_patient_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import NOW, House

pytestmark = pytest.mark.django_db
ANA = MemberDraft("Ana Alvarez", Relation.CHILD, language="es", phone="555 010 0199", is_emergency=True)
RIDES = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.PHONE,), GivenHow.SCREEN)
AT_NINE = TellDraft(TellAsk(Topic.VISITS, ConsentPurpose.CARE, Road.PHONE), "The visit is at nine.")


def refusal(do: object) -> str:
    with pytest.raises(Refusal) as no:
        do()  # type: ignore[operator]
    return no.value.say.key


def insert(patient: UUID, *, at: datetime = NOW, label: Label = Label.NONE) -> None:
    """Add a line to the ledger past the doors."""
    ask(
        "INSERT INTO disclosure (patient_id, unit_id, label_mask, at, person_id, what, recipient, reason, sha256,"
        " counts, basis) SELECT id, unit_id, %s, %s, %s, 'noted', 'Court', 'Order', '', '{}', 'law' FROM patient"
        " WHERE id = %s RETURNING id", int(label), at, SYSTEM_ID, patient,
    )  # fmt: skip


@pytest.fixture
def ana(dana: Acting, rosa: UUID) -> UUID:
    return add_member(dana, rosa, ANA)


def test_whoever_is_added_may_hear_nothing_and_the_card_says_what_was_agreed_to(
    dana: Acting, rosa: UUID, ana: UUID
) -> None:
    (line,) = get_patient_page(dana, rosa).circle
    assert (line.name, line.relation, line.is_emergency, line.hearing) == ("Ana Alvarez", Relation.CHILD, True, ())

    give_consent(dana, rosa, replace(RIDES, until=(NOW + timedelta(days=30)).date()), member_id=ana)

    ((part,),) = (one.hearing for one in get_patient_page(dana, rosa).circle)
    assert (part.topics, part.roads, part.until) == (
        (Topic.VISITS,), (Road.PHONE,), (NOW + timedelta(days=30)).date(),
    )  # fmt: skip
    assert broken_invariants() == {}


def test_a_change_keeps_how_it_was_and_the_second_who_changes_is_refused(dana: Acting, rosa: UUID, ana: UUID) -> None:
    change_member(dana, rosa, replace(ANA, phone="555 010 0100"), member_id=ana, version=1)

    with pytest.raises(TakenMeanwhile):
        change_member(dana, rosa, ANA, member_id=ana, version=1)

    rows = ask("SELECT version, body ->> 'phone' FROM circle_change WHERE member_id = %s ORDER BY version", ana)
    assert rows == [(1, "555 010 0199"), (2, "555 010 0100")]


def test_who_leaves_the_circle_is_told_nothing_any_more(dana: Acting, rosa: UUID, ana: UUID) -> None:
    give_consent(dana, rosa, RIDES, member_id=ana)

    end_member(dana, rosa, member_id=ana, version=1, reason="They parted")

    page = get_circle_page(dana, rosa)
    assert page.members == ()
    assert [(one.ended_because, one.consents[0].taken_back_because) for one in page.former] == [
        ("They parted", "They parted")
    ]
    with pytest.raises(NotFound):
        tell_member(dana, rosa, AT_NINE, member_id=ana)
    assert broken_invariants() == {}


def test_what_is_told_is_a_line_with_consent_words_and_hash(house: House, dana: Acting, rosa: UUID, ana: UUID) -> None:
    (consent,) = give_consent(dana, rosa, RIDES, member_id=ana)

    tell_member(dana, rosa, AT_NINE, member_id=ana)

    assert ask(
        "SELECT member_id, consent_id, basis, words, person_id, sha256 = sha256(words::bytea) FROM disclosure"
    ) == [(ana, consent, "consent", "The visit is at nine.", house.id_of("dana"), True)]
    assert broken_invariants() == {}


TELLINGS: list[tuple[TellDraft, str]] = [
    (replace(AT_NINE, ask=replace(AT_NINE.ask, topic=Topic.RESULTS)), "refusal.telling_other_topic"),
    (replace(AT_NINE, ask=replace(AT_NINE.ask, road=Road.TEXT)), "refusal.telling_other_road"),
    (replace(AT_NINE, ask=replace(AT_NINE.ask, purpose=ConsentPurpose.PAYMENT)), "refusal.telling_other_purpose"),
    (replace(AT_NINE, ask=replace(AT_NINE.ask, labels=Label.HIV)), "refusal.telling_guarded"),
    (replace(AT_NINE, ask=replace(AT_NINE.ask, labels=Label.PSY)), "refusal.telling_unseen"),
    (replace(AT_NINE, words=" "), "refusal.disclosure_words"),
]


@pytest.mark.parametrize(("draft", "key"), TELLINGS)
def test_what_was_not_agreed_to_is_refused_with_the_reason_and_leaves_no_line(
    dana: Acting, rosa: UUID, ana: UUID, draft: TellDraft, key: str
) -> None:
    give_consent(dana, rosa, RIDES, member_id=ana)

    assert refusal(lambda: tell_member(dana, rosa, draft, member_id=ana)) == key
    assert ask_one("SELECT count(*) FROM disclosure") == 0


def test_without_a_consent_nobody_is_told_and_after_taking_back_nobody_any_more(
    dana: Acting, rosa: UUID, ana: UUID
) -> None:
    assert refusal(lambda: tell_member(dana, rosa, AT_NINE, member_id=ana)) == "refusal.telling_not_asked"
    (first,) = give_consent(dana, rosa, RIDES, member_id=ana)
    # Agreed to again meanwhile: taking one back takes back whatever says the same.
    give_consent(dana, rosa, RIDES, member_id=ana)

    assert take_back(dana, rosa, member_id=ana, consent_id=first, reason="She said no more") == 2

    assert refusal(lambda: tell_member(dana, rosa, AT_NINE, member_id=ana)) == "refusal.telling_taken_back"
    assert refusal(lambda: take_back(dana, rosa, member_id=ana, reason="Again")) == "refusal.consent_taken_back"


def test_a_consent_by_voice_ends_after_thirty_days_and_needs_another_member_of_staff(
    house: House, dana: Acting, rosa: UUID, ana: UUID
) -> None:
    voice = replace(RIDES, how=GivenHow.VOICE)
    own, other = (replace(voice, witness_id=house.id_of(key)) for key in ("dana", "lee"))
    assert refusal(lambda: give_consent(dana, rosa, own, member_id=ana)).startswith("refusal.consent_")

    give_consent(dana, rosa, other, member_id=ana)

    assert ask_one("SELECT ends_at - starts_at FROM consent") == timedelta(days=30)
    late = replace(dana, at=NOW + timedelta(days=30))
    assert refusal(lambda: tell_member(late, rosa, AT_NINE, member_id=ana)) == "refusal.telling_over"


def test_a_consent_on_paper_lies_on_a_document_of_this_patient(dana: Acting, rosa: UUID, ben: UUID, ana: UUID) -> None:
    own, foreign = (
        add_document(dana, one, content=b"I agree. " + str(one).encode(), title="Consent", dated_on=None).document_id
        for one in (rosa, ben)
    )
    paper = replace(RIDES, how=GivenHow.PAPER)

    with pytest.raises(NotFound):
        give_consent(dana, rosa, replace(paper, document_id=foreign), member_id=ana)
    give_consent(dana, rosa, replace(paper, document_id=own), member_id=ana)

    assert ask_one("SELECT document_id FROM consent") == own


def test_everything_does_not_hold_what_is_guarded_unless_it_is_named(dana: Acting, rosa: UUID, ana: UUID) -> None:
    every = replace(RIDES, topics=(Topic.EVERYTHING,))
    hiv = TellDraft(TellAsk(Topic.RESULTS, ConsentPurpose.CARE, Road.PHONE, Label.HIV), "The test is back.")
    give_consent(dana, rosa, every, member_id=ana)
    assert refusal(lambda: tell_member(dana, rosa, hiv, member_id=ana)) == "refusal.telling_guarded"

    give_consent(dana, rosa, replace(every, named=Label.HIV), member_id=ana)
    tell_member(dana, rosa, hiv, member_id=ana)

    assert ask_one("SELECT label_mask FROM disclosure") == int(Label.HIV)
    assert broken_invariants() == {}


def test_the_accounting_holds_what_the_law_asked_for_and_counts_what_it_leaves_out(
    dana: Acting, rosa: UUID, ana: UUID
) -> None:
    give_consent(dana, rosa, RIDES, member_id=ana)
    tell_member(dana, rosa, AT_NINE, member_id=ana)
    law = NoteDraft("County health office", "A reportable result", Basis.LAW, "The result of 3 November")
    insert(rosa, at=NOW - timedelta(days=6 * 366 + 1))
    note_disclosure(dana, rosa, law)
    note_disclosure(dana, rosa, replace(law, basis=Basis.TREATMENT))

    page, paper = get_disclosures_page(dana, rosa), get_accounting(dana, rosa)

    assert (page.count, page.counted, page.left_out, page.hidden) == (4, 1, 2, 0)
    assert [(one.what, one.to, one.is_counted) for one in page.lines if one.what is What.TOLD] == [
        (What.TOLD, "Ana Alvarez", False)
    ]
    assert [(one.to, one.basis) for one in paper.lines] == [("County health office", Basis.LAW)]


def test_a_disclosure_to_somebody_else_cannot_claim_a_consent(dana: Acting, rosa: UUID) -> None:
    draft = NoteDraft("Ana", "She asked", Basis.CONSENT, "All of it")

    assert refusal(lambda: note_disclosure(dana, rosa, draft)) == "refusal.disclosure_basis"


def test_who_may_not_see_a_line_is_told_that_the_accounting_is_not_whole(dana: Acting, rosa: UUID) -> None:
    insert(rosa)
    insert(rosa, label=Label.PSY)

    page, paper = get_disclosures_page(dana, rosa), get_accounting(dana, rosa)

    assert (page.count, page.hidden, len(paper.lines), paper.hidden) == (1, 1, 1, 1)


@pytest.mark.parametrize("who", ["kim", "tom", "ines", "saul", "noor"])
def test_the_circle_is_shut_to_the_other_team_and_to_roles_without_the_right(
    house: House, rosa: UUID, ana: UUID, who: str
) -> None:
    other = house.acting(who)
    doors = (
        lambda: get_circle_page(other, rosa),
        lambda: add_member(other, rosa, ANA),
        lambda: change_member(other, rosa, ANA, member_id=ana, version=1),
        lambda: end_member(other, rosa, member_id=ana, version=1, reason="x"),
        lambda: give_consent(other, rosa, RIDES, member_id=ana),
        lambda: take_back(other, rosa, member_id=ana, reason="x"),
        lambda: set_code(other, rosa, code="maple"),
        lambda: tell_member(other, rosa, AT_NINE, member_id=ana),
        lambda: note_disclosure(other, rosa, NoteDraft("a", "b", Basis.LAW, "c")),
    )
    for door in doors:
        with pytest.raises(NotFound):
            door()


def test_somebody_of_another_patients_circle_is_not_there(dana: Acting, rosa: UUID, ben: UUID, ana: UUID) -> None:
    for door in (
        lambda: give_consent(dana, ben, RIDES, member_id=ana),
        lambda: tell_member(dana, ben, AT_NINE, member_id=ana),
        lambda: change_member(dana, ben, ANA, member_id=ana, version=1),
        lambda: set_code(dana, ben, code="maple", member_id=ana),
        lambda: take_back(dana, rosa, member_id=ana, consent_id=uuid4(), reason="x"),
    ):
        with pytest.raises(NotFound):
            door()


def test_a_name_is_needed_and_words_have_an_end(dana: Acting, rosa: UUID) -> None:
    assert refusal(lambda: add_member(dana, rosa, replace(ANA, name=" \x00"))) == "refusal.member_name"
    assert refusal(lambda: add_member(dana, rosa, replace(ANA, phone="5" * 201))) == "refusal.member_words"
    assert refusal(lambda: set_code(dana, rosa, code=" a b c ")) == "refusal.caller_code"
