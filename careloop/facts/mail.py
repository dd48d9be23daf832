"""Mail that came in, read: from whom, the words, and whether a person wrote it or a machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# The name under which what was read apart stands beside mail that came in.
READ = "read"


class MailKind(StrEnum):
    """Who wrote it: a person, a machine that answers by itself (RFC 3834), or a mail server about a mail of ours."""

    WORDS = "words"
    AUTOMATIC = "automatic"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a mail server says became of one mail (RFC 3464): the mail's own name, "failed", and a code as 5.1.1."""

    message_id: str
    action: str
    status: str


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as it was read. ``sender`` is the address as it stands there, ``message_id`` the sender's name for it.

    ``answers`` are the names of the mails that it answers, the nearest last.
    """

    sender: str
    words: str
    message_id: str
    kind: MailKind = MailKind.WORDS
    answers: tuple[str, ...] = ()
    delivery: Delivery | None = None
    subject: str = ""

    def as_stored(self) -> dict[str, object]:
        """Return it as JSON takes it."""
        told = self.delivery
        return {
            "sender": self.sender,
            "words": self.words,
            "message_id": self.message_id,
            "kind": str(self.kind),
            "answers": list(self.answers),
            "subject": self.subject,
            "delivery": [told.message_id, told.action, told.status] if told else None,
        }

    @classmethod
    def from_stored(cls, stored: Mapping[str, object]) -> "ReadMail":
        """Return what ``as_stored`` was made of.

        :raises ValueError: if it is not that
        """
        try:
            told, answers = stored["delivery"], stored["answers"]
            return cls(
                sender=str(stored["sender"]),
                words=str(stored["words"]),
                message_id=str(stored["message_id"]),
                kind=MailKind(str(stored["kind"])),
                answers=tuple(str(one) for one in answers) if isinstance(answers, list) else (),
                delivery=Delivery(*(str(one) for one in told)) if isinstance(told, list) else None,
                subject=str(stored["subject"]),
            )
        except (KeyError, TypeError) as lacking:
            message = "this is no mail that was read"
            raise ValueError(message) from lacking
