"""Checking who calls. A stranger, a wrong answer and somebody unknown get the same answer by the same statements."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection

from careloop.facts.access import Acting, Right
from careloop.facts.callers import WITHIN_MINUTES, CallerAnswer, CallerIs, Given, Known
from careloop.facts.consents import NearAndTold
from careloop.guard.context import name_in_line
from careloop.guard.doors import creating, managing
from careloop.records.models import CallerCode, Patient, PatientContact, PatientIdentifier
from careloop.rules.callers import closed_until, fold_code, is_confirmed, name_parts, same_name
from careloop.worklist.consents import load_circle

# Who is nobody: asked for where nobody was found, so that the same is asked of the database.
NOBODY = UUID(int=0)


@creating(needs=Right.CALLER_CHECK, about=Patient)
def check_caller(
    acting: Acting, patient: Patient, *, caller: CallerIs, given: Given, member_id: UUID | None = None
) -> CallerAnswer:
    """Check who calls about a patient whose page is open: the patient, somebody of the circle, or a stranger.

    After five wrong tries in an hour, wherever they were made, nobody is confirmed until the first of them is over.
    """
    return _check(acting, patient, _key(patient.full_name, patient.birth_on), given, caller, member_id, "")


@managing(needs=Right.CALLER_CHECK)
def check_unknown_caller(acting: Acting, *, name: str, birth_on: date, caller_name: str, given: Given) -> CallerAnswer:
    """Check a caller before anybody's page is open: about whom they call, by name and birth date, and who they are.

    Looks among those whom the one who asks reaches; for all others, and for two of the same name and day, the answer
    is that of a wrong one.
    """
    born = Patient.objects.filter(birth_on=birth_on, is_dead=False).order_by("id")
    found = [one for one in born if same_name(one.full_name, name)]
    patient = found[0] if len(found) == 1 else None
    return _check(acting, patient, _key(name, birth_on), given, None, None, caller_name)


def _check(
    acting: Acting,
    patient: Patient | None,
    asked: bytes,
    given: Given,
    caller: CallerIs | None,
    member_id: UUID | None,
    caller_name: str,
) -> CallerAnswer:
    """Ask the same of the database whoever was found, and answer."""
    until = _closed(acting, asked)
    key = patient.pk if patient else NOBODY
    circle = load_circle([key], acting.at, patient.zone if patient else "UTC")
    known = _load_known(patient, key)
    codes = dict(CallerCode.objects.filter(patient_id=key, ended_at=None).values_list("member_id", "code_hash"))
    who, member = _find_caller(patient, circle, caller, member_id, caller_name)
    stored = codes.get(member.id if member else None) if who is not CallerIs.STRANGER else None
    # One slow comparison always, that time tells nothing either.
    code_is_right = check_password(fold_code(given.code), stored or _nothing()) and bool(stored and given.code)
    is_right = (
        until is None and who is not CallerIs.STRANGER and is_confirmed(given, known, code_is_right=code_is_right)
    )
    _keep_try(acting, asked, is_right=is_right, is_closed=until is not None)
    if patient is not None:
        name_in_line([patient.pk])
    if not is_right or patient is None:
        return CallerAnswer(closed_until=until)
    return CallerAnswer(
        is_confirmed=True,
        patient_id=patient.pk,
        caller=who,
        name=member.name if member else patient.full_name,
        relation=member.relation if member else None,
        hearing=member.hearing if member else (),
    )


def _find_caller(
    patient: Patient | None,
    circle: Sequence[NearAndTold],
    caller: CallerIs | None,
    member_id: UUID | None,
    caller_name: str,
) -> tuple[CallerIs, NearAndTold | None]:
    """Return who calls: as was chosen on the page, or by the name that they say."""
    if patient is None:
        return CallerIs.STRANGER, None
    if caller is CallerIs.PATIENT or (caller is None and same_name(caller_name, patient.full_name)):
        return CallerIs.PATIENT, None
    named = [one for one in circle if one.id == member_id or (caller is None and same_name(caller_name, one.name))]
    return (CallerIs.MEMBER, named[0]) if len(named) == 1 else (CallerIs.STRANGER, None)


def _load_known(patient: Patient | None, key: UUID) -> Known:
    contacts = PatientContact.objects.filter(patient_id=key, system__in=("phone", "sms"))
    numbers = PatientIdentifier.objects.filter(patient_id=key, type_code__in=("MR", "MRN", ""))
    phones, records = tuple(contacts.values_list("value", flat=True)), tuple(numbers.values_list("value", flat=True))
    if patient is None:
        return Known()
    return Known(patient.birth_on, phones, patient.postal_code, records)


def _closed(acting: Acting, asked: bytes) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM wrong_tries(%s, %s)", [asked, acting.at - timedelta(minutes=WITHIN_MINUTES)])
        return closed_until([row[0] for row in cursor.fetchall()], acting.at)


def _keep_try(acting: Acting, asked: bytes, *, is_right: bool, is_closed: bool) -> None:
    """Keep a try. One that was not looked at, after too many, does not make the wait longer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO caller_try (asked, at, person_id, is_confirmed) SELECT %s, %s, %s, %s WHERE %s",
            [asked, acting.at, acting.person_id, is_right, not is_closed],
        )


def _key(name: str, birth_on: date | None) -> bytes:
    """Return by what tries for somebody are counted: a keyed hash, which names nobody without the clinic's key."""
    said = "\0".join((*name_parts(name), birth_on.isoformat() if birth_on else ""))
    return hmac.digest(f"careloop.caller:{settings.SECRET_KEY}".encode(), said.encode(), hashlib.sha256)


@cache
def _nothing() -> str:
    """A hash that no code word has."""
    return make_password("\0nothing is said like this")
