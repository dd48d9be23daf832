"""Outreach lists: whom a rule finds, who is left out, who is next, and what a call does to the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.access import Acting
from careloop.facts.outreach import EntryState, ListState, OutreachRule, WhyLeftOut
from careloop.facts.reach import TryResult
from careloop.records.models import OutreachEntry, OutreachList, Patient
from careloop.rules.outreach import is_done, next_day
from careloop.rules.reach import LEASE_MINUTES
from careloop.worklist.reaching import reach_time
from careloop.worklist.settle import clinic_zone

# So often somebody else is looked for when two take the same person from two lists.
TURNS = 5
HOSPICE_SETS = ("hospice", "hospice_service")
# Who the rule finds: records that were joined to another are found as the other.
_WHERE = (
    " p.unit_id = %(unit)s AND NOT EXISTS (SELECT 1 FROM person_link k WHERE k.patient_id = p.id"
    " AND k.linked_at IS NOT NULL AND k.ended_at IS NULL)"
    " AND (%(check)s = '' OR EXISTS (SELECT 1 FROM loop l WHERE l.patient_id = p.id AND l.state <> 'closed'"
    " AND l.check_name = %(check)s))"
    " AND (%(seen_since)s::date IS NULL OR NOT EXISTS (SELECT 1 FROM booking b WHERE b.patient_id = p.id"
    " AND b.state IN ('arrived', 'done') AND b.starts_at >= %(seen_since)s::date) AND NOT EXISTS (SELECT 1"
    " FROM chart_fact f WHERE f.patient_id = p.id AND f.kind = 'visit' AND f.start_on >= %(seen_since)s::date"
    " AND f.start_on <= %(on)s::date))"
    " AND (NOT %(referral)s OR EXISTS (SELECT 1 FROM referral r WHERE r.patient_id = p.id AND r.state <> 'closed'"
    " AND r.starts_at IS NULL AND r.seen_on IS NULL))"
    " AND (%(born_by)s::date IS NULL OR p.birth_on <= %(born_by)s::date)"
    " AND (%(born_after)s::date IS NULL OR p.birth_on > %(born_after)s::date)"
    " AND (%(language)s = '' OR lower(split_part(p.languages[1], '-', 1)) = %(language)s)"
)
# Why somebody is left out, the first that holds.
_WHY = (
    " CASE WHEN p.is_dead THEN 'died'"
    " WHEN EXISTS (SELECT 1 FROM reach_block b WHERE b.patient_id = p.id AND b.ended_at IS NULL AND b.road = 'call'"
    " AND b.address = '') OR stopped_since(p.id, NULL, 'phone') IS NOT NULL THEN 'asked_not'"
    " WHEN NOT EXISTS (SELECT 1 FROM patient_contact c WHERE c.patient_id = p.id AND c.system IN ('phone', 'sms')"
    " AND NOT EXISTS (SELECT 1 FROM reach_block b WHERE b.patient_id = p.id AND b.ended_at IS NULL"
    " AND b.road = 'call' AND is_same_number(b.address, c.value))) THEN 'no_number'"
    " WHEN EXISTS (SELECT 1 FROM chart_fact f WHERE f.patient_id = p.id AND f.kind IN ('problem', 'procedure',"
    " 'visit', 'order') AND f.status NOT IN ('entered-in-error', 'cancelled')"
    " AND f.verification NOT IN ('entered-in-error', 'refuted') AND (f.end_on IS NULL OR f.end_on >= %(on)s::date)"
    " AND (f.code = ANY(%(hospice)s) OR f.other_codes && %(hospice)s)) THEN 'hospice'"
    " WHEN EXISTS (SELECT 1 FROM contact_try t WHERE t.patient_id = p.id AND t.at > %(quiet)s::timestamptz)"
    " THEN 'recent'"
    " WHEN EXISTS (SELECT 1 FROM outreach_entry e WHERE e.patient_id = p.id AND e.state IN ('waiting', 'claimed'))"
    " THEN 'on_another_list' ELSE '' END"
)
_FIND = (
    f"SELECT p.id, p.label_mask, coalesce(lower(split_part(p.languages[1], '-', 1)), ''), p.birth_on, {_WHY} AS why"
    f" FROM patient p WHERE {_WHERE} ORDER BY p.name_key, p.id"
)
_COUNT = f"SELECT {_WHY} AS why, count(*) FROM patient p WHERE {_WHERE} GROUP BY 1"
# Who is next: somebody whom nobody calls now and who is none of the left out. The row is locked, and whoever asks at
# the same moment steps over it; death, a number that was shut and a call of a colleague count up to this very moment.
_NEXT = (
    "SELECT e.id FROM outreach_entry e JOIN patient p ON p.id = e.patient_id WHERE e.list_id = %(list)s"
    " AND (e.state = 'waiting' AND (e.next_on IS NULL OR e.next_on <= %(on)s::date)"
    "  OR e.state = 'claimed' AND e.lease_until <= %(at)s::timestamptz)"
    " AND NOT p.is_dead"
    " AND NOT EXISTS (SELECT 1 FROM outreach_entry o WHERE o.patient_id = e.patient_id AND o.id <> e.id"
    "  AND o.state = 'claimed')"
    " AND NOT EXISTS (SELECT 1 FROM contact_try t WHERE t.patient_id = e.patient_id AND t.at > %(quiet)s::timestamptz"
    "  AND t.entry_id IS DISTINCT FROM e.id)"
    " AND NOT EXISTS (SELECT 1 FROM reach_block b WHERE b.patient_id = e.patient_id AND b.ended_at IS NULL"
    "  AND b.road = 'call' AND b.address = '')"
    " AND stopped_since(e.patient_id, NULL, 'phone') IS NULL"
    " ORDER BY e.place, e.id LIMIT 1 FOR NO KEY UPDATE OF e SKIP LOCKED"
)
# Claims of today, whoever made them and however they ended.
_TODAY = "SELECT count(*) FROM outreach_entry e WHERE e.list_id = %s AND e.claimed_at >= %s"


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody whom a rule finds; ``why`` is None for somebody who is called."""

    patient_id: UUID
    label_mask: int
    language: str
    birth_on: date | None
    why: WhyLeftOut | None


