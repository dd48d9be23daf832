"""Referrals as rows, inside the doors that list them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q, QuerySet

from careloop.basics.words import Say
from careloop.facts.clocks import Clocks
from careloop.facts.preparation import Item
from careloop.facts.referrals import ReferralRow, ReferralState, Urgency
from careloop.facts.worklist import Ball, State
from careloop.guard.grants import Reach
from careloop.records.models import Referral
from careloop.rules.deadlines import say_deadline
from careloop.rules.referrals import OPEN, look_at, step_of
from careloop.worklist.calendar import load_calendar
from careloop.worklist.referral_facts import has_clocks, make_limits, read_facts
from careloop.worklist.referral_items import load_open_items

# All that a row says: the rest of a loop and of a patient is long, and is not fetched for a list.
COLUMNS = (
    "id", "loop_id", "patient_id", "state", "state_since", "urgency", "specialty", "question", "to_name", "see_by",
    "starts_at", "silences", "misses", "late_because", "approval_since", "booking_id", "version", "loop__state",
    "loop__closed_at", "loop__owner_id", "loop__owner__name", "loop__queue__name", "patient__full_name",
    "patient__birth_on", "patient__languages", "patient__zone",
)  # fmt: skip
# By name, not "all but closed": the index of teams and states is then read only where open ones stand.
IS_OPEN = Q(state__in=[str(state) for state in OPEN])

# Who is within reach, in two parts that have nobody in common, each of which an index finds.
BY_TEAM, ALONE = "{0}.unit_id = ANY(%(units)s)", "{0}.patient_id = ANY(%(patients)s) AND {0}.unit_id <> ALL(%(units)s)"
OPEN_ONES = " UNION ALL ".join(
    f"(SELECT r.state, r.specialty, count(*) FROM referral r WHERE {part.format('r')} AND r.state = ANY(%(states)s)"
    " GROUP BY r.state, r.specialty)"
    for part in (BY_TEAM, ALONE)
)
OWNERS = "SELECT p.id, p.name FROM person p WHERE p.id IN ({}) ORDER BY p.name, p.id".format(
    " UNION ".join(
        f"(SELECT l.owner_id FROM loop l WHERE {part.format('l')} AND l.kind = 'referral' AND l.state <> 'closed')"
        for part in (BY_TEAM, ALONE)
    )
)


def load_rows(
    wanted: Q, at: datetime, *, how_many: int, skipped: int = 0, order: str = "loop__sort_at"
) -> list[ReferralRow]:
    """Return referrals as rows in the order of the list: two statements, whatever there is."""
    rows = Referral.objects.filter(wanted).order_by(order, "id")
    return _read(rows[skipped : skipped + how_many], at, load_calendar())


def load_page(
    reach: Reach, narrowed: Q, at: datetime, *, is_closed: bool = False, how_many: int, skipped: int = 0
) -> list[ReferralRow]:
    """Return a page of referrals within reach: two statements, and of each team no more rows than the page needs.

    The most pressing come first; of those that are over (``is_closed``) the last that ended.
    """
    # What is over has its end on itself; what is open stands in the order of its loop.
    column, sign = ("state_since", "-") if is_closed else ("loop__sort_at", "")
    # Each team's by its own index, in order, up to the end of the page; few are reached by a single patient alone.
    open_ones = Q(loop__kind="referral") & ~Q(loop__state="closed")
    teams = [Q(unit_id=unit) if is_closed else Q(loop__unit_id=unit) & open_ones for unit in reach.units]
    order = (f"{sign}{column}", f"{sign}loop_id")
    picked = [
        Referral.objects.filter(part, narrowed).order_by(*order).values_list("pk", column, "loop_id")
        for part in [*teams, _alone(reach)]
    ]  # fmt: skip
    first, *others = (rows[: skipped + how_many] for rows in picked)
    page = first.union(*others, all=True).order_by(*order) if others else picked[0]
    keys = [key for key, _at, _loop in page[skipped : skipped + how_many]]
    found = {row.id: row for row in load_rows(Q(pk__in=keys), at, how_many=how_many)}
    return [found[key] for key in keys]


def count_open(reach: Reach) -> list[tuple[str, str, int]]:
    """Return how many referrals within reach are open, by state and specialty: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_ONES, _who(reach) | {"states": [str(state) for state in OPEN]})
        rows: list[tuple[str, str, int]] = cursor.fetchall()
        return rows


