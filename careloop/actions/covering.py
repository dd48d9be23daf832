"""Somebody is away: colleagues share their patients and say that they have them; then all comes back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from psycopg.types.range import TimestamptzRange

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.catalog.covering import ANSWER, SUDDEN_ANSWER
from careloop.facts.access import Acting, Right, Role
from careloop.facts.covering import PartState, Share
from careloop.facts.worklist import LoopKind, Severity
from careloop.guard.context import enter, name_in_line
from careloop.guard.doors import managing, unattended
from careloop.guard.grants import load_reach
from careloop.records.models import Absence, AbsencePart, AbsenceShare, Membership, Patient, Person
from careloop.rules.access import MAY_CARRY, grant_labels, has_right
from careloop.rules.covering import LONGEST, explain_choice, may_cover
from careloop.worklist.covering import Question, bring_back, default_hours, hand_out, load_question, pass_loops
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import clinic_zone
from careloop.worklist.shares import end_shares, give_shares

# The name under which what nobody took over waits.
UNANSWERED = "cover"
SHORTEST = timedelta(microseconds=1)


@managing(needs=Right.CASELOAD_WRITE)
def plan_absence(
    acting: Acting,
    *,
    person_id: UUID,
    since: datetime,
    until: datetime,
    is_sudden: bool,
    chosen: Mapping[UUID, UUID],
) -> UUID:
    """Share the patients of somebody who is away out among colleagues; return the absence.

    ``chosen`` names a colleague for every patient: exactly those of the caseload, and of open loops of theirs, in the
    teams that this person reaches. Each opens to that colleague for the time alone. What begins now moves at once,
    anything else when it begins; each colleague is asked to say that they have it.

    :raises Refusal: if the days are turned round or past, the list changed meanwhile, or a colleague may not see all
        of a patient, works elsewhere or is away
    """
    if not since < until <= since + LONGEST or until <= acting.at:
        raise Refusal(Say("refusal.cover_dates"))
    # Whoever moves patients to or from this person at this moment waits, or is waited for.
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id, is_active=True, kind="staff").first()
    teams = set(Membership.objects.filter(person_id=person_id).values_list("unit_id", flat=True))
    units = sorted(teams & set(load_reach(acting).units))
    if person is None or not units:
        raise NotFound
    question = load_question(acting, person_id, units, since, until)
    if not question.carried:
        raise Refusal(Say("refusal.cover_nothing"))
    because = _check(question, chosen)
    absence = Absence(
        id=new_id(acting.at), person=person, unit_id=units[0], units=units, during=TimestamptzRange(since, until),
        is_sudden=is_sudden, made_by_id=acting.person_id, made_at=acting.at,
    )  # fmt: skip
    absence.save(force_insert=True)
    give_shares(acting, absence, chosen, because)
    _ask(acting, absence, sorted(set(chosen.values())))
    name_in_line(chosen)
    if since <= acting.at:
        _begin(acting, absence)
    return UUID(str(absence.pk))


@managing(needs=Right.LOOP_HAND_OFF)
def accept_cover(acting: Acting, *, absence_id: UUID) -> PartState:
    """Say that one has the patients that one was asked to take over.

    :raises NotFound: if nothing was asked of this person
    :raises Refusal: if it was answered already, the time for an answer is over, or the absence is
    """
    _absence, part = _lock_part(acting, absence_id)
    return _answer(acting, part, PartState.ACCEPTED)


@managing(needs=Right.LOOP_HAND_OFF)
def decline_cover(acting: Acting, *, absence_id: UUID) -> PartState:
    """Say that one cannot take over: from this moment whoever planned it has these patients.

    :raises NotFound: if nothing was asked of this person
    :raises Refusal: if it was answered already, the time for an answer is over, or the absence is
    """
    absence, part = _lock_part(acting, absence_id)
    answered = _answer(acting, part, PartState.DECLINED)
    _back_to_planner(acting, absence, part.covering_id, Say("covering.said_no", name=_name_of(part.covering_id)))
    return answered


@managing(needs=Right.CASELOAD_WRITE)
def give_share(acting: Acting, *, absence_id: UUID, patient_ids: Sequence[UUID], to_person: UUID) -> int:
    """Give some of the patients of an absence to another colleague, who is asked to say that they have them.

    Return how many.

    :raises NotFound: if the absence is of nobody in the teams of this person
    :raises Refusal: if none is named, or the colleague may not see all of one, works elsewhere or is away
    """
    absence = _lock(absence_id)
    if not set(absence.units) & set(load_reach(acting).units):
        raise NotFound
    live = AbsenceShare.objects.filter(absence=absence, ended_at=None, patient__in=list(patient_ids))
    ids = list(live.exclude(covering_id=to_person).values_list("patient_id", flat=True))
    if not ids:
        raise Refusal(Say("refusal.no_patients"))
    name = str(Person.objects.values_list("name", flat=True).get(pk=acting.person_id))
    _pass_on(acting, absence, ids, to_person, Say("covering.chosen", name=name))
    _ask(acting, absence, [to_person])
    name_in_line(ids)
    return len(ids)


@managing(needs=Right.LOOP_HAND_OFF)
def end_absence(acting: Acting, *, absence_id: UUID) -> int:
    """Say that somebody is back, oneself or one of the team: what moved comes back now; return how many loops.

    What was planned and has not begun is taken back.

    :raises NotFound: if the absence is neither one's own nor of one's team
    :raises Refusal: if it is over
    """
    absence = _lock(absence_id)
    reach = set(load_reach(acting).units)
    leads = has_right(acting, Right.CASELOAD_WRITE) and bool(reach & set(absence.units))
    if absence.person_id != acting.person_id and not leads:
        raise NotFound
    if absence.during.upper > acting.at:
        end = max(acting.at, absence.during.lower + SHORTEST)
        absence.during = TimestamptzRange(absence.during.lower, end)
    return _end(acting, absence, is_whole=set(absence.units) <= reach)


@unattended(needs=Right.WORK_UNATTENDED)
def follow_absences(acting: Acting, *, how_many: int) -> int:
    """Begin absences whose time has come, move what came in meanwhile, end answers that nobody gave, bring back.

    Return how many absences something was done about.
    """
    rows = Absence.objects.filter(ended_at=None).order_by("made_at", "id")
    done = 0
    for absence in rows.select_for_update(of=("self",), skip_locked=True):
        if done < how_many:
            done += _follow(acting, absence)
    return done


def _follow(acting: Acting, absence: Absence) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT unit_id FROM held_by(%s)", [absence.person_id])
        held = {row[0] for row in cursor.fetchall()}
    enter(units=held | set(absence.units))
    if absence.during.upper <= acting.at:
        _end(acting, absence, is_whole=True)
        return True
    late = AbsencePart.objects.filter(absence=absence, state=str(PartState.OFFERED), expires_at__lte=acting.at)
    expired = list(late)
    for part in expired:
        _answer(acting, part, PartState.EXPIRED)
        _back_to_planner(acting, absence, part.covering_id, Say("covering.nobody_answered"))
    if absence.during.lower > acting.at:
        return bool(expired)
    return bool(_begin(acting, absence)) or bool(expired)


def _begin(acting: Acting, absence: Absence) -> int:
    """Move what is with whoever is away; those who came to them after the plan go to whoever planned it."""
    is_first = absence.began_at is None
    if is_first:
        absence.began_at = acting.at
        absence.version += 1
        absence.save()
    _adopt(acting, absence)
    return hand_out(acting, absence) or int(is_first)


def _adopt(acting: Acting, absence: Absence) -> None:
    """Give the patients of the caseload whom nobody has yet to whoever planned it, where they may see them."""
    planner = _find_planner(absence)
    if planner is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id FROM caseload c JOIN patient p ON p.id = c.patient_id WHERE c.person_id = %s"
            " AND c.during @> %s::timestamptz AND NOT p.is_dead AND p.label_mask & ~%s = 0"
            " AND p.unit_id IN (SELECT m.unit_id FROM membership m WHERE m.person_id = %s) AND NOT EXISTS (SELECT FROM"
            " absence_share s WHERE s.absence_id = %s AND s.patient_id = p.id AND s.ended_at IS NULL) ORDER BY p.id",
            [absence.person_id, acting.at, int(grant_labels(Role(planner.role))), planner.pk, absence.pk],
        )
        new = [row[0] for row in cursor.fetchall()]
    if new:
        give_shares(acting, absence, dict.fromkeys(new, planner.pk), {})
        _keep_part(acting, absence, planner.pk)


def _end(acting: Acting, absence: Absence, *, is_whole: bool) -> int:
    """Bring back and close; without every team in reach the worker does the rest."""
    count = bring_back(acting, absence) if absence.began_at else 0
    patients = AbsenceShare.objects.filter(absence=absence, ended_at=None).values_list("patient_id", flat=True)
    end_shares(acting.at, list(patients), absence.person_id)
    for part in AbsencePart.objects.filter(absence=absence, state=str(PartState.OFFERED)):
        _answer(acting, part, PartState.EXPIRED)
    if is_whole:
        absence.ended_at = acting.at
    absence.version += 1
    absence.save()
    return count


def _check(question: Question, chosen: Mapping[UUID, UUID]) -> dict[UUID, tuple[Say, ...]]:
    """Return why each patient goes to whom; refuse unless everybody is there, once, with somebody who may see all."""
    if {one.charge.patient_id for one in question.carried} != set(chosen):
        raise TakenMeanwhile(Say("refusal.cover_list_changed"))
    helpers = {one.person_id: one for one in question.helpers}
    suggested: dict[UUID, Share] = {one.patient_id: one for one in question.shares}
    left = {key: helper.free for key, helper in helpers.items()}
    because = {}
    for one in question.carried:
        key = one.charge.patient_id
        helper = helpers.get(chosen[key])
        if helper is None or not may_cover(helper, one.charge):
            raise Refusal(Say("refusal.cover_may_not"))
        left[helper.person_id] -= one.charge.minutes
        share = suggested[key]
        is_suggested = share.person_id == helper.person_id
        because[key] = share.because if is_suggested else explain_choice(helper, one.charge, left[helper.person_id])
    return because


def _ask(acting: Acting, absence: Absence, people: Sequence[UUID]) -> None:
    """Ask each colleague to say that they have it; whoever plans for themselves has it."""
    name = SUDDEN_ANSWER if absence.is_sudden else ANSWER
    expires_at = min(acting.at + timedelta(hours=default_hours(name, acting.at.date())), absence.during.upper)
    for person in people:
        if person == acting.person_id:
            _keep_part(acting, absence, person)
            continue
        AbsencePart.objects.update_or_create(
            absence=absence,
            covering_id=person,
            defaults={"state": str(PartState.OFFERED), "expires_at": expires_at, "answered_at": None},
        )


def _keep_part(acting: Acting, absence: Absence, person: UUID) -> None:
    kept = {"state": str(PartState.ACCEPTED), "expires_at": None, "answered_at": acting.at}
    AbsencePart.objects.update_or_create(absence=absence, covering_id=person, defaults=kept)


def _back_to_planner(acting: Acting, absence: Absence, covering: UUID, why: Say) -> None:
    """Give what somebody did not take over to whoever planned it, with a loop that says so and ``why`` they have it.

    If they are gone, or may not see one, the patients stay where they are, and the loop waits in the team's queue.
    """
    live = AbsenceShare.objects.filter(absence=absence, ended_at=None, covering_id=covering)
    ids = list(live.values_list("patient_id", flat=True))
    if not ids:
        return
    planner = _find_planner(absence)
    can = planner is not None and planner.pk != covering and _may_have(planner, ids)
    if planner is not None and can:
        _pass_on(acting, absence, ids, planner.pk, why)
        _keep_part(acting, absence, planner.pk)
    name = _name_of(absence.person_id)
    draft = Draft(
        kind=LoopKind.REVIEW,
        patient_id=None,
        unit_id=absence.unit_id,
        label_mask=0,
        title=Say("covering.not_taken", name=name, count=len(ids)),
        because=(Say("because.cover_not_taken"),),
        if_waits=None,
        step=Say("step.cover_other"),
        severity=Severity.HIGH,
        owner_id=planner.pk if planner is not None and can else None,
        queue_id=None if can else absence.unit_id,
        check_name=UNANSWERED,
        finding_key=f"{absence.pk}:{covering}:{absence.version}:{acting.at.isoformat()}",
    )
    open_loop(acting, draft, zone=clinic_zone())
    absence.version += 1
    absence.save()


def _name_of(person: UUID) -> str:
    return str(Person.objects.values_list("name", flat=True).get(pk=person))


def _pass_on(acting: Acting, absence: Absence, ids: Sequence[UUID], to_person: UUID, why: Say) -> None:
    person = Person.objects.filter(pk=to_person, is_active=True, role__in=[str(r) for r in MAY_CARRY]).first()
    if person is None or to_person == absence.person_id or not _may_have(person, ids):
        raise Refusal(Say("refusal.cover_may_not"))
    during = (max(absence.during.lower, acting.at), absence.during.upper)
    if Absence.objects.filter(person_id=to_person, ended_at=None, during__overlap=during).exists():
        raise Refusal(Say("refusal.cover_may_not"))
    end_shares(acting.at, ids, absence.person_id)
    give_shares(acting, absence, dict.fromkeys(ids, to_person), dict.fromkeys(ids, (why,)))
    if absence.began_at:
        pass_loops(acting, absence, ids, to_person)


def _may_have(person: Person, ids: Sequence[UUID]) -> bool:
    """Tell whether somebody works in the team of each of these patients and may see all that is open about them."""
    mask = int(grant_labels(Role(person.role)))
    units = Membership.objects.filter(person=person).values("unit_id")
    patients = Patient.objects.filter(pk__in=ids)
    if patients.exclude(unit_id__in=units).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM patient WHERE id = ANY(%s) AND label_mask & ~%s <> 0) OR EXISTS (SELECT FROM"
            " loop WHERE patient_id = ANY(%s) AND state <> 'closed' AND label_mask & ~%s <> 0)",
            [list(ids), mask, list(ids), mask],
        )
        return not cursor.fetchone()[0]


def _find_planner(absence: Absence) -> Person | None:
    carriers = Person.objects.filter(is_active=True, role__in=[str(r) for r in MAY_CARRY])
    planner: Person | None = carriers.filter(pk=absence.made_by_id).exclude(pk=absence.person_id).first()
    return planner


def _lock(absence_id: UUID) -> Absence:
    absence: Absence | None = Absence.objects.select_for_update(of=("self",)).filter(pk=absence_id).first()
    if absence is None:
        raise NotFound
    if absence.ended_at is not None:
        raise Refusal(Say("refusal.cover_is_over"))
    return absence


def _lock_part(acting: Acting, absence_id: UUID) -> tuple[Absence, AbsencePart]:
    absence = _lock(absence_id)
    part = AbsencePart.objects.filter(absence=absence, covering_id=acting.person_id).first()
    if part is None:
        raise NotFound
    if part.state != PartState.OFFERED or part.expires_at <= acting.at or absence.during.upper <= acting.at:
        raise Refusal(Say("refusal.cover_was_answered"))
    shares = AbsenceShare.objects.filter(absence=absence, ended_at=None, covering_id=acting.person_id)
    name_in_line(list(shares.values_list("patient_id", flat=True)))
    return absence, part


def _answer(acting: Acting, part: AbsencePart, state: PartState) -> PartState:
    part.state, part.answered_at = str(state), acting.at
    part.save()
    return state
