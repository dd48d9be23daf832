"""A request to amend a record: where it stands and on which ground it may be denied."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class AmendmentState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DENIED = "denied"


class AmendmentStep(StrEnum):
    """What can happen to a request."""

    ASKED = "asked"
    EXTENDED = "extended"
    ACCEPTED = "accepted"
    DENIED = "denied"
    DISAGREED = "disagreed"


class DenialBasis(StrEnum):
    """The only grounds on which a request may be denied: 45 CFR 164.526(a)(2)."""

    NOT_OURS = "not_ours"
    NOT_IN_RECORD_SET = "not_in_record_set"
    NOT_OPEN_TO_PATIENT = "not_open_to_patient"
    ACCURATE = "accurate"


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """One request as the patient's page shows it. ``may_extend`` is false once the one extension was used.

    ``about`` names the fact that it is about, "" if the request names none.
    """

    id: UUID
    version: int
    about: str
    resource_id: UUID | None
    asked_by: str
    asked_on: date
    wrong: str
    should_say: str
    due_on: date
    is_late: bool
    may_extend: bool
    extended_because: str
    state: AmendmentState
    basis: DenialBasis | None
    answer: str
    decided_by: str
    decided_at: datetime | None
    disagreement: str
