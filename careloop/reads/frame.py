"""The numbers beside the entries of the navigation, on every page: one statement, and no line in the log."""

from dataclasses import dataclass

from django.db import connection

from careloop.facts.access import Acting, Right, Role
from careloop.guard.doors import managing
from careloop.reads.caseload_rows import SHARED
from careloop.reads.tallies import COUNTED, LISTED
from careloop.rules.access import has_right

# Whom somebody answers for, and the teams whose queues they see: as the pages themselves have it.
OWNERS = (
    "ARRAY(SELECT %(me)s::uuid UNION ALL SELECT absent_id FROM cover"
    " WHERE covering_id = %(me)s AND during @> %(at)s::timestamptz)"
)
UNITS = (
    "SELECT g.unit_id FROM access_grant g WHERE g.person_id = %(me)s AND g.unit_id IS NOT NULL"
    " AND g.during @> %(at)s::timestamptz AND g.purpose IN ('', %(purpose)s)"
)
QUEUES = f"{UNITS} AND g.unit_id IN (SELECT m.unit_id FROM membership m WHERE m.person_id = %(me)s)"

MINE = f"SELECT 1 FROM loop l WHERE l.owner_id = ANY({OWNERS}) AND {LISTED}"
QUEUED = f"SELECT 1 FROM loop l WHERE l.queue_id = ANY(ARRAY({QUEUES})) AND {LISTED}"
OF_THE_TEAM = f"SELECT 1 FROM loop l WHERE l.unit_id = ANY(ARRAY({UNITS})) AND {LISTED}"
# A loop never stands later in the list than on the day it is due: what is late is at the front of the index.
LATE = f"{OF_THE_TEAM} AND l.sort_at < %(at)s AND l.due_at < %(at)s"
PATIENTS = (
    "SELECT 1 FROM patient p WHERE p.id IN (SELECT c.patient_id FROM caseload c"
    f" WHERE c.person_id = ANY({OWNERS}) AND c.during @> %(at)s::timestamptz UNION SELECT s.patient_id {SHARED})"
)
CHANGES = (
    "SELECT 1 FROM staff_change WHERE needs_second AND agreed_by_id IS NULL AND withdrawn_at IS NULL"
    " AND applied_at IS NULL AND asked_by_id <> %(me)s"
)
# Handoffs that wait for one's word: to be said back, or with a question to be answered; cover that one is asked for.
HANDOFFS = (
    "SELECT 1 FROM handoff h WHERE h.receiver_id = %(me)s AND h.state = 'offered'"
    " OR h.giver_id = %(me)s AND h.state = 'asked'"
    " UNION ALL SELECT 1 FROM absence_part a JOIN absence b ON b.id = a.absence_id"
    " WHERE a.covering_id = %(me)s AND a.state = 'offered' AND b.ended_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """What waits, counted to a thousand; None for what the role has no page for.

    ``need_you`` and ``patients`` are one's own, ``late`` is the teams', ``changes`` of staff wait for a second person,
    ``handoffs`` for one's own word.
    """

    need_you: int | None = None
    patients: int | None = None
    late: int | None = None
    changes: int | None = None
    handoffs: int | None = None


@managing(needs=Right.SELF_READ, write=False, leaves_line=False)
def count_frame(acting: Acting) -> FrameCounts:
    """Return the numbers of the navigation in one statement; row security decides what is counted."""
    need_you = [OF_THE_TEAM] if acting.role is Role.SUPERVISOR else [MINE, QUEUED]
    asked = {
        "need_you": (need_you, Right.LOOP_READ),
        "patients": ([PATIENTS], Right.LOOP_READ),
        "late": ([LATE], Right.CASELOAD_WRITE),
        "changes": ([CHANGES], Right.PEOPLE_WRITE),
        "handoffs": ([HANDOFFS], Right.LOOP_HAND_OFF),
    }
    parts = {name: parts for name, (parts, right) in asked.items() if has_right(acting, right)}
    if not parts:
        return FrameCounts()
    columns = [" + ".join(map(_counted, those)) for those in parts.values()]
    given = {"me": str(acting.person_id), "at": acting.at.isoformat(), "purpose": str(acting.purpose)}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", given)
        counts = cursor.fetchone()
    return FrameCounts(**dict(zip(parts, counts, strict=True)))


def _counted(part: str) -> str:
    return f"(SELECT count(*) FROM ({part} LIMIT {COUNTED}) c)"
