"""Findings about medicines: asked in one loop, set aside on a clinician's word, back when their facts change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from careloop.actions.safety import ask_clinician, end_override, override_finding
from careloop.actions.worklist import undo_last
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.pages import SafetyLine, SafetyPage
from careloop.facts.safety import OverrideReason, Seen, Tier
from careloop.reads.safety import get_safety_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring, bring_cared_for, loops, medicine, person, work
from tests.formats.fhir.samples import changed
from tests.people import TODAY, House, later

pytestmark = pytest.mark.django_db

CHECK, KEY = "interacting_medicines", "ddi-warfarin-nsaid:ibuprofen:warfarin"
UNTIL = TODAY + timedelta(days=90)


@pytest.fixture
def ana(house: House) -> UUID:
    """A patient of Dana's who takes warfarin with ibuprofen; nobody has looked yet."""
    return bring_cared_for(house, "ana", person("ana"), medicine("ana", "warfarin", 1), medicine("ana", "ibuprofen", 2))


def panel(house: House, patient: UUID, who: str = "dana", **at: Any) -> SafetyPage:  # noqa: ANN401
    return get_safety_page(house.acting(who, at=later(**at)), patient)


def line_of(page: SafetyPage) -> SafetyLine:
    (line,) = [one for one in page.lines if one.key == KEY]
    return line


def set_aside(house: House, patient: UUID, *, mark: str = "", until: date = UNTIL, **changed: Any) -> UUID:  # noqa: ANN401
    seen = Seen(CHECK, KEY, mark or line_of(panel(house, patient)).mark)
    told: dict[str, Any] = {"reason": OverrideReason.CLINICIAN_AWARE, "clinician": "Dr. Asha", "note": ""} | changed
    return override_finding(house.acting("dana"), patient, seen, until=until, **told)


def stop(house: House, patient: str, ingredient: str, number: int, **at: float) -> None:
    bring(house, changed(medicine(patient, ingredient, number), status="stopped"), at=later(**at))


def test_the_panel_says_what_was_found_and_what_was_not_checked(house: House, ana: UUID) -> None:
    page = panel(house, ana)
    line = line_of(page)

    assert page.medicines == 2
    assert line.tier is Tier.SERIOUS
    assert [side.name for side in line.sides] == ["ibuprofen", "warfarin"]
    assert all(side.seen_on == date(2026, 11, 10) and side.resource_ids for side in line.sides)
    assert (line.is_verified, line.loop, line.set_aside, line.returned) == (True, None, None, None)
    said = [say.key for say in page.not_checked]
    assert "medicines.not_checked.over_the_counter" in said
    assert "medicines.waiting.duplicate_therapy" in said


def test_asking_opens_one_loop_with_the_question_an_owner_and_a_day(house: House, ana: UUID) -> None:
    asha = house.id_of("asha")
    loop = ask_clinician(
        house.acting("dana"),
        ana,
        check=CHECK,
        key=KEY,
        due_on=TODAY + timedelta(days=2),
        to_person=asha,
        note="Since May.",
    )
    work()

    (row,) = ask("SELECT id, kind, owner_id, check_name, finding_key, base_step->>'key', due_at FROM loop")
    assert row[:6] == (loop, "safety", asha, CHECK, KEY, "medicines.ask.ddi-warfarin-nsaid")
    assert row[6] == datetime(2026, 11, 22, 22, tzinfo=UTC)  # five in the afternoon in New York
    shown = line_of(panel(house, ana)).loop
    assert shown is not None
    assert shown.owner_name == "Asha"
    assert broken_invariants() == {}


def test_a_loop_that_stands_is_given_over_and_never_doubled(house: House, ana: UUID) -> None:
    work()
    again = ask_clinician(house.acting("dana"), ana, check=CHECK, key=KEY, due_on=TODAY, to_person=house.id_of("asha"))

    assert ask("SELECT id, owner_id FROM loop WHERE check_name = %s", CHECK) == [(again, house.id_of("asha"))]
    assert ask_one("SELECT say->>'key' FROM loop_event WHERE version = 2") == "event.asked_clinician"


def test_asking_without_a_receiver_leaves_a_colleagues_loop_with_them(house: House, ana: UUID) -> None:
    work()
    ask_clinician(house.acting("lee"), ana, check=CHECK, key=KEY, due_on=TODAY)

    assert ask_one("SELECT owner_id FROM loop") == house.id_of("dana")


REFUSED = [
    ("no longer found", {"key": "ddi-none:a:b"}, "refusal.finding_gone"),
    ("another check", {"check": "duplicate_therapy"}, "refusal.finding_gone"),
    ("a day that has passed", {"due_on": TODAY - timedelta(days=1)}, "refusal.due_day"),
    ("another team", {"to_unit": 999_999}, "refusal.receiver_elsewhere"),
    ("somebody who works on no loops", {"to_person": "tom"}, "refusal.receiver_elsewhere"),
    ("too many words", {"note": "x" * 2001}, "refusal.note_too_long"),
]


