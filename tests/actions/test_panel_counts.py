"""The safety panel counts what became of its questions, and leaves out what the clinic switched off."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions.safety import ask_clinician, override_finding
from careloop.actions.signing import sign_check
from careloop.actions.worklist import dismiss_loop, finish_loop
from careloop.basics.refusals import Refusal
from careloop.facts.pages import SafetyPage
from careloop.facts.safety import OverrideReason, Seen
from careloop.facts.signing import Lately, Signature
from careloop.facts.worklist import Outcome
from careloop.reads.safety import get_safety_page
from careloop.reads.signing import get_check_page
from careloop.worklist import knowledge as at_work
from tests.actions.look import ask_one
from tests.actions.records import bring, bring_cared_for, medicine, person, the_loop, work
from tests.people import TODAY, House, later

pytestmark = pytest.mark.django_db
CHECK, KEY = "interacting_medicines", "ddi-warfarin-nsaid:ibuprofen:warfarin"
# Days are counted from one on which this version of the check has held for a while: before that nothing counts.
HELD = 10


@pytest.fixture(autouse=True)
def _own_knowledge() -> Iterator[None]:
    at_work._read.cache_clear()
    yield
    at_work._read.cache_clear()


def taking(house: House, key: str) -> UUID:
    """Bring somebody who takes warfarin with ibuprofen, cared for by Dana; nobody has looked yet."""
    return bring_cared_for(house, key, person(key), medicine(key, "warfarin", 1), medicine(key, "ibuprofen", 2))


def panel(house: House, patient: UUID, days: float = 0) -> SafetyPage:
    return get_safety_page(house.acting("dana", at=later(days=HELD + days)), patient)


def ask_about(house: House, patient: UUID, days: float = 0) -> UUID:
    """Ask a clinician about the two medicines."""
    acting = house.acting("dana", at=later(days=HELD + days))
    return ask_clinician(acting, patient, check=CHECK, key=KEY, due_on=TODAY + timedelta(days=HELD + days + 2))


def finish(house: House, loop: UUID, days: float) -> None:
    finish_loop(
        house.acting("dana", at=later(days=HELD + days)), loop, version=1, outcome=Outcome.DONE, note="Stopped it."
    )


def lately(house: House, patient: UUID, days: float) -> Lately:
    (use,) = panel(house, patient, days).uses
    assert use.name == CHECK
    return use.lately


def test_a_panel_without_answers_says_so(house: House) -> None:
    found = lately(house, taking(house, "ana"), 1)

    assert (found.acted_on, found.closed, found.answered, found.answer_days) == (0, 0, 0, None)


def test_questions_are_counted_with_the_median_of_their_days(house: House) -> None:
    people = [taking(house, key) for key in ("ana", "ben", "cleo", "dora")]
    loops = [ask_about(house, one) for one in people]
    for loop, days in zip(loops[:2], (1, 5), strict=True):
        finish(house, loop, days)
    asha_says = house.acting("dana", at=later(days=HELD + 3))
    dismiss_loop(asha_says, loops[2], version=1, outcome=Outcome.WITHDRAWN, reason="Meant so.")
    dismiss_loop(asha_says, loops[3], version=1, outcome=Outcome.DUPLICATE, reason="Asked twice.")

    found = lately(house, people[0], 6)

    # The one that was asked twice is closed, but nobody answered it.
    assert (found.acted_on, found.closed, found.answered) == (2, 4, 3)
    assert found.answer_days == pytest.approx(3)
    assert get_check_page(house.acting("dana", at=later(days=HELD + 6)), CHECK).lately == found


def test_what_was_set_aside_is_answered_but_not_acted_on(house: House) -> None:
    ana = taking(house, "ana")
    ask_about(house, ana)
    (line,) = panel(house, ana).lines
    override_finding(
        house.acting("dana", at=later(days=HELD + 2)), ana, Seen(CHECK, KEY, line.mark),
        reason=OverrideReason.TOLERATED, clinician="Dr. Asha", until=TODAY + timedelta(days=60),
    )  # fmt: skip

    found = lately(house, ana, 3)

    assert (found.acted_on, found.closed, found.answered, found.answer_days) == (0, 1, 1, pytest.approx(2))
    counted = get_check_page(house.acting("dana", at=later(days=HELD + 3)), CHECK).line.precision
    assert (counted.set_aside, counted.closed) == (1, 1)


def test_after_thirty_days_it_is_counted_no_more(house: House) -> None:
    ana = taking(house, "ana")
    finish(house, ask_about(house, ana), 1)

    assert lately(house, ana, 30.9).closed == 1
    assert lately(house, ana, 31.1) == Lately(later(days=HELD + 1.1))


def test_what_the_worker_opened_and_nobody_gave_over_is_no_question(house: House) -> None:
    ana = taking(house, "ana")
    work()
    finish(house, the_loop(), 1)

    found = lately(house, ana, 2)
    assert (found.acted_on, found.closed, found.answered) == (1, 1, 0)


def sign_off(house: House, check: str = CHECK) -> None:
    sign_check(house.acting("asha"), Signature(check, is_on=False))


def test_a_check_that_is_switched_off_is_not_looked_at_and_the_panel_says_who_signed_that(house: House) -> None:
    ana = taking(house, "ana")
    sign_off(house)

    page = panel(house, ana, 1)

    assert (page.lines, page.uses, page.medicines) == ((), (), 2)
    (said,) = [one for one in page.not_checked if one.key == f"medicines.off.{CHECK}"]
    assert dict(said.values) == {"name": "Asha", "day": TODAY}
    assert f"medicines.waiting.{CHECK}" not in [one.key for one in page.not_checked]


def test_nothing_is_asked_about_a_check_that_is_switched_off(house: House) -> None:
    ana = taking(house, "ana")
    sign_off(house)

    with pytest.raises(Refusal) as no:
        ask_about(house, ana)

    assert no.value.say.key == "refusal.finding_gone"
    assert ask_one("SELECT count(*) FROM loop") == 0


def test_signed_on_again_it_is_looked_at(house: House) -> None:
    ana = taking(house, "ana")
    sign_off(house)
    acting = house.acting("asha", at=later(hours=1))
    sign_check(acting, Signature(CHECK, is_on=True), seen=ask_one("SELECT id FROM check_setting"))

    page = panel(house, ana, 1)
    assert [line.key for line in page.lines] == [KEY]
    assert [one.key for one in page.not_checked if one.key.startswith("medicines.off.")] == []


def test_more_findings_and_loops_ask_the_database_no_more_often(house: House) -> None:
    few = taking(house, "ana")
    many = taking(house, "ben")
    bring(house, medicine("ben", "naproxen", 3), medicine("ben", "fluconazole", 4), name="more.json")
    for patient in (few, many):
        ask_about(house, patient)
    panel(house, few)

    counts = []
    for patient in (few, many):
        with CaptureQueriesContext(connection) as asked:
            page = panel(house, patient)
        counts.append(len(asked))

    assert len(page.lines) > 1
    assert counts[0] == counts[1]
