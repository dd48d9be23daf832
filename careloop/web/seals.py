"""Seals on forms: for which patient a form was shown, to whom and when, signed so that it cannot be altered.

Two tabs, a page gone back to, a part of a page left behind: the form says whose it is, whatever the screen shows.
"""

from datetime import datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer

from careloop.facts.access import NOBODY

# The name of the field that carries the seal in every form about a patient.
FIELD = "sealed"
_SALT = "careloop.form"


def seal(patient_id: UUID | None, person_id: UUID, at: datetime | None) -> str:
    """Return the seal of a form about a patient (None: a row without one), shown to a person at a moment."""
    parts = [str(patient_id or NOBODY), str(person_id), at.isoformat() if at else ""]
    return Signer(salt=_SALT).sign_object(parts)


def unseal(sealed: str, person_id: UUID) -> UUID | None:
    """Return the patient (or NOBODY) for whom a form was shown to this person; None if the seal is missing or bad."""
    try:
        patient, person, _at = Signer(salt=_SALT).unsign_object(sealed)
    except (BadSignature, ValueError):
        return None
    return UUID(patient) if person == str(person_id) else None