def count_narrowed(reach: Reach, narrowed: Q) -> int:
    """Return how many referrals within reach are so: one statement."""
    parts = [Referral.objects.filter(part, narrowed).values("state").annotate(n=Count("id")) for part in _split(reach)]
    return sum(one["n"] for one in parts[0].union(*parts[1:], all=True))


def find_owners(reach: Reach) -> list[tuple[UUID, str]]:
    """Return who owns an open referral within reach, by name: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(OWNERS, _who(reach))
        rows: list[tuple[UUID, str]] = cursor.fetchall()
        return rows


def find_oldest(reach: Reach, how_many: int) -> list[UUID]:
    """Return the open referrals within reach that were made first: one statement."""
    order = ("made_at", "id")
    parts = [
        Referral.objects.filter(part, IS_OPEN).order_by(*order).values_list("pk", "made_at", "id")[:how_many]
        for part in _split(reach)
    ]  # fmt: skip
    return [key for key, *_order in parts[0].union(*parts[1:], all=True).order_by(*order)[:how_many]]


def _who(reach: Reach) -> dict[str, Any]:
    return {"units": list(reach.units), "patients": list(reach.patients)}


def _split(reach: Reach) -> tuple[Q, Q]:
    """Return who is within reach in two parts that have nobody in common, each of which an index finds."""
    return Q(unit_id__in=reach.units), _alone(reach)


def _alone(reach: Reach) -> Q:
    """Return the patients who are within reach by themselves, not by their team."""
    return Q(patient_id__in=reach.patients) & ~Q(unit_id__in=reach.units)


def load_of_patients(
    patient_ids: Iterable[UUID], at: datetime, calendar: Clocks, *, how_many: int
) -> list[ReferralRow]:
    """Return the newest referrals of one person, those that are open first: one statement."""
    found = Referral.objects.filter(patient_id__in=list(patient_ids)).order_by("-made_at", "id")
    return sorted(_read(found[:how_many], at, calendar), key=lambda row: row.state is ReferralState.CLOSED)


def _read(rows: QuerySet[Referral], at: datetime, calendar: Clocks) -> list[ReferralRow]:
    """Return referrals as rows: as plain values, for a list has hundreds."""
    limits = make_limits(calendar)
    found = list(rows.values_list(*COLUMNS, named=True))
    # Of a visit that has begun nothing is prepared any more.
    opened = load_open_items([row.id for row in found if has_clocks(row) and row.starts_at > at])
    return [_read_row(row, at, calendar, limits, opened.get(row.id, ())) for row in found]


def _read_row(row: Any, at: datetime, calendar: Clocks, limits: Clocks, opened: tuple[Item, ...]) -> ReferralRow:  # noqa: ANN401
    """Return one referral as a row; its limit is that of the state in which it stands, or of what is ``opened``."""
    state, zone, ball, step = ReferralState(row.state), row.patient__zone, Ball.US, Say("referral.nothing_next")
    limit = None
    if state is not ReferralState.CLOSED:
        facts = read_facts(row, opened)
        ball, step = step_of(facts, zone, limits)
        limit = look_at(facts, zone, limits)
    here = ZoneInfo(zone)
    return ReferralRow(
        id=row.id,
        loop_id=row.loop_id,
        patient_id=row.patient_id,
        patient_name=row.patient__full_name,
        birth_on=row.patient__birth_on,
        language=row.patient__languages[0] if row.patient__languages else "",
        specialty=row.specialty,
        question=row.question,
        urgency=Urgency(row.urgency),
        state=state,
        state_since=row.state_since.astimezone(UTC),
        days_in_state=(at.astimezone(here).date() - row.state_since.astimezone(here).date()).days,
        limit=say_deadline(
            state=State.CLOSED if row.loop__state == State.CLOSED else State.STARTED,
            due_at=limit,
            next_at=None,
            closed_at=row.loop__closed_at,
            at=at,
            zone=zone,
            holidays=calendar.holidays,
        ),
        next_step=step,
        owner_name=row.loop__owner__name or row.loop__queue__name or "",
        owner_id=row.loop__owner_id,
        to_name=row.to_name,
        ball=ball,
        see_by=row.see_by,
        version=row.version,
    )
