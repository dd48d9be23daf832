"""The first run: a key that the start command prints, answers that are kept, and the clinic made from them at once."""

import hashlib
import secrets
from collections.abc import Mapping
from uuid import UUID
from zoneinfo import available_timezones

from django.db import connection

from careloop.actions.staffing import hire_person
from careloop.actions.units import clean_name, write_unit
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.channels.road_portal import safe_address
from careloop.facts.access import Acting, Right
from careloop.facts.setup import DEMO, SetupStep
from careloop.guard.doors import managing, unattended
from careloop.records.models import Clinic, ClinicDay, FirstRun, HeldFile, Person, Unit
from careloop.rules.setup import NotClear, read_days, read_hours, read_lines, read_people

# Letters and digits that nobody takes for one another; 24 of 31 are 118 bits: nobody guesses that.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 24


def _pick(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@managing(needs=Right.PEOPLE_WRITE)
def open_setup(acting: Acting) -> str | None:
    """Make a new key for whoever installs, and forget the one before; None if this database has its clinic."""
    row = FirstRun.objects.select_for_update().first()
    is_begun = row is not None and row.applied_at is not None
    if row is not None and row.finished_at is not None:
        return None
    if Clinic.objects.filter(is_demo=True).exists() or (not is_begun and Person.objects.filter(kind="staff").exists()):
        return None
    key = "-".join(_pick(4) for _ in range(LENGTH // 4))
    row = row or FirstRun(id=1, made_at=acting.at)
    row.key_hash = _mark(key)
    row.save()
    return key


@managing(needs=Right.PEOPLE_WRITE)
def save_answers(acting: Acting, *, step: SetupStep, typed: Mapping[str, str], version: int) -> None:
    """Keep what was typed on one page, to come back to.

    :raises Refusal: if something of it cannot be read, with the words
    :raises TakenMeanwhile: if another window kept something after ``version``
    """
    row = _open_row()
    if row.version != version:
        raise TakenMeanwhile(Say("refusal.setup_changed"))
    row.answers = {**row.answers, str(step): dict(typed)}
    row.version += 1
    row.save()


@managing(needs=Right.PEOPLE_WRITE)
def apply_setup(acting: Acting) -> tuple[UUID, ...]:
    """Make the clinic from the answers, all at once: name, site, days, teams and people; return the people.

    Asked again after it was done, it returns nobody and changes nothing.

    :raises Refusal: if an answer is missing or cannot be
    """
    row = _open_row()
    if row.applied_at is not None:
        return ()
    if row.demo_asked_at is not None and row.demo_broke_at is None:
        raise Refusal(Say("refusal.demo_is_asked"))
    answers = {step: row.answers.get(str(step), {}) for step in SetupStep}
    for step in (SetupStep.CLINIC, SetupStep.TEAMS, SetupStep.PEOPLE):
        if not answers[step]:
            raise Refusal(Say("refusal.setup_incomplete", what=str(step)))
    try:
        people = read_people(answers[SetupStep.PEOPLE])
        days = read_days(answers[SetupStep.DAYS].get("days", ""))
        hours = read_hours(answers[SetupStep.SITE])
    except NotClear as fault:
        raise Refusal(Say("refusal.setup_incomplete", what=str(fault))) from None
    _name_clinic(answers[SetupStep.CLINIC])
    if site := answers[SetupStep.SITE].get("name", "").strip():
        write_unit(Unit(kind="site"), name=site, zone=answers[SetupStep.SITE].get("zone", ""), hours=hours)
    for on, name in days.items():
        ClinicDay(on=on, name=name, set_by_id=acting.person_id, set_at=acting.at).save(force_insert=True)
    units = [_make_team(name) for name in read_lines(answers[SetupStep.TEAMS].get("teams", ""))]
    hired = tuple(
        hire_person(
            acting, name=one.name, email=one.email, role=one.role, password=None, unit_ids=units,
            language=one.language,
        )
        for one in people
    )  # fmt: skip
    row.applied_at = acting.at
    row.save()
    return hired


@managing(needs=Right.PEOPLE_WRITE)
def ask_demo(acting: Acting) -> None:
    """Ask the worker for the demo clinic in place of one's own; asked again, it tries again if it broke.

    :raises Refusal: if the clinic was made already, or records are here
    """
    row = _open_row()
    if row.applied_at is not None or _has_patients(acting):
        raise Refusal(Say("refusal.demo_beside_records"))
    if row.demo_asked_at is None or row.demo_broke_at is not None:
        row.demo_asked_at, row.demo_broke_at = acting.at, None
        row.answers = {DEMO: {"password": "-".join(_pick(4) for _ in range(4))}}
        row.save()


@unattended(needs=Right.WORK_UNATTENDED)
def note_demo_broke(acting: Acting) -> bool:
    """Note that the demo could not be made: nothing of it is there."""
    return bool(FirstRun.objects.filter(finished_at=None).update(demo_broke_at=acting.at))


@managing(needs=Right.PEOPLE_WRITE)
def close_demo_setup(acting: Acting) -> None:
    """Forget the demo's password and close the setting up for good.

    :raises NotFound: unless the demo is whole
    """
    row = _open_row()
    if not Clinic.objects.filter(is_demo=True, demo_ready_at__isnull=False).exists():
        raise NotFound
    row.finished_at, row.answers, row.key_hash = acting.at, {}, ""
    row.save()


def _has_patients(acting: Acting) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (status_counts(%s) ->> 'patients')::bigint > 0", [acting.at])
        found: bool = cursor.fetchone()[0]
    return found


@managing(needs=Right.PEOPLE_WRITE)
def finish_setup(acting: Acting) -> None:
    """Close the setting up for good: its pages are not there any more.

    :raises Refusal: if the clinic was not made yet
    """
    row = _open_row()
    if row.applied_at is None:
        raise Refusal(Say("refusal.setup_incomplete", what=str(SetupStep.CLINIC)))
    row.finished_at, row.answers, row.key_hash = acting.at, {}, ""
    row.save()
    HeldFile.objects.all().delete()


def _open_row() -> FirstRun:
    row: FirstRun | None = FirstRun.objects.select_for_update().filter(finished_at=None).first()
    if row is None:
        raise NotFound
    return row


def _name_clinic(typed: Mapping[str, str]) -> None:
    zone = typed.get("zone", "")
    if zone not in available_timezones():
        raise Refusal(Say("refusal.zone", zone=zone[:60].replace("\x00", "")))
    clinic = Clinic.objects.select_for_update().get(pk=1)
    clinic.portal_url = safe_address(typed.get("portal", ""))
    if typed.get("portal", "").strip() and not clinic.portal_url:
        raise Refusal(Say("refusal.setup_incomplete", what="portal"))
    clinic.name, clinic.zone = clean_name(typed.get("name", "")), zone
    clinic.save()


def _make_team(name: str) -> int:
    unit = Unit(kind="team")
    write_unit(unit, name=name, zone="", hours={})
    return int(unit.pk)
