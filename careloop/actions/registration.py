"""A new patient by hand: registered by somebody of a team, and held against everybody who is here."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.actions.intake.matching import Arrived, describe, match_arrived, take_turns
from careloop.actions.intake.patients import Arrival, register_new
from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Label, Relation, Right
from careloop.facts.intake import IncomingResource, PatientColumns
from careloop.guard.context import name_in_line
from careloop.guard.doors import managing
from careloop.records.models import Membership
from careloop.rules.access import THROUGH, grant_labels
from careloop.worklist.settle import clinic_zone

# The source of patients who are entered by hand.
HERE = "here"
LIMIT = 200
GRANT = (
    "INSERT INTO access_grant (person_id, patient_id, source, label_mask, purpose, during, granted_by, reason)"
    " VALUES (%s, %s, %s, %s, '', tstzrange(%s, %s::timestamptz + interval '1 day'), %s, '')"
)


@managing(needs=Right.PATIENT_REGISTER)
def register_patient(acting: Acting, *, unit_id: int, columns: PatientColumns) -> UUID:
    """Register a new patient for a team of one's own; return the key. The line in the log names the patient.

    Whoever reaches no whole team sees the patient through a visit until the next day. A record that may be of the
    same person is linked or laid before people, as for any other patient who arrives.

    :raises Refusal: if the name or birth date is missing or cannot be, or the team is not one's own
    """
    _expect_clear(acting, columns)
    if not Membership.objects.filter(person_id=acting.person_id, unit_id=unit_id).exists():
        raise Refusal(Say("refusal.own_team"))
    who = describe(HERE, columns)
    take_turns([who])
    key = new_id(acting.at)
    name_in_line([key])
    if Relation.UNIT not in THROUGH[acting.role]:
        mask, visit = int(grant_labels(acting.role)), str(Relation.VISIT)
        with connection.cursor() as cursor:
            cursor.execute(GRANT, [acting.person_id, key, visit, mask, acting.at, acting.at, acting.person_id])
    entered = IncomingResource(
        type="Patient",
        fhir_id=str(key),
        patient_ref=str(key),
        raw=b"",
        sha256=b"",
        last_updated=None,
        version=None,
        labels=int(Label.NONE),
        facts=(),
        patient=columns,
    )
    arrival = Arrival(id=key, unit_id=unit_id, shift_days=None, is_new=True)
    register_new(acting, [entered], {str(key): arrival}, HERE, clinic_zone())
    match_arrived(acting, [Arrived(key, unit_id, int(Label.NONE), False, who)])
    return key


def _expect_clear(acting: Acting, columns: PatientColumns) -> None:
    if not (columns.family and columns.given) or max(len(columns.family), len(columns.given)) > LIMIT:
        raise Refusal(Say("refusal.patient_name"))
    today = acting.at.astimezone(ZoneInfo(clinic_zone())).date()
    if columns.birth_on is None or not columns.birth_on.year >= 1850 or columns.birth_on > today:
        raise Refusal(Say("refusal.birth_day"))
