"""Legal holds, and the end of a record: asked for by one supervisor, done by the word of another, whole or not."""

import json
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.catalog.retention import load_retention
from careloop.facts.access import Acting, Right, Role
from careloop.facts.intake import IdentifierColumns
from careloop.facts.retention import Deleted, Obstacles
from careloop.guard.audit import write_line
from careloop.guard.doors import action, creating, managing
from careloop.records.models import DeletionWish, LegalHold, Membership, Patient, PatientIdentifier
from careloop.rules.retention import kept_until, make_late_keys, say_not_the_second, say_obstacle

LIMIT = 500


@creating(needs=Right.HOLD_WRITE, about=Patient)
def hold_record(acting: Acting, patient: Patient, *, reason: str) -> int:
    """Hold everything about one patient; return the number of the hold.

    :raises Refusal: if no reason is given
    """
    hold = LegalHold(patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask)
    return _set(acting, hold, reason)


@creating(needs=Right.HOLD_WRITE, about=Patient)
def lift_hold(acting: Acting, patient: Patient, *, hold_id: int, reason: str) -> None:
    """Lift a hold on one patient.

    :raises NotFound: if the patient has no such hold, or it was lifted before
    """
    _lift(acting, hold_id, patient, reason)


@managing(needs=Right.HOLD_EVERYTHING)
def hold_everything(acting: Acting, *, reason: str) -> int:
    """Hold every record; return the number of the hold.

    :raises Refusal: if no reason is given
    """
    return _set(acting, LegalHold(), reason)


@managing(needs=Right.HOLD_EVERYTHING)
def lift_hold_on_everything(acting: Acting, *, hold_id: int, reason: str) -> None:
    """Lift a hold on every record.

    :raises NotFound: if there is no such hold, or it was lifted before
    """
    _lift(acting, hold_id, None, reason)


@action(needs=Right.RECORD_DELETE, about=Patient)
def propose_deletion(acting: Acting, patient: Patient, *, supervisor: str = "", dry_run: bool = False) -> date:
    """Ask for a record to be deleted; return until when it had to be kept. Nothing is deleted yet.

    The operator names the supervisor who asks by e-mail; a supervisor asks in person. With ``dry_run`` nothing is kept.

    :raises Refusal: if something keeps the record, somebody asked already, or the person is no supervisor of its team
    """
    asker = _supervisor(acting, patient, supervisor)
    obstacles, until = _expect_free(acting, patient)
    if obstacles.asked_by is not None:
        raise Refusal(Say("refusal.deletion_asked"))
    with transaction.atomic():
        DeletionWish(
            patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask, asked_by_id=asker,
            asked_at=acting.at,
        ).save(force_insert=True)  # fmt: skip
        transaction.set_rollback(dry_run)
    return until


@action(needs=Right.RECORD_DELETE, about=Patient)
def withdraw_deletion(acting: Acting, patient: Patient, *, dry_run: bool = False) -> None:
    """Take back that somebody asked for a record to be deleted.

    :raises Refusal: if nobody asked
    """
    with transaction.atomic():
        if not DeletionWish.objects.filter(patient=patient).delete()[0]:
            raise Refusal(Say("refusal.deletion_not_asked"))
        transaction.set_rollback(dry_run)


@action(needs=Right.RECORD_DELETE, about=Patient)
def confirm_deletion(acting: Acting, patient: Patient, *, supervisor: str = "", dry_run: bool = False) -> Deleted:
    """Delete a record whole by the word of a second supervisor. What stays is the log and a tombstone without contents.

    All in one transaction. With ``dry_run`` all of it is tried and nothing is deleted.

    :raises Refusal: if nobody asked, the same person did, something keeps the record, or it changed meanwhile
    """
    second = _supervisor(acting, patient, supervisor)
    obstacles, until = _expect_free(acting, patient)
    if (not_the_second := say_not_the_second(obstacles.asked_by, second)) is not None:
        raise Refusal(not_the_second)
    with transaction.atomic():
        deleted = _delete(acting, patient, second, obstacles.last_on, until)
        total = sum(deleted.rows.values())
        write_line(
            acting, "actions.retention.confirm_deletion", "done", patient_id=patient.pk,
            key=f"tombstone {deleted.tombstone}, {total} rows, sha256 {deleted.sha256}",
        )  # fmt: skip
        transaction.set_rollback(dry_run)
    return deleted


@managing(needs=Right.HOLD_EVERYTHING)
def readmit_record(acting: Acting, *, tombstone: UUID) -> None:
    """Let somebody whose record was deleted come in again; what was deleted stays so.

    :raises NotFound: if there is no such tombstone, or it was readmitted before
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT readmit_record(%s)", [tombstone])
        if not cursor.fetchone()[0]:
            raise NotFound


def _supervisor(acting: Acting, patient: Patient, email: str) -> UUID:
    """Return the supervisor who speaks: who acts, or whom the operator names and who works in the patient's team."""
    if acting.role is not Role.SYSTEM:
        return acting.person_id
    members = Membership.objects.filter(
        unit_id=patient.unit_id, person__login__email__iexact=email.strip(), person__is_active=True,
        person__role=str(Role.SUPERVISOR),
    )  # fmt: skip
    found: UUID | None = members.values_list("person_id", flat=True).first()
    if found is None:
        raise Refusal(Say("refusal.deletion_by"))
    return found


def _expect_free(acting: Acting, patient: Patient) -> tuple[Obstacles, date]:
    """Return what there is to know of a record that nothing keeps, and until when it had to be kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM record_obstacles(%s)", [patient.pk])
        obstacles = Obstacles(*cursor.fetchone())
    rule = load_retention()
    until = kept_until(rule, obstacles.last_on, patient.birth_on)
    if (obstacle := say_obstacle(rule, obstacles, until, acting.at.date())) is not None:
        raise Refusal(obstacle)
    return obstacles, until


def _delete(acting: Acting, patient: Patient, second: UUID, last_on: date, until: date) -> Deleted:
    rows = PatientIdentifier.objects.filter(patient=patient).values_list("system", "value", "type_code")
    keys = make_late_keys(patient.source, patient.fhir_id, [IdentifierColumns(*row) for row in rows])
    stone = new_id(acting.at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT counts, sha256 FROM delete_record(%s, %s, %s, %s, %s, %s)",
            [patient.pk, stone, second, last_on, until, list(keys)],
        )
        counts, sha256 = cursor.fetchone()
        # Whatever still points to the record speaks here, not at the end.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    tables: dict[str, dict[str, object]] = json.loads(counts) if isinstance(counts, str) else counts
    by_table = {table: int(str(one["rows"])) for table, one in sorted(tables.items())}
    return Deleted(stone, until, by_table, bytes(sha256).hex())


def _set(acting: Acting, hold: LegalHold, reason: str) -> int:
    hold.reason, hold.set_by, hold.since = _stated(reason), acting.person_id, acting.at
    hold.save(force_insert=True)
    return int(hold.pk)


def _lift(acting: Acting, hold_id: int, patient: Patient | None, reason: str) -> None:
    lifted = {"lifted_by": acting.person_id, "lifted_at": acting.at, "lifted_because": _stated(reason)}
    if not LegalHold.objects.filter(pk=hold_id, patient=patient, lifted_at=None).update(**lifted):
        raise NotFound


def _stated(reason: str) -> str:
    words = " ".join(reason.replace("\x00", "").split())
    if not words or len(words) > LIMIT:
        raise Refusal(Say("refusal.hold_reason", count=LIMIT))
    return words
