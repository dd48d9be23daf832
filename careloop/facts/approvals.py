"""Words for patients that somebody with a qualification read: who, as what, when, and which words exactly."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from careloop.basics.words import Say
from careloop.facts.messages import MessageLine, State


class WordsEvent(StrEnum):
    """What can happen to the words of one language."""

    REVIEW = "review"
    APPROVE = "approve"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Approval:
    """One line of what became of the words of a situation in one language; ``sha256`` is that of the very words."""

    key: str
    language: str
    sha256: bytes
    state: State
    by: str
    qualification: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class WordsAct:
    """What somebody can do with the words of one language, and why not: ``seal`` names the very words.

    ``history`` is what became of these words and of those before them, newest first.
    """

    language: str
    seal: str
    may: tuple[WordsEvent, ...]
    why_not: Say | None
    history: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class WordsPage:
    """One situation with what can be done with its words."""

    line: MessageLine
    acts: tuple[WordsAct, ...]
