"""A loop that is called about: its next step and date are the next rung of its ladder, in the same save as the try."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Event, Thread
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from careloop.actions.calls import note_sent
from careloop.actions.outbox import send_message
from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.actions.worklist import log_contact, snooze_loop
from careloop.basics.words import Say
from careloop.facts.access import Purpose
from careloop.facts.outbox import Handed, LookedUp, Parcel, Went
from careloop.facts.reach import TryResult, TryRoad
from careloop.facts.worklist import ContactResult
from careloop.guard.context import clear_context, enter, set_context
from careloop.jobs.outbox import send_due
from careloop.reads.loop_page import get_loop_page
from tests.actions.apart import apart
from tests.actions.calling import call
from tests.actions.hands import make_task, stand, whole
from tests.actions.look import ask, ask_one, broken_invariants
from tests.outgoing import bring_reachable, draft
from tests.people import NOW, House, build_house, later, system

__all__ = ["apart"]
NUMBER = "(555) 010-0142"
# NOW is Friday 20 November 2026, 10 am in New York. A call has twenty hours to the next one of another part of the day:
# that is Saturday, and the clinic opens on Monday.
MONDAY_EVENING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


@dataclass
class Gateway:
    """A provider that takes everything; ``then`` is done while it holds the message."""

    then: Callable[[], None] = lambda: None
    took: list[Parcel] = field(default_factory=list)

    def send(self, parcel: Parcel) -> Handed:
        self.took.append(parcel)
        self.then()
        return Handed(Went.SENT, f"SM{len(self.took)}")

    def look_up(self, parcel: Parcel) -> LookedUp:
        return LookedUp(False, ())


def run(gateway: Gateway, at: datetime = NOW) -> None:
    send_due(lambda: at, lambda _road: gateway)  # type: ignore[arg-type,return-value]


def ball_of(loop: UUID) -> str:
    return str(ask_one("SELECT ball FROM loop WHERE id = %s", loop))


@pytest.fixture
def house() -> House:
    return build_house()


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_reachable(house)


@pytest.mark.django_db
def test_after_a_call_without_an_answer_the_page_says_the_next_try_by_when_and_why(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)

    call(house, rosa, TryResult.NO_ANSWER, task, address=NUMBER)

    page = get_loop_page(house.acting("dana"), task)
    assert page.selected.next_step == Say("step.ladder.call_afternoon_evening", day=MONDAY, calls=1, written=0)
    assert stand(task).next_at == MONDAY_EVENING
    assert (page.ladder.id, page.ladder.is_ours) == ("task", True) if page.ladder else False
    assert broken_invariants() == {}


@pytest.mark.django_db
def test_each_try_moves_the_loop_one_rung_on_and_the_last_asks_somebody_to_decide(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    keys = []
    for road, hours in ((TryRoad.CALL, 0), (TryRoad.CALL, 76), (TryRoad.TEXT, 80), (TryRoad.LETTER, 150)):
        if road is TryRoad.CALL:
            call(house, rosa, TryResult.VOICEMAIL, task, address=NUMBER, at=later(hours=hours))
        else:
            note_sent(
                house.acting("dana", at=later(hours=hours)), rosa, road=road, loops={task: stand(task).version}, note=""
            )
        keys.append(stand(task).step)

    assert keys == [
        "step.ladder.call_afternoon_evening", "step.ladder.text", "step.ladder.letter", "step.ladder.end",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_date_is_never_after_the_deadline_and_the_owner_is_told(house: House, rosa: UUID) -> None:
    today, monday = make_task(house, rosa, due_on=NOW.date()), make_task(house, rosa, due_on=MONDAY)

    call(house, rosa, TryResult.BUSY, today, monday, address=NUMBER)

    due_today = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
    assert (stand(today).step, stand(today).next_at) == ("step.ladder.late", due_today)
    due_monday = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    assert (stand(monday).step, stand(monday).next_at) == ("step.ladder.call_afternoon_evening", due_monday)


@pytest.mark.django_db
@pytest.mark.parametrize("result", [ContactResult.REACHED, ContactResult.CALL_BACK, ContactResult.WRONG_NUMBER])
def test_who_was_reached_or_has_another_number_climbs_no_ladder(
    house: House, rosa: UUID, result: ContactResult
) -> None:
    task = make_task(house, rosa)

    log_contact(house.acting("dana"), task, version=1, result=result, note="")

    page = get_loop_page(house.acting("dana"), task)
    assert not page.selected.next_step.key.startswith("step.ladder")
    assert page.ladder is None


@pytest.mark.django_db
def test_a_text_that_the_outbox_sends_moves_the_loop_in_the_same_save(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    send_message(house.acting("dana"), rosa, draft(rosa, loop_id=task))
    assert stand(task).version == 1

    run(Gateway())

    assert (stand(task).state, stand(task).step, ball_of(task)) == ("started", "step.ladder.call", "patient")
    line = "SELECT say ->> 'key', evidence FROM loop_event WHERE loop_id = %s AND version = 2"
    assert ask(line, task) == [("event.tried.text", [ask_one("SELECT id FROM contact_try")])]
    assert stand(task).owner == house.id_of("dana")
    assert broken_invariants() == {}


@pytest.mark.django_db
def test_a_text_after_a_call_takes_the_rung_of_the_text(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    for hours in (0, 76):
        call(house, rosa, TryResult.NO_ANSWER, task, address=NUMBER, at=later(hours=hours))
    at = later(hours=81)
    made = draft(rosa, loop_id=task, not_before=at, good_until=later(hours=200))
    send_message(house.acting("dana", at=at), rosa, made)

    run(Gateway(), at)

    assert stand(task).step == "step.ladder.letter"


@pytest.mark.django_db
def test_what_was_put_off_or_answered_is_not_moved_by_a_text(house: House, rosa: UUID) -> None:
    off, reached = make_task(house, rosa), make_task(house, rosa)
    snooze_loop(house.acting("dana"), off, version=1, until=date(2026, 12, 1), reason="Away.")
    log_contact(house.acting("dana"), reached, version=1, result=ContactResult.REACHED, note="Said yes.")
    before = [whole(one) for one in (off, reached)]
    for one in (off, reached):
        send_message(house.acting("dana"), rosa, draft(rosa, loop_id=one))
        run(Gateway())
    run(Gateway(), later(hours=1))

    assert ask_one("SELECT count(*) FROM contact_try WHERE road = 'text'") == 2
    assert [whole(one) for one in (off, reached)] == before


def test_a_loop_that_somebody_holds_is_not_waited_for_and_hears_of_the_text_in_the_next_round(apart: None) -> None:
    house = build_house()
    rosa = bring_reachable(house)
    task = make_task(house, rosa)
    send_message(house.acting("dana"), rosa, draft(rosa, loop_id=task))
    held, done, holders = Event(), Event(), list[Thread]()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            set_context(system(Purpose.SWEEP))
            enter(patients=[rosa])
            cursor.execute("SELECT 1 FROM loop WHERE id = %s FOR NO KEY UPDATE", [task])
            held.set()
            done.wait(60)
            clear_context()
        connections.close_all()

    def start() -> None:
        holders.append(Thread(target=hold))
        holders[0].start()
        assert held.wait(60)

    claimed = claim_due(system(Purpose.SWEEP), how_many=9)
    assert claimed is not None
    gateway = Gateway(then=start)
    hand_over(system(Purpose.SWEEP), claimed.keys, lambda parcels: [gateway.send(one) for one in parcels])
    assert ask("SELECT state, awaits_word FROM outbox") == [("sent", True)]
    assert stand(task).version == 1
    done.set()
    holders[0].join()

    run(Gateway())

    assert ask("SELECT state, awaits_word FROM outbox") == [("sent", False)]
    assert stand(task).step == "step.ladder.call"
