"""Words for patients: situations, the roads they take, who may see what on each, and what a composed message is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from careloop.basics.words import Say
from careloop.facts.consents import Road, Topic
from careloop.facts.tips import TipsBox

# What a field can be filled with; an ``int`` is whole cents.
Value = str | int | date | time | datetime
# The language that every situation has, and that is used where another is missing.
FIRST_LANGUAGE = "en"


class Piece(StrEnum):
    """A part of a message on its road. Some lie open before others: a lock screen, an envelope, a voicemail."""

    TEXT = "text"
    EMAIL_SUBJECT = "email_subject"
    EMAIL_BODY = "email_body"
    ENVELOPE = "envelope"
    LETTER_BODY = "letter_body"
    VOICEMAIL = "voicemail"
    PHONE_TALK = "phone_talk"
    PORTAL_PAGE = "portal_page"


PIECES: Mapping[Road, tuple[Piece, ...]] = {
    Road.TEXT: (Piece.TEXT,),
    Road.EMAIL: (Piece.EMAIL_SUBJECT, Piece.EMAIL_BODY),
    Road.LETTER: (Piece.ENVELOPE, Piece.LETTER_BODY),
    Road.PHONE: (Piece.VOICEMAIL, Piece.PHONE_TALK),
    Road.PORTAL: (Piece.PORTAL_PAGE,),
}
# What others than the patient can see or hear. Source: the product's design of messages, 2026-11-21.
OPEN_PIECES = frozenset({Piece.TEXT, Piece.EMAIL_SUBJECT, Piece.ENVELOPE, Piece.VOICEMAIL})


class State(StrEnum):
    """How far the words of one language are. Only approved words may go to a patient."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    APPROVED = "approved"


class Private(StrEnum):
    """What an open piece may not name, unless the patient chose it."""

    MEDICINE = "medicine"
    CONDITION = "condition"
    SPECIALTY = "specialty"
    CLINIC = "clinic"


class Field(StrEnum):
    """What a template leaves open. The value of each kind stands in ``FIELD_KINDS``."""

    NAME = "name"
    SENDER = "sender"
    PHONE = "phone"
    WHEN = "when"
    OLD_WHEN = "old_when"
    UNTIL = "until"
    PICKUP = "pickup"
    DAY = "day"
    SEEN_ON = "seen_on"
    OPENS = "opens"
    CLOSES = "closes"
    AMOUNT = "amount"
    PLACE = "place"
    DIRECTIONS = "directions"
    STEPS = "steps"
    LANGUAGE = "language"
    CONTACT = "contact"
    LINK = "link"
    DOCUMENT = "document"
    NUMBER = "number"
    PHRASE = "phrase"
    MEDICINE = "medicine"


FIELD_KINDS: Mapping[Field, type] = {
    **dict.fromkeys(Field, str),
    **dict.fromkeys((Field.WHEN, Field.OLD_WHEN, Field.UNTIL, Field.PICKUP), datetime),
    **dict.fromkeys((Field.DAY, Field.SEEN_ON), date),
    **dict.fromkeys((Field.OPENS, Field.CLOSES), time),
    Field.AMOUNT: int,
}
# What the frame of every message asks for.
ALWAYS = (Field.NAME, Field.SENDER, Field.PHONE)


@dataclass(frozen=True, slots=True)
class Version:
    """The words of a situation in one language, and how far they are.

    ``text`` are the words of a text message, "" where ``body`` serves there too. ``reviewer`` (name and qualification)
    and ``reviewed_on`` are "" and None for a draft.
    """

    language: str
    body: str
    text: str
    state: State
    reviewer: str
    reviewed_on: date | None


@dataclass(frozen=True, slots=True)
class Template:
    """A situation in which something is said to a patient. ``is_answer``: it answers a text, without a greeting."""

    key: str
    topic: Topic
    roads: tuple[Road, ...]
    fields: frozenset[Field]
    is_answer: bool
    versions: Mapping[str, Version]

    @property
    def when(self) -> Say:
        """When this is said."""
        return Say(f"message_when.{self.key}")


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a language greets, ends and writes days, hours and amounts.

    ``frames`` hold one sentence for each piece, with ``{body}`` where the words of the situation stand. ``weekdays``
    begin with Monday, ``months`` with January. ``times`` are patterns: see ``rules/compose.py``.
    """

    language: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    times: Mapping[str, str]
    frames: Mapping[Piece, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets a message: the language that they read, and what they chose to have named where others may see it."""

    language: str
    zone: str
    chosen: frozenset[Private] = frozenset()


@dataclass(frozen=True, slots=True)
class PrivateWord:
    """A word that a piece may not carry, as it stands in the text, and what it names."""

    word: str
    kind: Private
    piece: Piece

    @property
    def why(self) -> Say:
        """Why it may not stand there."""
        return Say(f"message_private.{self.kind}", word=self.word)


class Alphabet(StrEnum):
    """How a text message is written on its way."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class TextParts:
    """How a text message is cut: ``units`` are septets or 16-bit units, ``left`` those still free in the last part.

    ``because`` are the signs that force the larger alphabet, in the order in which they come; empty for GSM 03.38.
    """

    alphabet: Alphabet
    units: int
    parts: int
    left: int
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartPrice:
    """What one part of a text message costs from a day on, in hundredths of a cent, as the clinic's contract says."""

    from_on: date
    hundredths: int
    source: str


class Need(StrEnum):
    """What a message leaves to be done by a person: the caller makes a task of it."""

    INTERPRETER = "interpreter"


class Hold(StrEnum):
    """Why a composed message may not go as it is."""

    NOT_APPROVED = "not_approved"
    PRIVATE_WORDS = "private_words"


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as it would go: its pieces, what stops it, and what it leaves to be done.

    ``words`` are those of the situation alone, filled, without greeting and end. ``language`` is theirs;
    ``asked_language`` the one that the person reads. ``parts`` is None unless it is a text message.
    """

    key: str
    road: Road
    language: str
    asked_language: str
    words: str
    pieces: tuple[tuple[Piece, str], ...]
    private: tuple[PrivateWord, ...]
    parts: TextParts | None
    holds: frozenset[Hold]
    needs: frozenset[Need]


@dataclass(frozen=True, slots=True)
class Grade:
    """How hard a text is: school years, and for Spanish the ease from 0 to 100 beside it (None for English)."""

    grade: float
    ease: float | None
    longest: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One language of a situation, filled with made-up values: on each road as a person would see it.

    ``cost_hundredths`` is what its text message costs, in hundredths of a cent; None where that is not known.
    """

    language: str
    state: State
    reviewer: str
    reviewed_on: date | None
    roads: tuple[Composed, ...]
    grades: tuple[tuple[Road, Grade], ...]
    cost_hundredths: int | None

    @property
    def grade(self) -> float:
        """The highest grade of all roads."""
        return max(one.grade for _road, one in self.grades)

    @property
    def parts(self) -> TextParts | None:
        """How the text message is cut; None if no text message is sent."""
        return next((one.parts for one in self.roads if one.parts), None)

    @property
    def private(self) -> tuple[PrivateWord, ...]:
        """Every word that a piece may not carry."""
        return tuple(word for one in self.roads for word in one.private)


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A situation and its languages, for the list and the page. ``lacking`` are languages that it should have."""

    template: Template
    shown: tuple[Shown, ...]
    lacking: tuple[str, ...]
    tips: TipsBox | None = None
