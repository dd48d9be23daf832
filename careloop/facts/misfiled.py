"""Reports that stood in the wrong record or under the wrong referral: what came of them, and what is to be undone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from careloop.basics.words import Say

# The check_name of the loop that asks to undo what came of a report which was another person's.
MISFILED = "misfiled_report"
# The same for a document that answered no referral: anybody may have acted on it.
MISFILED_DOCUMENT = "misfiled_document"
# The check_name of the loop that asks a clinician to read a report for which nobody here had sent a referral.
UNASKED = "unasked_report"

# A label bit beyond all that a role or the system may hold: the document is kept, and no page, list or export has it.
OTHER_PERSONS = 256


@dataclass(frozen=True, slots=True)
class MisfiledTask:
    """A task that a report recommended before it was taken out."""

    loop_id: UUID
    version: int
    title: Say
    is_open: bool


@dataclass(frozen=True, slots=True)
class MisfiledReport:
    """A report that was taken out of a record as another person's, and where undoing it stands.

    ``because`` says what came of it. ``undo_id`` is the loop that asks to undo it, None where nothing had come of it.
    """

    id: UUID
    came_at: datetime
    taken_out_at: datetime
    taken_out_by: str
    reason: str
    may_look: bool
    was_told: bool
    because: tuple[Say, ...]
    undo_id: UUID | None
    is_undone: bool
    tasks: tuple[MisfiledTask, ...]
