"""A visit that moves or a medicine that stops at the instant at which it is reminded of: never both, never twice."""

from datetime import datetime, timedelta

from careloop.actions.medicine_reminders import (
    plan_medicine_reminders,
    send_medicine_reminders,
    start_medicine_reminders,
)
from careloop.actions.reminders import plan_due_reminders, send_due_reminders
from careloop.actions.scheduling import cancel_visit
from careloop.facts.scheduling import CancelledBy, CancelReason
from tests.actions.apart import apart, at_once
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import make_places
from tests.actions.records import bring, medicine
from tests.actions.reminding import far, plan, sweep
from tests.actions.test_medicine_reminders import draft
from tests.actions.visits import booked
from tests.outgoing import bring_reachable
from tests.people import NOW, build_house

__all__ = ["apart"]
CONFIRM = datetime.fromisoformat("2026-12-14T15:00+00:00")
EVENING = datetime.fromisoformat("2026-11-21T01:00+00:00")
ROUNDS = 4


def test_a_visit_that_is_cancelled_while_it_is_reminded_of_is_reminded_of_before_or_not_at_all(apart: None) -> None:
    house = build_house()
    places, dana = make_places(house), house.acting("dana")
    rosa = bring_reachable(house)
    for hour in range(9, 9 + ROUNDS):
        held, version = booked(dana, rosa, far(places, hour))
        plan()

        fates = at_once(
            lambda held=held, version=version: cancel_visit(  # type: ignore[misc]
                dana, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.SICK
            ),
            lambda: send_due_reminders(sweep(CONFIRM), how_many=10),
            lambda: send_due_reminders(sweep(CONFIRM), how_many=10),
        )

        assert not [one for one in fates if isinstance(one, Exception)], fates
        of = "SELECT count(*) FROM reminder WHERE booking_id = %s AND"
        assert ask_one(f"{of} state = 'planned'", held.booking_id) == 0
        sent = ask_one(f"{of} state = 'sent'", held.booking_id)
        assert sent in (0, 1)
        assert ask_one("SELECT count(*) FROM outbox WHERE booking_id = %s", held.booking_id) == sent
        assert broken_invariants() == {}


def test_a_visit_that_is_cancelled_while_it_is_planned_has_no_reminder_left(apart: None) -> None:
    house = build_house()
    places, dana = make_places(house), house.acting("dana")
    rosa = bring_reachable(house)
    for hour in range(9, 9 + ROUNDS):
        held, version = booked(dana, rosa, far(places, hour))

        fates = at_once(
            lambda held=held, version=version: cancel_visit(  # type: ignore[misc]
                dana, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.SICK
            ),
            lambda: plan_due_reminders(sweep(), how_many=10),
            lambda: plan_due_reminders(sweep(), how_many=10),
        )
        plan()

        assert not [one for one in fates if isinstance(one, Exception)], fates
        states = ask("SELECT DISTINCT state FROM reminder WHERE booking_id = %s", held.booking_id)
        assert states in ([], [("withdrawn",)])
        assert broken_invariants() == {}


def test_a_medicine_that_is_stopped_while_it_is_reminded_of_is_reminded_of_before_or_not_at_all(apart: None) -> None:
    house = build_house()
    rosa, dana = bring_reachable(house), house.acting("dana")
    for number in range(ROUNDS):
        taking = medicine("rosa", "metformin", 1)
        later = {"meta": {"lastUpdated": f"2026-11-20T14:{number * 2:02}:00Z"}}
        bring(house, taking | later)
        schedule = start_medicine_reminders(dana, rosa, draft(rosa))
        plan_medicine_reminders(sweep(NOW + timedelta(seconds=number)), how_many=10)
        stopped = taking | {"status": "stopped", "meta": {"lastUpdated": f"2026-11-20T14:{number * 2 + 1:02}:00Z"}}

        fates = at_once(
            lambda stopped=stopped: bring(house, stopped),  # type: ignore[misc]
            lambda: send_medicine_reminders(sweep(EVENING), how_many=10),
            lambda: send_medicine_reminders(sweep(EVENING), how_many=10),
        )

        assert not [one for one in fates if isinstance(one, Exception)], fates
        of = "SELECT count(*) FROM medicine_reminder WHERE schedule_id = %s AND"
        assert ask_one(f"{of} state = 'planned'", schedule) == 0
        sent = ask_one(f"{of} state = 'sent'", schedule)
        assert sent in (0, 1)
        assert ask_one("SELECT state FROM medicine_schedule WHERE id = %s", schedule) == "stopped"
        # What stands in the outbox is of the version that was taken: it looks at that again before it sends.
        versions = ask(
            "SELECT o.resource_version, m.statement_version FROM outbox o JOIN medicine_reminder m"
            " ON m.message_id = o.message_id WHERE m.schedule_id = %s", schedule,
        )  # fmt: skip
        assert len(versions) == sent
        assert all(one == other for one, other in versions)
        assert broken_invariants() == {}
