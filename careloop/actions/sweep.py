"""The clock at work: loops whose moment has come are woken or raised, and the log is sealed."""

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.worklist import Event, State
from careloop.guard.context import enter
from careloop.guard.doors import unattended
from careloop.records.models import Loop, WorkerSeen
from careloop.worklist.settle import Change, change, zones_of


@unattended(needs=Right.WORK_UNATTENDED)
def sweep_due_loops(acting: Acting, *, how_many: int) -> int:
    """Wake snoozed loops and raise neglected ones, up to ``how_many`` whose moment has passed.

    Returns how many were handled. A neglected loop is said to the supervisor on the unit's list, and
    looked at again after the reminding clock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT loop_id, patient_id, unit_id FROM due_loops(%s, %s)", [acting.at, how_many])
        due = cursor.fetchall()
    enter(patients={row[1] for row in due if row[1]}, units={row[2] for row in due if row[1] is None})
    rows = Loop.objects.filter(pk__in=[row[0] for row in due], next_at__lte=acting.at)
    rows = rows.exclude(state=str(State.CLOSED)).order_by("id").select_for_update(of=("self",), skip_locked=True)
    loops = list(rows)
    zones = zones_of(loops)
    for loop in loops:
        if loop.state == State.SNOOZED:
            change(
                acting,
                loop,
                Change(Event.WAKE, Say("event.woke"), columns={"snoozed_until": None}),
                zone=zones[loop.pk],
            )
        else:
            columns: dict[str, object] = {"reminders": loop.reminders + 1, "reminded_at": acting.at}
            change(acting, loop, Change(Event.ESCALATE, Say("event.escalated"), columns=columns), zone=zones[loop.pk])
    return len(loops)


@unattended(needs=Right.WORK_UNATTENDED, leaves_line=False)
def seal_log(acting: Acting) -> int:
    """Seal the lines of finished transactions; return how many. The seal is its own record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal_audit(%s)", [acting.at])
        return int(cursor.fetchone()[0])


@unattended(needs=Right.WORK_UNATTENDED)
def note_worker(acting: Acting, *, name: str) -> None:
    """Note that a background worker is alive; two that begin together under one name are noted as one."""
    seen = WorkerSeen(name=name, seen_at=acting.at)
    WorkerSeen.objects.bulk_create([seen], update_conflicts=True, unique_fields=["name"], update_fields=["seen_at"])