def find_people(acting: Acting, unit_id: int, rule: OutreachRule, quiet_days: int) -> list[FoundPerson]:
    """Return whom a rule finds in a team now, in the order of their names, with why some are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, _values(acting, unit_id, rule, quiet_days))
        rows = cursor.fetchall()
    return [FoundPerson(r[0], r[1], r[2], r[3], WhyLeftOut(r[4]) if r[4] else None) for r in rows]


def count_people(acting: Acting, unit_id: int, rule: OutreachRule, quiet_days: int) -> Mapping[WhyLeftOut | None, int]:
    """Return how many a rule finds now, by why they are left out; None for who is called. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _values(acting, unit_id, rule, quiet_days))
        return {(WhyLeftOut(why) if why else None): int(count) for why, count in cursor.fetchall()}


def claim_next(acting: Acting, listed: OutreachList) -> OutreachEntry | None:
    """Give the caller somebody of the list for a time, None if nobody can be called now.

    Of callers who ask at once each gets somebody else; somebody whom a colleague holds from another list is stepped
    over. The list is locked by whoever calls this: what it gave out today is counted by one caller at a time, so that
    nobody passes its pace.
    """
    for _turn in range(TURNS):
        if count_today(listed, acting.at) >= listed.per_day:
            return None
        entry = _lock_next(acting, listed)
        if entry is None:
            return None
        entry.state, entry.claimed_by_id, entry.claimed_at = str(EntryState.CLAIMED), acting.person_id, acting.at
        entry.lease_until = acting.at + timedelta(minutes=reach_time(LEASE_MINUTES, acting.at))
        try:
            with transaction.atomic():
                entry.save()
        except IntegrityError:
            # A colleague took the same person from another list in this moment: the next turn sees it.
            continue
        return entry
    return None


def _lock_next(acting: Acting, listed: OutreachList) -> OutreachEntry | None:
    values: dict[str, Any] = {
        "list": listed.pk,
        "at": acting.at,
        "on": acting.at.astimezone(ZoneInfo(clinic_zone())).date(),
        "quiet": acting.at - timedelta(days=listed.quiet_days),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, values)
        found = cursor.fetchone()
    entry: OutreachEntry | None = OutreachEntry.objects.get(pk=found[0]) if found else None
    return entry


