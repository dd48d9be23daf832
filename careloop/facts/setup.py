"""The first run: the steps of setting a clinic up, in order, and what was answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class SetupStep(StrEnum):
    """One thing that is asked on one page."""

    CLINIC = "clinic"
    SITE = "site"
    DAYS = "days"
    TEAMS = "teams"
    PEOPLE = "people"


# Beside the steps: what is kept of a demo that was asked for.
DEMO = "demo"
# How the worker's connection is called while it makes the demo: this, and "3/40".
MAKING_DEMO = "careloop demo"
Answers = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class HeldName:
    """A file that waits to be taken in: enough to say which one."""

    id: UUID
    name: str
    held_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """The same with all that taking it in needs."""

    id: UUID
    name: str
    raw: bytes
    dates: str
    unit_id: int


class DemoState(StrEnum):
    """How far a demo is that was asked for in the first run."""

    NOT_ASKED = "not_asked"
    WAITING = "waiting"
    MAKING = "making"
    BROKEN = "broken"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class DemoProgress:
    """How far the demo is: ``done`` of ``whole`` parts while it is made; the password of everybody when it is ready."""

    state: DemoState
    done: int = 0
    whole: int = 0
    password: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """The answers so far by step and field, as they were typed, and whether the clinic was made from them."""

    answers: Answers
    version: int
    is_applied: bool
    is_demo_asked: bool = False
