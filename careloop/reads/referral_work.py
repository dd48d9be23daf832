"""Beside the list of referrals: reports that wait to be matched, and how referrals go."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from careloop.facts.access import Acting, Right
from careloop.facts.referral_figures import FEW_EACH, FEWEST, GroupFigures, ReferralFigures, Share, StateDays
from careloop.facts.referrals import Claimed, Evidence, ReferralRow, ReferralState, StrayLine, StrayState
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.referral_rows import find_oldest, load_rows
from careloop.records.models import DocumentOut, Patient, PatientIdentifier, Referral, StrayReport
from careloop.rules.referrals import weigh_evidence

STRAYS = 50
# Referrals that a stray report could answer, of all that are open.
COULD_BE = 200
OLDEST = 5
# So far back referrals are counted that were made.
SPAN = timedelta(days=365)
GROUPS = ("specialty", "language", "payer", "clinic")
# Every referral of the span with the groups that it belongs to. The payer is the plan that held on the day on which
# the referral was made, the newest of several; a plan that is labelled and hidden from this person counts as unknown.
# The clinic is the place of the receiver as the directory has it, else its organization, else the receiver itself.
MADE = (
    "WITH made AS MATERIALIZED (SELECT r.id, r.specialty, coalesce(p.languages[1], '') AS language,"
    " coalesce(c.label, '') AS payer,"
    " coalesce(t.name, o.name, e.name, r.to_name) AS clinic, r.had_date,"
    " r.ended_as IN ('done', 'done_elsewhere') AS is_told"
    " FROM referral r JOIN patient p ON p.id = r.patient_id LEFT JOIN directory_entry e ON e.id = r.to_entry_id"
    " LEFT JOIN directory_entry t ON t.id = e.site_id LEFT JOIN directory_entry o ON o.id = e.organization_id"
    " LEFT JOIN LATERAL ("
    "SELECT f.label FROM chart_fact f WHERE f.patient_id = r.patient_id AND f.kind = 'coverage' AND f.label <> ''"
    " AND f.status IN ('active', '') AND f.verification NOT IN ('entered-in-error', 'refuted')"
    " AND (f.start_on IS NULL OR f.start_on <= (r.made_at AT TIME ZONE p.zone)::date)"
    " AND (f.end_on IS NULL OR f.end_on >= (r.made_at AT TIME ZONE p.zone)::date)"
    " ORDER BY f.start_on DESC NULLS LAST, f.label LIMIT 1) c ON true"
    " WHERE (r.unit_id = ANY(%s) OR r.patient_id = ANY(%s)) AND r.made_at >= %s)"
)
WHICH = (
    "CASE grouping(m.specialty, m.language, m.payer, m.clinic) WHEN 7 THEN 'specialty' WHEN 11 THEN 'language'"
    " WHEN 13 THEN 'payer' WHEN 14 THEN 'clinic' ELSE 'all' END"
)
NAME = "coalesce(m.specialty, m.language, m.payer, m.clinic, '')"
SETS = "GROUPING SETS ((), (m.specialty), (m.language), (m.payer), (m.clinic))"
STATE_SETS = (
    "GROUPING SETS ((m.state), (m.state, m.specialty), (m.state, m.language), (m.state, m.payer), (m.state, m.clinic))"
)
# Both in one statement: who made which referral is found once. A stay lasts until the next one of its referral begins.
COUNTED = (
    f"{MADE}, stays AS (SELECT m.specialty, m.language, m.payer, m.clinic, s.state,"
    " lead(s.since) OVER (PARTITION BY s.referral_id ORDER BY s.since, s.id) - s.since AS stayed"
    " FROM made m JOIN referral_stay s ON s.referral_id = m.id)"
    f" SELECT {WHICH}, {NAME}, NULL, count(*) FILTER (WHERE m.is_told), count(*) FILTER (WHERE NOT m.had_date),"
    f" count(*), NULL FROM made m GROUP BY {SETS}"
    f" UNION ALL SELECT {WHICH}, {NAME}, m.state, 0, 0, count(*),"
    " percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM m.stayed) / 86400)"
    f" FROM stays m WHERE m.stayed IS NOT NULL GROUP BY {STATE_SETS}"
)


@listing(needs=Right.REFERRAL_WRITE)
def list_strays(acting: Acting, reach: Reach) -> Shown[tuple[StrayLine, ...]]:
    """Return reports that wait to be matched, the oldest first, each with referrals that it could answer."""
    rows = StrayReport.objects.filter(unit_id__in=reach.units, state=str(StrayState.WAITING))
    strays = list(rows.select_related("came_by").order_by("came_at", "id")[:STRAYS])
    if not strays:
        return Shown((), ())
    waiting = load_rows(Q(unit_id__in={s.unit_id for s in strays}) & ~Q(state="closed"), acting.at, how_many=COULD_BE)
    people = _load_people(strays)
    was_in = dict(DocumentOut.objects.filter(stray__in=strays).values_list("stray_id", "patient_id"))
    numbers = _numbers({row.patient_id for row in waiting} | {one.pk for one in people})
    units = dict(Referral.objects.filter(pk__in=[row.id for row in waiting]).values_list("pk", "unit_id"))
    lines = tuple(
        _read(s, [row for row in waiting if units[row.id] == s.unit_id], numbers, people, was_in.get(s.pk))
        for s in strays
    )
    named = [row.patient_id for line in lines for row, _evidence in line.could_be]
    named += [key for line in lines for key, *_rest in line.people]
    return Shown(lines, tuple(dict.fromkeys(named)))


@listing(needs=Right.REFERRAL_READ)
def get_referral_report(acting: Acting, reach: Reach) -> Shown[ReferralFigures]:
    """Return how the referrals of the last year within reach go; small numbers stay counts."""
    since = acting.at - SPAN
    # First which, then everything about these: nothing is looked up for the others.
    oldest = load_rows(Q(pk__in=find_oldest(reach, OLDEST)), acting.at, how_many=OLDEST, order="made_at")
    counted = _count(reach, since)
    whole = counted["all"][0]
    report = ReferralFigures(
        since=since.date(),
        closed_told=whole.closed_told,
        never_dated=whole.never_dated,
        days=whole.days,
        oldest=tuple(oldest),
        by_specialty=counted["specialty"],
        by_language=counted["language"],
        by_payer=counted["payer"],
        by_clinic=_fold_small(counted["clinic"]),
    )
    return Shown(report, tuple(dict.fromkeys(row.patient_id for row in oldest)))


def _count(reach: Reach, since: datetime) -> dict[str, tuple[GroupFigures, ...]]:
    """Return what became of the referrals made since, of all and by group, in the order of the names.

    Told is closed with the report read and the patient told, of all that were made.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [list(reach.units), list(reach.patients), since])
        rows = sorted(cursor.fetchall(), key=lambda row: (row[0], row[1]))
    days = _medians(rows)
    return {
        by: tuple(
            GroupFigures(name, Share(told, whole), Share(never, whole), days.get((by, name), ()))
            for which, name, state, told, never, whole, _days in rows
            if which == by and state is None
        )
        for by in ("all", *GROUPS)
    }


