"""Questions to a colleague about a patient: who asked whom, what the answer was."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from careloop.facts.pages import Choice, LoopRow

# The clock of the loop of a question: by it questions are found.
CLOCK = "colleague.answer"


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

    With a patient, ``colleagues`` are those who may see them; ``hours`` is how long an answer is waited for.
    """

    to_me: tuple[QuestionLine, ...]
    from_me: tuple[QuestionLine, ...]
    hours: int
    patient_id: UUID | None = None
    patient_name: str = ""
    colleagues: tuple[Choice, ...] = ()
