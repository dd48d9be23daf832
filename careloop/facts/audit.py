"""The log as those who audit it see it: what was asked, the lines, and how they are sealed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careloop.facts.access import Purpose, Role


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """What is looked for; an empty part asks nothing. ``since`` and ``until`` are days of the clinic, both inside.

    ``patient`` is the id of a patient or a record number; ``before`` is the line after which the page begins, 0 for
    the newest.
    """

    person: UUID | None = None
    patient: str = ""
    what: str = ""
    outcome: str = ""
    is_break_glass: bool = False
    since: date | None = None
    until: date | None = None
    before: int = 0

    @property
    def words(self) -> str:
        """The question as the log keeps it."""
        parts = {
            "person": self.person, "patient": self.patient, "what": self.what, "outcome": self.outcome,
            "break_glass": self.is_break_glass or "", "since": self.since, "until": self.until,
            "before": self.before or "",
        }  # fmt: skip
        return " ".join(f"{name}={value}" for name, value in parts.items() if value) or "everything"


@dataclass(frozen=True, slots=True)
class AuditLineShown:
    """One line of the log. ``hash`` is what its seal holds for it; ``broke_glass``: reached by break-glass only."""

    id: int
    at: datetime
    person_id: UUID
    person_name: str
    role: Role
    purpose: Purpose
    what: str
    key: str
    patient_ids: tuple[UUID, ...]
    outcome: str
    broke_glass: bool
    hash: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log, newest first. ``older`` is where the next one begins, 0 if there is none.

    ``people`` are those of staff who can be asked for, ``kinds`` the doors that the log names, ``lines_of_patient``
    says for whom it was asked.
    """

    lines: tuple[AuditLineShown, ...]
    older: int
    people: tuple[tuple[UUID, str], ...]
    kinds: tuple[str, ...]
    of_patient: UUID | None


@dataclass(frozen=True, slots=True)
class AuditExport:
    """What was asked, the lines to be saved, and the newest seal over the log with its hash."""

    asked: str
    lines: tuple[AuditLineShown, ...]
    is_whole: bool
    seal: int
    seal_hash: str
    unsealed: int
