"""One small record for tests of screens, and the seal that a form about a patient carries."""

import json
from uuid import UUID

from django.test import Client

from careloop.records.models import Login
from careloop.web.seals import FIELD, seal
from tests.formats.fhir.samples import PATIENT, changed
from tests.people import NOW

PATIENT_JSON = json.dumps(changed(PATIENT, id="p1")).encode()


def sealed_for(client: Client, patient: UUID) -> dict[str, str]:
    """Return the field that a form about a patient carries when it is shown to whom the client signed in."""
    person = Login.objects.get(pk=client.session["_auth_user_id"]).person_id
    return {FIELD: seal(patient, person, NOW)}