def _fold_small(groups: tuple[GroupFigures, ...]) -> tuple[GroupFigures, ...]:
    """Return clinics with those of fewer than twenty referrals as one group: few go to most, and each is a person."""
    small = [one for one in groups if one.closed_told.whole < FEWEST]
    if not small:
        return groups
    whole = sum(one.closed_told.whole for one in small)
    told, never = (sum(share.part for share in shares) for shares in (
        [one.closed_told for one in small], [one.never_dated for one in small],
    ))  # fmt: skip
    others = GroupFigures(FEW_EACH, Share(told, whole), Share(never, whole))
    return (*(one for one in groups if one.closed_told.whole >= FEWEST), others)


def _medians(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str], tuple[StateDays, ...]]:
    """Return the median days that referrals stayed in each state that they have left, by grouping and group."""
    order = {str(state): n for n, state in enumerate(ReferralState)}
    stays = sorted((row for row in rows if row[2] is not None), key=lambda row: order[row[2]])
    found: dict[tuple[str, str], list[StateDays]] = {}
    for which, name, state, _told, _never, count, days in stays:
        # The middle of a few tells of single people; of all, it is told with how many were counted.
        is_told = which == "all" or count >= FEWEST
        line = StateDays(ReferralState(state), round(days, 1) if is_told else None, count)
        found.setdefault((which, name), []).append(line)
    return {key: tuple(lines) for key, lines in found.items()}


def _numbers(patient_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[str]]:
    rows = PatientIdentifier.objects.filter(patient_id__in=list(patient_ids), type_code__in=("MR", ""))
    found: dict[UUID, set[str]] = {}
    for key, value in rows.values_list("patient_id", "value"):
        found.setdefault(key, set()).add(str(value).strip().casefold())
    return {key: frozenset(values) for key, values in found.items()}


def _load_people(strays: Sequence[StrayReport]) -> list[Patient]:
    """Return patients born on a day, or with a number, that a report says: whose it could be without a referral."""
    born = {one.claimed_birth_on for one in strays if one.claimed_birth_on}
    numbers = {one.claimed_number for one in strays if one.claimed_number}
    was_in = DocumentOut.objects.filter(stray__in=strays).values("patient_id")
    known = PatientIdentifier.objects.filter(value__in=numbers, type_code__in=("MR", "")).values("patient_id")
    rows = Patient.objects.filter(Q(birth_on__in=born) | Q(pk__in=known) | Q(pk__in=was_in))
    rows = rows.filter(unit_id__in={one.unit_id for one in strays})
    return list(rows.order_by("name_key", "id")[:COULD_BE])


def _read(
    stray: StrayReport,
    waiting: Iterable[ReferralRow],
    numbers: Mapping[UUID, frozenset[str]],
    people: Iterable[Patient],
    was_in: UUID | None,
) -> StrayLine:
    claimed = Claimed(stray.claimed_name, stray.claimed_birth_on, stray.claimed_number)
    weighed: list[tuple[ReferralRow, Evidence]] = [
        (row, weigh_evidence(claimed, name=row.patient_name, birth_on=row.birth_on,
                             numbers=numbers.get(row.patient_id, frozenset())))
        for row in waiting
    ]  # fmt: skip
    asked = {row.patient_id for row in waiting}
    others = [
        (one.pk, one.full_name, one.birth_on, weigh_evidence(claimed, name=one.full_name, birth_on=one.birth_on,
                                                           numbers=numbers.get(one.pk, frozenset())))
        for one in people if one.unit_id == stray.unit_id and one.pk not in asked
    ]  # fmt: skip
    fits = [(row, evidence) for row, evidence in weighed if evidence.agrees and not evidence.differs]
    return StrayLine(
        id=stray.pk,
        came_at=stray.came_at,
        came_by=stray.came_by.name,
        title=stray.title,
        claimed=claimed,
        came_for=stray.came_for,
        words=stray.words,
        state=StrayState(stray.state),
        version=stray.version,
        could_be=tuple(sorted(fits, key=lambda one: -len(one[1].agrees))),
        people=tuple(one for one in others if one[3].is_strong or (one[0] == was_in and not one[3].differs)),
    )
