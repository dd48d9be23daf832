"""The frame around the words of a message: whom it is to, who writes, and the number to call."""

from collections.abc import Mapping

from django.conf import settings

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import SYSTEM_ID, Acting
from careloop.facts.messages import Field, Value
from careloop.records.models import Patient, Person
from careloop.worklist.contact_points import Receiver
from careloop.worklist.opening import primary_coordinators


def fill_values(acting: Acting, receiver: Receiver, given: Mapping[Field, Value]) -> dict[Field, Value]:
    """Return the values with those of the frame: whom it is to, who writes, and the number to call.

    :raises Refusal: if the clinic's number is not set
    """
    values = dict(given)
    patient = receiver.patient
    own = patient.preferred_name or patient.given.split(" ")[0] or patient.full_name
    values.setdefault(Field.NAME, receiver.member.name if receiver.member else own)
    if Field.SENDER not in values:
        values[Field.SENDER] = _sender(acting, patient)
    if Field.PHONE not in values:
        if not settings.CLINIC_PHONE:
            raise Refusal(Say("refusal.outbox_no_phone"))
        values[Field.PHONE] = settings.CLINIC_PHONE
    return values


def _sender(acting: Acting, patient: Patient) -> str:
    """Return the first name of who writes; of what goes by itself, that of the patient's coordinator.

    It is never the clinic's name.
    """
    key = acting.person_id
    if key == SYSTEM_ID:
        key = primary_coordinators(acting, [patient.pk]).get(patient.pk, key)
    name = Person.objects.filter(pk=key, kind="staff").values_list("name", flat=True).first() or ""
    return str(name).split(" ")[0] or "Careloop"
