"""What somebody needs who registers a patient: the teams of one's own, and who may be here already."""

from datetime import date
from uuid import UUID

from django.db import connection

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.chart import Sex
from careloop.facts.pages import Choice, PatientHit
from careloop.guard.doors import Shown, finding, managing
from careloop.records.models import Membership
from careloop.rules.matching import turn_birth
from careloop.rules.people import fold

HITS = 10


@managing(needs=Right.PATIENT_REGISTER, write=False)
def get_own_teams(acting: Acting) -> tuple[Choice, ...]:
    """Return the teams for which this person can register a patient."""
    rows = Membership.objects.filter(person_id=acting.person_id).order_by("unit__name")
    return tuple(Choice(str(key), name) for key, name in rows.values_list("unit_id", "unit__name"))


@finding(needs=Right.PATIENT_REGISTER)
def find_likely(acting: Acting, *, family: str, given: str, birth_on: date) -> Shown[tuple[PatientHit, ...]]:
    """Return who may be this person already: born that day (or with day and month turned), the family or given name.

    At most ten hits, with only what tells people apart; every hit is logged.

    :raises Refusal: unless both names have a letter or two
    """
    starts = [fold(family), fold(given)]
    if not all(starts):
        raise Refusal(Say("refusal.patient_name"))
    births = [birth_on, *(b for b in [turn_birth(birth_on)] if b)]
    hits: dict[UUID, PatientHit] = {}
    for birth in births:
        for start in dict.fromkeys(starts):
            for hit in _find(start, birth):
                hits.setdefault(hit.patient_id, hit)
    shown = tuple(hits.values())[:HITS]
    return Shown(shown, tuple(hit.patient_id for hit in shown))


def _find(start: str, birth_on: date) -> list[PatientHit]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM find_people(%s, %s, '')", [start, birth_on])
        return [PatientHit(r[0], r[1], r[2], Sex(r[3]), r[5], r[4], r[6]) for r in cursor.fetchall()]
