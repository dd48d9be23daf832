"""Checks signed on or off by a clinician, with their thresholds, and asked to be changed if they seldom help."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right, Role
from careloop.facts.signing import SELDOM_HELPS, Precision, Signature
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.guard.context import enter
from careloop.guard.doors import managing, unattended
from careloop.records.models import CheckSetting, Loop, Person, Unit
from careloop.rules.checks import find_checks
from careloop.rules.signing import asks_for_change, choose_thresholds, stand
from careloop.worklist.leads import find_led_unit
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.precision import count_precision
from careloop.worklist.settle import Change, change, clinic_zone
from careloop.worklist.signatures import load_histories

NOTE_LIMIT = 2000
# A microsecond in the clinic's life: two signatures of one moment keep their order.
NEXT = "SELECT greatest(%s, max(from_at) + interval '1 microsecond') FROM check_setting WHERE check_name = %s"


@managing(needs=Right.CHECK_SIGN)
def sign_check(acting: Acting, signature: Signature, *, seen: UUID | None = None) -> None:
    """Sign a check on or off from now on, with its thresholds.

    ``seen`` is the signature that the clinician had in view, None if there was none.

    :raises Refusal: if there is no such check, a threshold cannot be taken, or the person is no clinician
    :raises TakenMeanwhile: if somebody else signed after ``seen``
    """
    _lock(signature.check)
    newest = load_histories(signature.check).get(signature.check, ())
    if seen != (newest[0].id if newest else None):
        raise TakenMeanwhile(Say("refusal.signed_meanwhile"))
    _sign(acting, acting.person_id, signature)


@managing(needs=Right.CATALOG_WRITE)
def sign_check_for(acting: Acting, signature: Signature, *, clinician: str) -> None:
    """Write down what a clinician, named by e-mail, signed from now on; the log keeps that it was typed for them.

    :raises Refusal: if nobody of that e-mail is a clinician who works here, or as ``sign_check`` says
    """
    _lock(signature.check)
    signer = Person.objects.filter(login__email__iexact=clinician.strip()).values_list("pk", flat=True).first()
    if signer is None:
        raise Refusal(Say("refusal.signer"))
    _sign(acting, signer, signature)


@unattended(needs=Right.WORK_UNATTENDED)
def review_checks(acting: Acting) -> int:
    """Ask for checks that seldom help to be changed, and end what no longer needs asking; return how many changed.

    A check is asked about once a day at most, on the list of the first team that has a supervisor.
    """
    zone = clinic_zone()
    checks, histories = find_checks(), load_histories()
    counted = count_precision(checks, histories, acting.at, zone)
    low = {
        name: one
        for name, one in counted.items()
        if asks_for_change(one) and stand(checks[name], next(iter(histories.get(name, ())), None)).is_on
    }
    enter(units=Unit.objects.values_list("pk", flat=True))
    asked = Loop.objects.filter(check_name=SELDOM_HELPS, patient=None)
    standing = {loop.finding_key: loop for loop in asked.exclude(state=str(State.CLOSED)).select_for_update()}
    gone = [loop for name, loop in standing.items() if name not in low]
    for loop in gone:
        ended = Change(Event.ENDED_BY_FACTS, Say("event.check_helps_again"), outcome=Outcome.DONE)
        change(acting, loop, ended, zone=zone)
    today = acting.at.astimezone(ZoneInfo(zone)).date()
    quiet = {
        loop.finding_key
        for loop in asked.filter(finding_key__in=low, state=str(State.CLOSED))
        if loop.opened_at.astimezone(ZoneInfo(zone)).date() == today or (loop.quiet_until and loop.quiet_until > today)
    }
    fresh = sorted(low.keys() - standing.keys() - quiet)
    for name in fresh:
        _ask_for_change(acting, name, low[name], zone)
    return len(gone) + len(fresh)


def _lock(check: str) -> None:
    if check not in find_checks():
        raise Refusal(Say("refusal.no_such_check", check=check[:100].replace("\x00", "")))
    with connection.cursor() as cursor:
        # Two who sign at once come one after the other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('check_setting ' || %s, 1))", [check])


def _sign(acting: Acting, signer: UUID, signature: Signature) -> None:
    if len(signature.note) > NOTE_LIMIT:
        raise Refusal(Say("refusal.note_too_long", count=NOTE_LIMIT))
    person = Person.objects.get(pk=signer)
    if not person.is_active or person.role != Role.CLINICIAN:
        raise Refusal(Say("refusal.signer"))
    check = find_checks()[signature.check]
    before = stand(check, next(iter(load_histories(check.name).get(check.name, ())), None))
    thresholds = choose_thresholds(check, signature.thresholds, before.thresholds)
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [acting.at, check.name])
        from_at = cursor.fetchone()[0]
    CheckSetting(
        id=new_id(acting.at),
        check_name=check.name,
        version=check.version,
        is_on=signature.is_on,
        is_unverified_on=signature.is_on and signature.is_unverified_on,
        thresholds={name: f"{value:f}" for name, value in thresholds.items()},
        note=signature.note.replace("\x00", "").strip(),
        signed_by=person,
        from_at=from_at,
    ).save(force_insert=True)


def _ask_for_change(acting: Acting, name: str, counted: Precision, zone: str) -> None:
    unit_id = find_led_unit()
    if unit_id is None:
        return
    open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW,
            patient_id=None,
            unit_id=unit_id,
            label_mask=0,
            title=Say("review.check", check=name),
            because=(Say("review.check_counts", count=counted.closed, acted=counted.acted_on),),
            if_waits=Say("review.check_if_waits"),
            step=Say("step.change_check"),
            severity=Severity.LOW,
            queue_id=unit_id,
            check_name=SELDOM_HELPS,
            finding_key=name,
        ),
        zone=zone,
    )
