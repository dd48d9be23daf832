"""A clinician signs checks on and off: who may, what is refused, what the worker then does, and what it asks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError

from careloop.actions.checks import get_rules_version, recheck_after_new_rules
from careloop.actions.signing import review_checks, sign_check, sign_check_for
from careloop.actions.worklist import dismiss_loop, finish_loop, log_contact, start_loop
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Purpose
from careloop.facts.checks import Bound, Check
from careloop.facts.signing import Precision, Signature
from careloop.facts.worklist import Answer, Confidence, ContactResult, Outcome
from careloop.reads.signing import get_check_page, list_checks
from careloop.reads.worklist import get_explanation, get_today_page
from careloop.rules.checks import find_checks
from careloop.worklist import knowledge as at_work
from tests.actions.few import FEW
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import SCREENED, answer, bring, bring_cared_for, diabetic, due, loops, person, the_loop, work
from tests.people import NOW, House, later, system

pytestmark = pytest.mark.django_db

HBA1C, COLORECTAL = "hba1c_overdue", "colorectal_screening"
SUGAR = Bound(f"{HBA1C}.sugar", Decimal("7.0"), Decimal("6.5"), Decimal("9"), "%", Say(f"check.{HBA1C}.name"))
ON, OFF = Signature(HBA1C, is_on=True), Signature(HBA1C, is_on=False)


@pytest.fixture(autouse=True)
def _first_version(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    check_as(monkeypatch, version=1, from_on=date(2026, 11, 21))
    monkeypatch.setattr("careloop.actions.checks.find_checks", lambda: {name: find_checks()[name] for name in FEW})
    at_work._read.cache_clear()
    yield
    at_work._read.cache_clear()


def check_as(monkeypatch: pytest.MonkeyPatch, **changes: object) -> Check:
    """Put another version of the HbA1c check in the house."""
    changed = replace(find_checks()[HBA1C], **changes)
    monkeypatch.setattr("careloop.rules.checks.CHECKS", {**find_checks(), HBA1C: changed})
    at_work._read.cache_clear()
    return changed


def sign(house: House, signature: Signature, *, who: str = "asha", at: float = 0) -> None:
    page = get_check_page(house.acting("dana", at=later(hours=at)), signature.check)
    seen = page.history[0].id if page.history else None
    sign_check(house.acting(who, at=later(hours=at)), signature, seen=seen)


def go_on(hours: float) -> tuple[int, int]:
    """Do what a worker does that sees new rules."""
    while recheck_after_new_rules(system(Purpose.CHECKS, later(hours=hours)), how_many=100):
        pass
    return work(later(hours=hours))


def test_a_clinician_signs_and_the_signature_is_kept_with_name_moment_and_words(house: House) -> None:
    sign(house, replace(OFF, note=" Too many.\x00 "))
    sign(house, ON, at=1)

    page = get_check_page(house.acting("dana", at=later(hours=2)), HBA1C)
    assert [(s.is_on, s.signed_by, s.from_at, s.note, s.version) for s in page.history] == [
        (True, "Asha", later(hours=1), "", 1),
        (False, "Asha", NOW, "Too many.", 1),
    ]
    assert page.line.standing.is_on
    assert not page.can_sign
    assert get_check_page(house.acting("asha"), HBA1C).can_sign


@pytest.mark.parametrize("who", ["dana", "sol", "tom", "ines", "saul", "noor"])
def test_nobody_but_a_clinician_signs(house: House, who: str) -> None:
    with pytest.raises(NotFound):
        sign_check(house.acting(who), OFF)

    assert ask("SELECT 1 FROM check_setting") == []


@pytest.mark.parametrize(("who", "may"), [("dana", 1), ("sol", 1), ("asha", 1), ("tom", 0), ("ines", 0), ("noor", 0)])
def test_those_who_work_with_findings_see_the_checks(house: House, who: str, may: int) -> None:
    if may:
        assert [line.name for line in list_checks(house.acting(who))] == sorted(find_checks())
    else:
        with pytest.raises(NotFound):
            list_checks(house.acting(who))
        with pytest.raises(NotFound):
            get_check_page(house.acting(who), HBA1C)


def test_the_operator_types_for_a_clinician_who_is_named(house: House) -> None:
    sign_check_for(system(), OFF, clinician=" ASHA@clinic.example ")

    assert ask("SELECT p.name, s.is_on FROM check_setting s JOIN person p ON p.id = s.signed_by_id") == [
        ("Asha", False)
    ]
    for who in ("asha", "noor"):
        with pytest.raises(NotFound):
            sign_check_for(house.acting(who), ON, clinician="asha@clinic.example")


@pytest.mark.parametrize("email", ["dana@clinic.example", "nobody@clinic.example", ""])
def test_the_operator_cannot_type_for_somebody_who_is_no_clinician(house: House, email: str) -> None:
    with pytest.raises(Refusal) as no:
        sign_check_for(system(), OFF, clinician=email)

    assert no.value.say.key == "refusal.signer"
    assert ask("SELECT 1 FROM check_setting") == []


def test_the_system_signs_nothing_in_its_own_name(house: House) -> None:
    with pytest.raises(Refusal) as no:
        sign_check(system(), OFF)

    assert no.value.say.key == "refusal.signer"


def test_what_cannot_be_signed_is_refused_and_nothing_is_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    check_as(monkeypatch, bounds=(SUGAR,))
    wrong = {
        "refusal.no_such_check": Signature("tea_leaves", is_on=True),
        "refusal.threshold.out_of_bounds": replace(ON, thresholds={"sugar": "9.5"}),
        "refusal.threshold.unknown": replace(ON, thresholds={"salt": "7"}),
        "refusal.threshold.no_number": replace(ON, thresholds={"sugar": "high"}),
        "refusal.note_too_long": replace(ON, note="x" * 2001),
    }

    for key, signature in wrong.items():
        with pytest.raises(Refusal) as no:
            sign_check(house.acting("asha"), signature)
        assert no.value.say.key == key
    assert ask("SELECT 1 FROM check_setting") == []


def test_of_two_who_sign_at_once_the_second_is_told(house: House) -> None:
    sign(house, OFF)

    with pytest.raises(TakenMeanwhile):
        sign_check(house.acting("asha", at=later(hours=1)), ON, seen=None)
    assert ask("SELECT is_on FROM check_setting") == [(False,)]


def test_two_signatures_of_one_moment_keep_their_order(house: House) -> None:
    for signature in (OFF, ON, OFF):
        sign(house, signature)

    page = get_check_page(house.acting("dana"), HBA1C)
    assert [one.is_on for one in page.history] == [False, True, False]
    assert not page.line.standing.is_on


@pytest.mark.parametrize("change", ["UPDATE check_setting SET is_on = true", "DELETE FROM check_setting"])
def test_a_signature_is_never_changed(house: House, change: str) -> None:
    sign(house, OFF)

    with pytest.raises(DatabaseError):
        ask(f"{change} RETURNING 1")


def test_a_check_that_is_switched_off_takes_its_findings_off_and_on_again_finds_anew(house: House) -> None:
    bring_cared_for(house, "ana", *diabetic("ana"))
    bring(house, *(person(f"p{n}", SCREENED) for n in range(16)), name="many.json")
    work()
    assert ask_one("SELECT count(*) FROM waiting_finding WHERE check_name = %s", COLORECTAL) > 0
    first = the_one(HBA1C)

    sign(house, OFF, at=1)
    sign(house, Signature(COLORECTAL, is_on=False), at=1)
    assert go_on(1) == (17, 0)

    assert loops() == []
    assert ask("SELECT 1 FROM waiting_finding") == []
    told = get_explanation(house.acting("dana", at=later(hours=1)), first)
    assert (told.row.outcome, told.history[0].say.key) == (Outcome.WITHDRAWN, "event.switched_off")
    assert list_checks(house.acting("dana", at=later(hours=2)))[1].precision.closed == 0

    # The day's number was used up before: the next day opens it.
    sign(house, ON, at=26)
    go_on(26)
    assert loops() == [("ana", HBA1C, None)]
    assert the_one(HBA1C) != first
    assert broken_invariants() == {}


def the_one(check: str) -> UUID:
    found: UUID = ask_one("SELECT id FROM loop WHERE check_name = %s AND state <> 'closed'", check)
    return found


def test_a_check_of_general_knowledge_finds_nothing_until_it_is_signed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_as(monkeypatch, confidence=Confidence.GENERAL)
    bring_cared_for(house, "ana", *diabetic("ana"))
    assert work() == (1, 0)

    sign(house, ON, at=1)
    assert go_on(1) == (1, 1)

    check_as(monkeypatch, version=2)
    assert go_on(2) == (1, 0)
    assert loops() == []
    (line,) = [one for one in list_checks(house.acting("dana", at=later(hours=2))) if one.name == HBA1C]
    assert (line.standing.is_on, line.standing.asks_again) == (False, True)


def test_a_signature_that_changes_nothing_sets_nobody_to_be_looked_at_again(house: House) -> None:
    bring_cared_for(house, "ana", *diabetic("ana"))
    work()
    before = get_rules_version(system(Purpose.CHECKS))

    sign(house, ON, at=1)

    assert get_rules_version(system(Purpose.CHECKS)) == before
    assert recheck_after_new_rules(system(Purpose.CHECKS, later(hours=1)), how_many=9) == 0
    sign(house, OFF, at=2)
    assert get_rules_version(system(Purpose.CHECKS)) != before
    assert due("ana") is not None


def test_a_threshold_reaches_the_check_and_the_loop_says_by_which_it_was_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_checks()[HBA1C]
    check_as(
        monkeypatch,
        bounds=(SUGAR,),
        find=lambda chart, on, knowledge: real.find(chart, on, knowledge) if SUGAR.value(knowledge) < 8 else Answer(),
    )
    bring_cared_for(house, "ana", *diabetic("ana"))
    work()
    told = get_explanation(house.acting("dana"), the_one(HBA1C))
    assert told.check == HBA1C
    assert told.judged_by is not None
    assert (told.judged_by.version, told.judged_by.from_on) == (1, date(2026, 11, 21))
    assert told.judged_by.thresholds == {SUGAR.name: Decimal("7.0")}
    assert told.thresholds == ((SUGAR.says, "7.0 %"),)

    sign(house, replace(ON, thresholds={"sugar": "8.5"}), at=1)
    go_on(1)
    assert loops() == []

    sign(house, replace(ON, thresholds={"sugar": "7.5"}), at=2)
    go_on(2)
    again = get_explanation(house.acting("dana", at=later(hours=2)), the_one(HBA1C)).judged_by
    assert again is not None
    assert again.thresholds == {SUGAR.name: Decimal("7.5")}
    assert again.knowledge != told.judged_by.knowledge


def test_a_loop_whose_facts_change_rests_on_the_rule_of_that_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_cared_for(house, "ana", *diabetic("ana"))
    work()
    check_as(monkeypatch, version=2, from_on=date(2026, 11, 20))
    go_on(1)
    assert ask_one("SELECT source -> 'judged_by' ->> 'version' FROM loop") == "1"

    bring(house, answer("ana", "2026-04-10T09:00:00-04:00"), at=later(hours=2))
    work(later(hours=2))

    assert ask_one("SELECT source -> 'judged_by' ->> 'version' FROM loop") == "2"
    assert get_explanation(house.acting("dana", at=later(hours=2)), the_loop()).source is not None


def test_the_page_of_a_past_day_shows_what_held_then(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    check_as(monkeypatch, from_on=date(2026, 11, 1), bounds=(SUGAR,))
    sign(house, replace(OFF, thresholds={"sugar": "8"}), at=24)
    acting = house.acting("dana", at=later(hours=72))

    before, then, now, never = (
        get_check_page(acting, HBA1C, on=day)
        for day in (date(2026, 11, 20), date(2026, 11, 21), None, date(2026, 1, 1))
    )

    assert [p.line.standing.is_on for p in (before, then, now)] == [True, False, False]
    assert [p.thresholds[0].value for p in (before, then, now)] == [Decimal("7.0"), Decimal("8"), Decimal("8")]
    assert (before.held_version, never.held_version) == (1, None)
    assert len(before.history) == 1


def test_precision_counts_what_people_did_with_the_loops(house: House) -> None:
    for key in ("done", "dup", "facts", "begun", "open"):
        bring_cared_for(house, key, *diabetic(key))
        work()
    found = dict(ask("SELECT p.fhir_id, l.id FROM loop l JOIN patient p ON p.id = l.patient_id"))
    dana = house.acting("dana", at=later(hours=1))
    finish_loop(dana, found["done"], version=1, outcome=Outcome.DONE, note="Seen.")
    dismiss_loop(dana, found["dup"], version=1, outcome=Outcome.DUPLICATE, reason="Twice.")
    start_loop(dana, found["begun"], version=1)
    log_contact(dana, found["begun"], version=2, result=ContactResult.REACHED, note="")
    for key in ("facts", "begun"):
        bring(house, answer(key), at=later(hours=2))
    work(later(hours=2))

    (line,) = [one for one in list_checks(house.acting("sol", at=later(hours=3))) if one.name == HBA1C]
    counted = line.precision
    assert (counted.acted_on, dict(counted.not_needed), counted.ended_by_facts) == (2, {Outcome.DUPLICATE: 1}, 1)
    assert (counted.closed, line.percent, line.asks_for_change) == (4, None, False)
    much_later = get_check_page(house.acting("sol", at=later(days=91)), HBA1C)
    assert much_later.line.precision.closed == 0


def make_useless(house: House, count: int = 20) -> None:
    """Open so many loops of one check and say of all that nobody needed them."""
    bring(house, *(r for n in range(count) for r in diabetic(f"u{n:02}")), name="useless.json")
    work()
    for days in (1, 2):
        work(later(days=days))
    dana = house.acting("sol", at=later(days=3))
    for (loop,) in ask("SELECT id FROM loop WHERE check_name = %s ORDER BY id", HBA1C):
        dismiss_loop(dana, loop, version=1, outcome=Outcome.WITHDRAWN, reason="Not needed.")


def reviews() -> list[tuple[object, ...]]:
    return ask(
        "SELECT finding_key, kind, state, queue_id FROM loop WHERE check_name = 'check_seldom_helps' ORDER BY opened_at"
    )


def review(**span: float) -> int:
    return review_checks(system(Purpose.CHECKS, later(**span)))


def test_a_check_that_seldom_helps_is_asked_about_once_and_no_more_when_it_is_off(house: House) -> None:
    make_useless(house)

    assert [review(days=3), review(days=3, hours=1), review(days=4)] == [1, 0, 0]
    assert reviews() == [(HBA1C, "review", "to_do", house.north)]
    (line,) = [one for one in list_checks(house.acting("asha", at=later(days=3))) if one.name == HBA1C]
    assert (line.percent, line.asks_for_change) == (0, True)
    shown = get_today_page(house.acting("sol", at=later(days=3)))
    told = get_explanation(house.acting("sol", at=later(days=3)), the_review())
    assert the_review() in [row.id for group in shown.groups for row in group.rows]
    assert (told.check, told.judged_by, told.source) == (HBA1C, None, None)

    sign(house, OFF, at=5 * 24)
    assert review(days=5) == 1
    assert [row[2] for row in reviews()] == ["closed"]
    assert broken_invariants() == {}


def the_review() -> UUID:
    found: UUID = ask_one("SELECT id FROM loop WHERE check_name = 'check_seldom_helps'")
    return found


def test_a_check_that_was_changed_is_judged_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    check_as(monkeypatch, bounds=(SUGAR,))
    make_useless(house)
    review(days=3)

    sign(house, replace(ON, thresholds={"sugar": "8"}), at=5 * 24)
    assert [review(days=5), review(days=6)] == [1, 0]

    page = get_check_page(house.acting("sol", at=later(days=6)), HBA1C)
    assert page.line.precision == Precision(later(days=5))


def test_when_a_person_has_closed_the_question_it_stays_quiet(house: House) -> None:
    make_useless(house)
    review(days=3)
    sol = house.acting("sol", at=later(days=3, hours=1))
    finish_loop(sol, the_review(), version=1, outcome=Outcome.DONE, note="We talked about it.")

    assert [review(days=3, hours=2), review(days=4), review(days=62), review(days=64)] == [0, 0, 0, 1]
    assert len(reviews()) == 2


def test_nineteen_are_too_few_to_say(house: House) -> None:
    make_useless(house, 19)

    assert review(days=3) == 0
    assert reviews() == []
