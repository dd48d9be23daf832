"""Sharing out the patients of somebody who is away: what is suggested, and one absence from plan to digest."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.catalog.covering import ANSWER
from careloop.facts.access import Acting, Right
from careloop.facts.covering import (
    AbsencePage,
    ChargeLine,
    DigestLine,
    HelperLine,
    PartLine,
    PartState,
    SharePlan,
    VisitLine,
)
from careloop.facts.pages import Choice, LoopRow
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.absence_rows import list_absences, make_row
from careloop.reads.caseload_rows import fetch, read_say
from careloop.reads.rows import Viewer, select_rows
from careloop.records.models import Absence, AbsencePart, AbsenceShare, Booking, Membership, Patient, Person
from careloop.rules.access import MAY_CARRY, has_right
from careloop.rules.covering import is_critical, may_cover
from careloop.worklist.covering import Carried, Question, default_hours, list_helpers, load_question, team_names
from careloop.worklist.settle import clinic_zone

# So many lines of what was done are shown.
DONE = 300


@listing(needs=Right.CASELOAD_WRITE)
def get_share_plan(
    acting: Acting,
    reach: Reach,
    *,
    person_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Shown[SharePlan]:
    """Return who is suggested for each patient of somebody who is away, who must be looked at first on top.

    What must happen is every open loop that is due or to be looked at before the end, weekends too, and every visit.
    A constant number of statements, whatever the size of the caseload.
    """
    people = _carriers(reach.units)
    person = next((one for one in people if one.pk == person_id), None)
    units = list(reach.units)
    hours = default_hours(ANSWER, acting.at.date())
    absences = list_absences(acting, Absence.objects.filter(units__overlap=units))
    choices = tuple(Choice(str(one.pk), one.name) for one in people)
    if person is None or since is None or until is None or since >= until:
        name = person.name if person else ""
        key = person.pk if person else None
        return Shown(SharePlan(acting.at, choices, key, name, (), (), 0, (), hours, absences), ())
    question = load_question(acting, person.pk, units, since, until)
    lines = _charge_lines(acting, question, since, until)
    ((loose,),) = fetch(
        "SELECT count(*) FROM loop WHERE owner_id = %s AND state <> 'closed' AND patient_id IS NULL", [person.pk]
    )
    elsewhere = Membership.objects.filter(person=person).exclude(unit_id__in=units).values_list("unit_id", flat=True)
    plan = SharePlan(
        acting.at, choices, person.pk, person.name, lines, _helper_lines(question), loose, team_names(elsewhere), hours,
        absences,
    )  # fmt: skip
    return Shown(plan, tuple(line.patient_id for line in lines))


@listing(needs=Right.LOOP_HAND_OFF)
def get_absence_page(acting: Acting, reach: Reach, *, absence_id: UUID) -> Shown[AbsencePage]:
    """Return one absence: who has whom, who said so, and what happened to each patient since it began.

    Whoever stands in sees their own patients, whoever was away and their supervisors see all.

    :raises NotFound: if it is neither one's own, nor of one's team to plan, nor asked of one
    """
    row = Absence.objects.filter(pk=absence_id).select_related("person").first()
    if row is None:
        raise NotFound
    may_plan = has_right(acting, Right.CASELOAD_WRITE) and bool(set(row.units) & set(reach.units))
    is_mine = row.person_id == acting.person_id
    parts = list(AbsencePart.objects.filter(absence=row).select_related("covering").order_by("covering__name", "id"))
    if not (may_plan or is_mine or any(part.covering_id == acting.person_id for part in parts)):
        raise NotFound
    shares = _list_shares(row)
    if not (may_plan or is_mine):
        shares = [share for share in shares if share.covering_id == acting.person_id]
    lines, is_cut = _digest(acting, row, shares)
    counts: dict[UUID, int] = {}
    for share in shares:
        counts[share.covering_id] = counts.get(share.covering_id, 0) + 1
    can_give = may_plan and row.ended_at is None
    colleagues = list_helpers(row.person_id, row.units, row.during.lower, row.during.upper) if can_give else []
    page = AbsencePage(
        at=acting.at,
        row=make_row(acting, row, len(shares), {part.covering_id: PartState(part.state) for part in parts}),
        version=row.version,
        parts=tuple(
            PartLine(
                part.covering_id, part.covering.name, PartState(part.state), part.expires_at,
                counts.get(part.covering_id, 0),
            )
            for part in parts
        ),
        lines=lines,
        colleagues=tuple(Choice(str(one.pk), one.name) for one in colleagues),
        may_plan=can_give,
        is_mine=is_mine,
        is_cut=is_cut,
    )  # fmt: skip
    return Shown(page, tuple(line.patient_id for line in lines))


def _carriers(units: Sequence[int]) -> list[Person]:
    rows = Person.objects.filter(membership__unit_id__in=units, is_active=True, role__in=[str(r) for r in MAY_CARRY])
    return list(rows.distinct().order_by("name", "pk"))


def _charge_lines(acting: Acting, question: Question, since: datetime, until: datetime) -> tuple[ChargeLine, ...]:
    zone = ZoneInfo(clinic_zone())
    tonight = datetime.combine(since.astimezone(zone).date() + timedelta(days=1), time(0), zone)
    keys = [one.charge.patient_id for one in question.carried]
    wanted = [loop.id for one in question.carried for loop in one.loops if loop.first_at < until]
    rows: dict[UUID | None, list[LoopRow]] = {}
    for row in select_rows(Viewer(acting.person_id, acting.at, clinic_zone()), "l.id = ANY(%s)", [wanted]):
        rows.setdefault(row.patient_id, []).append(row)
    visits = _visits(keys, max(since, acting.at), until)
    shares = {one.patient_id: one for one in question.shares}
    lines = []
    for one in question.carried:
        key = one.charge.patient_id
        moments = [loop.first_at for loop in one.loops] + [visit.at for visit in visits.get(key, ())]
        lines.append(
            ChargeLine(
                patient_id=key,
                name=one.name,
                birth_on=one.birth_on,
                language=one.language,
                minutes=one.charge.minutes,
                is_critical=is_critical(one.charge.harm, moments, tonight),
                must=tuple(rows.get(key, ())),
                visits=tuple(visits.get(key, ())),
                person_id=shares[key].person_id,
                because=shares[key].because,
                choices=_choices(question, one),
            )
        )
    harm = {one.charge.patient_id: one.charge.harm for one in question.carried}
    return tuple(sorted(lines, key=lambda one: (not one.is_critical, -harm[one.patient_id])))


def _choices(question: Question, one: Carried) -> tuple[Choice, ...]:
    able = [helper for helper in question.helpers if may_cover(helper, one.charge)]
    return tuple(Choice(str(helper.person_id), helper.name) for helper in able)


def _helper_lines(question: Question) -> tuple[HelperLine, ...]:
    minutes = {one.charge.patient_id: one.charge.minutes for one in question.carried}
    given: dict[UUID | None, list[int]] = {}
    for share in question.shares:
        given.setdefault(share.person_id, []).append(minutes[share.patient_id])
    return tuple(
        HelperLine(
            person_id=one.person_id,
            name=one.name,
            working=question.working[one.person_id],
            needed=question.needed[one.person_id],
            given=sum(given.get(one.person_id, ())),
            patients=len(given.get(one.person_id, ())),
            languages=tuple(sorted(one.languages)),
        )
        for one in question.helpers
    )


def _visits(patients: Sequence[UUID], since: datetime, until: datetime) -> dict[UUID, list[VisitLine]]:
    rows = Booking.objects.filter(patient__in=patients, occupies=True, starts_at__gte=since, starts_at__lt=until)
    found: dict[UUID, list[VisitLine]] = {}
    for row in rows.select_related("visit_type").order_by("starts_at", "id"):
        found.setdefault(row.patient_id, []).append(VisitLine(row.starts_at, row.visit_type.name))
    return found


def _list_shares(row: Absence) -> list[AbsenceShare]:
    """Return who has whom; of an absence that is over, who had whom last."""
    shares = AbsenceShare.objects.filter(absence=row).select_related("covering").order_by("id")
    last = {share.patient_id: share for share in shares if row.ended_at is not None or share.ended_at is None}
    return list(last.values())


def _digest(acting: Acting, row: Absence, shares: Sequence[AbsenceShare]) -> tuple[tuple[DigestLine, ...], bool]:
    keys = [share.patient_id for share in shares]
    people = {one.pk: one for one in Patient.objects.filter(pk__in=keys)}
    since, until = row.during.lower, row.during.upper
    counts = {
        r[0]: r[1:]
        for r in fetch(
            "SELECT l.patient_id, count(*) FILTER (WHERE l.closed_at >= %s AND l.closed_at < %s),"
            " count(*) FILTER (WHERE l.opened_at > %s AND l.opened_at < %s),"
            " count(*) FILTER (WHERE l.state <> 'closed' AND l.due_at < %s)"
            " FROM loop l WHERE l.patient_id = ANY(%s) GROUP BY 1",
            [since, until, since, until, acting.at, keys],
        )
    }
    done = fetch(
        "SELECT e.patient_id, e.at, w.name, l.title, e.say FROM loop l JOIN loop_event e ON e.loop_id = l.id"
        " JOIN person w ON w.id = e.person_id WHERE l.patient_id = ANY(%s) AND e.at >= %s AND e.at < %s"
        " AND NOT e.say ->> 'key' = ANY(%s) ORDER BY e.at DESC, e.id DESC LIMIT %s",
        [keys, since, until, ["event.absence_covered", "event.absence_back", "event.absence_to_team"], DONE + 1],
    )
    told: dict[UUID, list[tuple[datetime, str, Say, Say]]] = {}
    for patient, at, who, title, say in reversed(done[:DONE]):
        told.setdefault(patient, []).append((at, who, read_say(title), read_say(say)))
    musts = _musts(acting, keys, until) if row.ended_at is None else {}
    lines = [
        DigestLine(
            patient_id=share.patient_id,
            name=people[share.patient_id].full_name,
            birth_on=people[share.patient_id].birth_on,
            person_id=share.covering_id,
            covering=share.covering.name,
            because=tuple(read_say(one) for one in share.because),
            must=tuple(musts.get(share.patient_id, ())),
            closed=counts.get(share.patient_id, (0, 0, 0))[0],
            new=counts.get(share.patient_id, (0, 0, 0))[1],
            late=counts.get(share.patient_id, (0, 0, 0))[2],
            done=tuple(told.get(share.patient_id, ())),
        )
        for share in shares
        if share.patient_id in people
    ]
    names = {key: one.name_key for key, one in people.items()}
    lines.sort(key=lambda one: (-one.late, -bool(one.must), names[one.patient_id], one.patient_id))
    return tuple(lines), len(done) > DONE


def _musts(acting: Acting, patients: Sequence[UUID], until: datetime) -> dict[UUID | None, list[LoopRow]]:
    found: dict[UUID | None, list[LoopRow]] = {}
    where = "l.patient_id = ANY(%s) AND l.state <> 'closed' AND least(l.due_at, l.next_at) < %s"
    for one in select_rows(Viewer(acting.person_id, acting.at, clinic_zone()), where, [list(patients), until]):
        found.setdefault(one.patient_id, []).append(one)
    return found