def release_overdue(acting: Acting, listed: OutreachList) -> None:
    """Put back whom somebody held for too long: of this list, and whoever of it is held from another."""
    over = OutreachEntry.objects.filter(state=str(EntryState.CLAIMED), lease_until__lte=acting.at)
    same = OutreachEntry.objects.filter(list=listed).values("patient_id")
    rows = over.filter(patient_id__in=same).select_for_update(skip_locked=True, of=("self",), no_key=True)
    keys = list(rows.order_by("id").values_list("pk", flat=True))
    OutreachEntry.objects.filter(pk__in=keys).update(state=str(EntryState.WAITING), lease_until=None)


def find_mine(acting: Acting, listed: OutreachList) -> OutreachEntry | None:
    """Return whom this person holds from a list, None if nobody or for too long."""
    held = OutreachEntry.objects.filter(list=listed, state=str(EntryState.CLAIMED), claimed_by_id=acting.person_id)
    found: OutreachEntry | None = held.filter(lease_until__gt=acting.at).order_by("claimed_at").first()
    return found


def count_today(listed: OutreachList, at: datetime) -> int:
    """Return how many of a list were taken up since midnight in the clinic's zone."""
    zone = ZoneInfo(clinic_zone())
    midnight = datetime.combine(at.astimezone(zone).date(), datetime.min.time(), zone)
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, [listed.pk, midnight])
        return int(cursor.fetchone()[0])


def end_call(acting: Acting, patient: Patient, entry_id: UUID, result: TryResult, *, until: date | None) -> None:
    """Tell the list how the call of one of its people went; a list whose people are all done closes.

    Whoever held them too long, so that a colleague has them now, changes nothing of the list: the call stands anyway.
    """
    entry: OutreachEntry | None = (
        OutreachEntry.objects.select_for_update(of=("self",), no_key=True).filter(pk=entry_id, patient=patient).first()
    )
    if entry is None or entry.state != EntryState.CLAIMED or entry.claimed_by_id != acting.person_id:
        return
    listed = OutreachList.objects.select_for_update(no_key=True).get(pk=entry.list_id)
    entry.tries += 1
    entry.last_result, entry.lease_until = str(result), None
    if is_done(result, entry.tries, listed.most_tries):
        entry.state, entry.ended_at = str(EntryState.ENDED), acting.at
    else:
        day = acting.at.astimezone(ZoneInfo(patient.zone)).date()
        entry.state, entry.next_on = str(EntryState.WAITING), next_day(result, day, until)
    entry.save()
    close_if_done(acting, listed)


def close_if_done(acting: Acting, listed: OutreachList) -> bool:
    """Close a list on which nobody waits and nobody is being called; tell whether it is closed now."""
    live = (str(EntryState.WAITING), str(EntryState.CLAIMED))
    if listed.state != ListState.OPEN or OutreachEntry.objects.filter(list=listed, state__in=live).exists():
        return False
    listed.state, listed.closed_at, listed.version = str(ListState.CLOSED), acting.at, listed.version + 1
    listed.save()
    return True


def _values(acting: Acting, unit_id: int, rule: OutreachRule, quiet_days: int) -> dict[str, Any]:
    on = acting.at.astimezone(ZoneInfo(clinic_zone())).date()
    return {
        "unit": unit_id,
        "on": on,
        "check": rule.check,
        "seen_since": on - timedelta(days=rule.no_visit_days) if rule.no_visit_days else None,
        "referral": rule.referral,
        "born_by": _years_before(on, rule.from_age) if rule.from_age is not None else None,
        "born_after": _years_before(on, rule.to_age + 1) if rule.to_age is not None else None,
        "language": rule.language,
        "hospice": _hospice(),
        "quiet": acting.at - timedelta(days=quiet_days),
    }


def _years_before(on: date, years: int) -> date:
    """Return the same day some years before; of 29 February the 28th, so that nobody is older than they are."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def _hospice() -> Sequence[str]:
    sets = load_knowledge().codesets
    return sorted({code for name in HOSPICE_SETS for code in sets[name].exact})