@pytest.mark.parametrize(("why", "asked", "key"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_asked_is_refused(house: House, ana: UUID, why: str, asked: dict[str, Any], key: str) -> None:
    given = {"check": CHECK, "key": KEY, "due_on": TODAY} | asked
    if isinstance(given.get("to_person"), str):
        given["to_person"] = house.id_of(given["to_person"])

    with pytest.raises(Refusal) as told:
        ask_clinician(house.acting("dana"), ana, **given)

    assert told.value.say.key == key, why
    assert loops() == []


def test_what_is_set_aside_is_shown_as_such_and_makes_no_loop_until_its_day(house: House, ana: UUID) -> None:
    set_aside(house, ana, until=TODAY + timedelta(days=10))
    work()
    shown = line_of(panel(house, ana)).set_aside

    assert shown is not None
    assert (shown.clinician, shown.reason, shown.made_by) == ("Dr. Asha", OverrideReason.CLINICIAN_AWARE, "Dana")
    assert loops() == []
    assert work(later(days=9)) == (0, 0)
    assert work(later(days=10)) == (1, 1)
    assert loops() == [("ana", CHECK, None)]
    back = line_of(panel(house, ana, days=10))
    assert back.set_aside is None
    assert back.returned is not None
    assert broken_invariants() == {}


def test_setting_aside_closes_the_open_loop_and_says_until_when(house: House, ana: UUID) -> None:
    work()
    assert loops() == [("ana", CHECK, None)]
    set_aside(house, ana)

    assert loops() == []
    assert ask("SELECT event, say->>'key', to_state FROM loop_event WHERE version = 2") == [
        ("override", "event.overridden", "closed")
    ]
    with pytest.raises(Refusal):
        undo_last(house.acting("dana"), ask_one("SELECT id FROM loop"), version=2)
    assert broken_invariants() == {}


def test_it_returns_at_once_when_the_facts_change(house: House, ana: UUID) -> None:
    set_aside(house, ana)
    work()
    bring(house, changed(medicine("ana", "ibuprofen", 3), authoredOn="2026-11-20"), at=later(hours=1))

    assert work(later(hours=1)) == (1, 1)
    assert loops() == [("ana", CHECK, None)]
    line = line_of(panel(house, ana, hours=1))
    assert (line.set_aside, line.returned is not None) == (None, True)


def test_what_ended_by_itself_is_gone_and_needs_no_override(house: House, ana: UUID) -> None:
    set_aside(house, ana)
    stop(house, "ana", "ibuprofen", 2, hours=1)

    assert [one for one in panel(house, ana, hours=1).lines if one.key == KEY] == []
    assert work(later(hours=1)) == (1, 0)


def test_ending_it_puts_the_finding_back_to_work(house: House, ana: UUID) -> None:
    override = set_aside(house, ana)
    work()
    end_override(house.acting("lee", at=later(hours=1)), ana, override_id=override)
    assert work(later(hours=1)) == (1, 1)

    assert loops() == [("ana", CHECK, None)]
    with pytest.raises(Refusal) as told:
        end_override(house.acting("dana", at=later(hours=2)), ana, override_id=override)
    assert told.value.say.key == "refusal.override_over"


def test_setting_aside_again_ends_the_earlier_one(house: House, ana: UUID) -> None:
    first = set_aside(house, ana)
    second = set_aside(house, ana, until=UNTIL + timedelta(days=1))

    assert ask("SELECT id FROM safety_override WHERE ended_at IS NULL") == [(second,)]
    assert ask("SELECT id FROM safety_override WHERE ended_at IS NOT NULL") == [(first,)]


NOT_SET_ASIDE = [
    ("what was seen has changed", {"mark": "0" * 24}, "refusal.facts_changed"),
    ("no clinician", {"clinician": "  "}, "refusal.override_clinician"),
    ("another reason without words", {"reason": OverrideReason.OTHER}, "refusal.override_why"),
    ("until today", {"until": TODAY}, "refusal.override_day"),
    ("for too long", {"until": TODAY + timedelta(days=181)}, "refusal.override_day"),
]


@pytest.mark.parametrize(("why", "told", "key"), NOT_SET_ASIDE, ids=[row[0] for row in NOT_SET_ASIDE])
def test_what_cannot_be_set_aside_is_refused(house: House, ana: UUID, why: str, told: dict[str, Any], key: str) -> None:
    with pytest.raises(Refusal) as no:
        set_aside(house, ana, **told)

    assert no.value.say.key == key, why
    assert ask_one("SELECT count(*) FROM safety_override") == 0


def test_the_last_day_within_bounds_is_taken(house: House, ana: UUID) -> None:
    set_aside(house, ana, until=panel(house, ana).override_by, reason=OverrideReason.OTHER, note="Short course.")

    assert ask_one("SELECT until_on FROM safety_override") == TODAY + timedelta(days=180)


@pytest.mark.parametrize("who", ["kim", "tom", "ines", "noor", "saul"])
def test_nobody_else_sees_or_does_any_of_it(house: House, ana: UUID, who: str) -> None:
    acting, seen = house.acting(who), Seen(CHECK, KEY, "0" * 24)
    tries = [
        lambda: get_safety_page(acting, ana),
        lambda: ask_clinician(acting, ana, check=CHECK, key=KEY, due_on=TODAY),
        lambda: override_finding(acting, ana, seen, reason=OverrideReason.ENDED, clinician="Dr. Asha", until=UNTIL),
        lambda: end_override(acting, ana, override_id=uuid4()),
    ]

    for tried in tries:
        with pytest.raises(NotFound):
            tried()


def test_an_override_of_another_patient_is_not_there(house: House, ana: UUID) -> None:
    bea = bring_cared_for(house, "bea", person("bea"), medicine("bea", "warfarin", 1))
    override = set_aside(house, ana)

    with pytest.raises(NotFound):
        end_override(house.acting("dana"), bea, override_id=override)


def test_the_dead_are_shown_without_questions_or_deeds(house: House, ana: UUID) -> None:
    bring(house, person("ana", deceasedDateTime="2026-11-19"), at=later(hours=1))

    page = panel(house, ana, hours=1)

    assert (page.lines, page.may_act) == ((), False)
