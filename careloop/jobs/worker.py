"""The background worker: does everything that is due, in small transactions that a kill cannot hurt."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from django.db import InterfaceError, OperationalError, connection

from careloop.actions.administration_due import apply_staff_changes
from careloop.actions.answers import land_answers, raise_unanswered
from careloop.actions.checks import get_rules_version, open_waiting, recheck_after_new_rules, recheck_patients
from careloop.actions.covering import follow_absences
from careloop.actions.crisis import open_crises
from careloop.actions.handoffs import expire_handoffs
from careloop.actions.intake.held import drop_held_files
from careloop.actions.mailbox_silent import ask_about_mailbox
from careloop.actions.medicine_reminders import plan_medicine_reminders, send_medicine_reminders
from careloop.actions.offices import raise_silent_offices
from careloop.actions.outage_meetings import ask_for_forgotten_meetings
from careloop.actions.outages import leave_forgotten
from careloop.actions.outside_silent import ask_about_silent
from careloop.actions.reminders import plan_due_reminders, send_due_reminders
from careloop.actions.scheduling import release_due_holds
from careloop.actions.signing import review_checks
from careloop.actions.sweep import note_worker, seal_log, sweep_due_loops
from careloop.actions.taken_back import take_back_again
from careloop.actions.waitlist import expire_offers, tell_taken_offers
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.jobs.anchors import keep_anchor
from careloop.jobs.logs import trim_server_logs
from careloop.jobs.slate import BATCH, Slate
from careloop.parcels.taken_back import load_taken_back

PAUSE_SECONDS = 1.0
# Without work, so many pauses lie between two rounds.
PAUSES = 5


Errand = Callable[[Callable[[], datetime]], bool]

# Before the sweep, in this order: a hold that ran out is no neglect, an absence moves what the sweep would remind its
# owner of, and what was answered needs no reminder.
BEFORE_SWEEP: tuple[Callable[..., int], ...] = (
    land_answers,
    release_due_holds,
    leave_forgotten,
    ask_for_forgotten_meetings,
    expire_offers,
    tell_taken_offers,
    expire_handoffs,
    follow_absences,
    plan_due_reminders,
    send_due_reminders,
    plan_medicine_reminders,
    send_medicine_reminders,
    raise_unanswered,
    raise_silent_offices,
)


def _never() -> bool:
    return False


@dataclass(slots=True)
class Part:
    """What one process does: all of them look at patients again, and one alone sweeps, opens and seals.

    ``is_stopped`` is asked between two transactions; ``errands`` are done before each round, by the first one,
    and tell whether there was anything to do; ``slate`` says what is being done.
    """

    is_first: bool = True
    is_stopped: Callable[[], bool] = _never
    errands: tuple[Errand, ...] = ()
    slate: Slate = field(default_factory=Slate)


@dataclass(slots=True)
class Done:
    """What one round did, counted."""

    loops_swept: int = 0
    patients_checked: int = 0
    loops_opened: int = 0
    lines_sealed: int = 0

    def is_idle(self) -> bool:
        """Tell whether nothing was due."""
        return not (self.loops_swept or self.patients_checked or self.loops_opened)


def do_due_work(clock: Callable[[], datetime], *, name: str = "worker", part: Part | None = None) -> Done:
    """Do everything that is due at this moment, or this process's part of it, then return what was done."""
    part = part or Part()
    if not part.is_first:
        return Done(patients_checked=check_due_patients(clock, part))
    done = Done()
    note_worker(_as(Purpose.SWEEP, clock()), name=name)
    _open_crises(clock, part)
    while not part.is_stopped() and apply_staff_changes(_as(Purpose.SWEEP, clock()), how_many=1):
        pass
    drop_held_files(_as(Purpose.SWEEP, clock()))
    ask_about_mailbox(_as(Purpose.SWEEP, clock()))
    for do_due in BEFORE_SWEEP:
        while not part.is_stopped() and do_due(_as(Purpose.SWEEP, clock()), how_many=BATCH):
            pass
    while not part.is_stopped() and (count := sweep_due_loops(_as(Purpose.SWEEP, clock()), how_many=BATCH)):
        done.loops_swept += count
    done.patients_checked = check_due_patients(clock, part)
    done.loops_opened = open_waiting(_as(Purpose.CHECKS, clock()))
    done.lines_sealed = seal_log(_as(Purpose.SWEEP, clock()))
    keep_anchor(_as(Purpose.SWEEP, clock()))
    return done


def _open_crises(clock: Callable[[], datetime], part: Part) -> None:
    """First of all: whoever wrote a crisis down without reaching the team's queue waits for its loop."""
    while not part.is_stopped() and open_crises(_as(Purpose.SWEEP, clock()), how_many=BATCH):
        pass


def check_due_patients(clock: Callable[[], datetime], part: Part) -> int:
    """Look again at every patient who is due and in no other process's hands; return how many."""
    whole = 0
    while not part.is_stopped():
        try:
            count = recheck_patients(_as(Purpose.CHECKS, clock()), how_many=BATCH, begins=part.slate.begin)
        except (OperationalError, InterfaceError):
            # No record is to blame. Anything else leaves the names where they stand.
            part.slate.end(0)
            raise
        part.slate.end(count)
        if not count:
            break
        _leave_tables_alone()
        whole += count
    return whole


@cache
def _leave_tables_alone() -> None:
    """Once what the checks know is loaded, the collector need not walk through it again and again: a tenth faster."""
    gc.collect()
    gc.freeze()


def begin_work(clock: Callable[[], datetime]) -> int:
    """Set everybody to be looked at again who was judged by other rules; ask about checks that seldom help.

    So about calendars that do not answer. First of all, what was taken back before an older copy was restored is taken
    back again. Asked when a worker begins, when the rules change under it, and once a day.
    """
    count = 0
    take_back_again(_as(Purpose.SWEEP, clock()), taken_back=load_taken_back())
    review_checks(_as(Purpose.CHECKS, clock()))
    ask_about_silent(_as(Purpose.SWEEP, clock()))
    while found := recheck_after_new_rules(_as(Purpose.CHECKS, clock()), how_many=BATCH * 10):
        count += found
    return count


def run_until_stopped(clock: Callable[[], datetime], part: Part) -> None:
    """Do what is due, again and again, until told to stop between two transactions."""
    begun, trimmed_on = ("", date.min), date.min
    while not part.is_stopped():
        try:
            if part.is_first and begun != (now := (get_rules_version(_as(Purpose.CHECKS, clock())), clock().date())):
                begin_work(clock)
                begun = now
            if part.is_first and trimmed_on != clock().date():
                trim_server_logs()
                trimmed_on = clock().date()
            was_out = [errand(clock) for errand in part.errands]
            if do_due_work(clock, part=part).is_idle() and not any(was_out):
                _rest(clock, part)
        except (OperationalError, InterfaceError):
            # The database went away or two got in each other's way: what was begun is undone, the rest goes on.
            connection.close()
            time.sleep(PAUSE_SECONDS)


def _rest(clock: Callable[[], datetime], part: Part) -> None:
    """Wait for work; the log is sealed each second all the same."""
    for _ in range(PAUSES):
        time.sleep(PAUSE_SECONDS)
        if part.is_stopped():
            return
        if part.is_first:
            seal_log(_as(Purpose.SWEEP, clock()))


def _as(purpose: Purpose, at: datetime) -> Acting:
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=purpose)
