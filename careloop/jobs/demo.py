"""The demo clinic that was asked for in the first run: made in one transaction, so it is there whole or not at all."""

import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import Error, connection, transaction
from django.db.backends.utils import CursorWrapper

from careloop.actions.checks import open_waiting
from careloop.actions.setup import note_demo_broke
from careloop.actions.sweep import sweep_due_loops
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.demo.clinic import DemoClinic
from careloop.catalog.demo.fhir import ZONE
from careloop.catalog.demo.town import make_town
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.setup import MAKING_DEMO
from careloop.jobs.filling import fill_day_by_day
from careloop.jobs.slate import BATCH
from careloop.jobs.worker import Part, check_due_patients
from careloop.reads.health import get_clinic_marks
from careloop.reads.setup import get_demo_password

SEED = 7
_log = logging.getLogger("careloop.jobs")
Make = Callable[[datetime], DemoClinic]


def make_whole(at: datetime) -> DemoClinic:
    """Return the demo clinic as it stands on this day."""
    return make_town(seed=SEED, on=at.astimezone(ZoneInfo(ZONE)).date())


def make_asked_demo(clock: Callable[[], datetime], make: Make = make_whole) -> bool:
    """Make the demo if somebody asked for it in the first run; tell whether there was one to make.

    Killed or broken off, nothing of it is there, and the next worker begins anew.
    """
    password = get_demo_password()
    if not password:
        return False
    try:
        if get_clinic_marks(_as(Purpose.OPERATE, clock())).patients:
            raise Refusal(Say("refusal.demo_beside_records"))
        with transaction.atomic(), connection.cursor() as cursor:
            fill_day_by_day(make(clock()), password, work=_work, tell=lambda *parts: _tell(cursor, *parts))
            cursor.execute("RESET application_name")
    except Error:
        # The database went away: that says nothing about the demo.
        raise
    except Refusal as no:
        _log.warning("the demo was not made: %s", no.say.key)
        note_demo_broke(_as(Purpose.SWEEP, clock()))
    except Exception:
        # Whoever waits is told; the fault goes on to whoever runs the worker.
        note_demo_broke(_as(Purpose.SWEEP, clock()))
        raise
    return True


def _tell(cursor: CursorWrapper, done: int, whole: int) -> None:
    """Say how far it is in the name of the connection: rows are not seen before all are there."""
    cursor.execute("SELECT set_config('application_name', %s, false)", [f"{MAKING_DEMO} {done}/{whole}"])


def _work(clock: Callable[[], datetime]) -> None:
    """Do what is due but for sealing the log: a seal and its anchor outside must not go before what they seal."""
    while sweep_due_loops(_as(Purpose.SWEEP, clock()), how_many=BATCH):
        pass
    check_due_patients(clock, Part())
    open_waiting(_as(Purpose.CHECKS, clock()))


def _as(purpose: Purpose, at: datetime) -> Acting:
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=purpose)
