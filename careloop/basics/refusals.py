"""Refusals are ordinary: each says in plain words what, why and what to do."""

from uuid import UUID

from careloop.basics.words import Say


class Refusal(Exception):  # noqa: N818
    """Something that was asked for and cannot be done. Never a bug.

    ``say`` is what people read, in their language; ``status`` is the HTTP status it maps to.
    """

    status = 409

    def __init__(self, say: Say) -> None:
        super().__init__(f"{say.key} {dict(say.values)}")
        self.say = say


class NotFound(Refusal):
    """No such row, or not for this person: the answer is the same. The try is in the log."""

    status = 404

    def __init__(self, what: str = "") -> None:
        super().__init__(Say("refusal.not_found"))
        self.what = what


class WrongPatient(Refusal):
    """A form of one patient was sent for the row of another. ``shown`` is whose form it was, None if unknown."""

    status = 409

    def __init__(self, shown: UUID | None) -> None:
        super().__init__(Say("refusal.wrong_patient"))
        self.shown = shown


class TakenMeanwhile(Refusal):
    """Somebody else changed it first: both versions are shown, nothing is overwritten."""

    status = 409
