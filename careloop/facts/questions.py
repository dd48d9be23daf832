"""Questions to a colleague about a patient: who asked whom, what the answer was."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.pages import Choice, LoopRow

# The clock of the loop of a question: by it questions are found.
CLOCK = "colleague.answer"


class Group(StrEnum):
    """Whom of a patient's team one asks when one does not know who has time: the first to take it has it."""

    TEAM = "team"
    COORDINATORS = "coordinators"
    CLINICIANS = "clinicians"
    SUPERVISORS = "supervisors"


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question with its loop. ``words`` is what was asked, ``answer`` the last that was said, "" before."""

    row: LoopRow
    asked_by: str
    words: str
    answer: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """What one is asked, what one asked, and of whom something can be asked.

    With a patient, ``colleagues`` are those who may see them, and ``groups`` those with somebody who may; ``hours`` is
    how long an answer is waited for. ``to_us`` was asked of a group of one's own, and nobody has taken it yet.
    """

    to_me: tuple[QuestionLine, ...]
    from_me: tuple[QuestionLine, ...]
    hours: int
    patient_id: UUID | None = None
    patient_name: str = ""
    colleagues: tuple[Choice, ...] = ()
    groups: tuple[Group, ...] = ()
    to_us: tuple[QuestionLine, ...] = ()
