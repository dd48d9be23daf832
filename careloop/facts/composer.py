"""A message while it is being written: how it would look, what stops it, and what deserves a second look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from careloop.basics.words import Say
from careloop.facts.messages import Composed, Field, Grade, PrivateWord, Value


@dataclass(frozen=True, slots=True)
class Look:
    """A message as it would go. ``stops`` are why it cannot, ``hints`` what a writer may want to mend first.

    ``grade`` is None for a language without a formula; ``cost_hundredths`` (hundredths of a cent) is None unless it is
    a text message and the clinic said what a part costs.
    """

    composed: Composed
    grade: Grade | None
    cost_hundredths: int | None
    stops: tuple[Say, ...]
    hints: tuple[Say, ...]

    @property
    def may_go(self) -> bool:
        """Whether nothing stops it."""
        return not self.stops

    @property
    def private(self) -> tuple[PrivateWord, ...]:
        """The words that its road may not carry."""
        return self.composed.private


class AskAs(StrEnum):
    """How a field of a situation is asked for. MOMENT is a day and an hour on the patient's clocks."""

    MOMENT = "moment"
    DAY = "day"
    HOUR = "hour"
    AMOUNT = "amount"
    PLACE = "place"
    PERSON = "person"
    NUMBER = "number"
    DOCUMENT = "document"
    PHRASE = "phrase"
    LONG = "long"


class DocumentKind(StrEnum):
    """A paper that a patient is asked to bring, in words of the catalog."""

    ID_CARD = "id_card"
    PLAN_CARD = "plan_card"
    MEDICINE_LIST = "medicine_list"
    VACCINE_CARD = "vaccine_card"
    TEST_PAPERS = "test_papers"
    HOSPITAL_PAPERS = "hospital_papers"
    SIGNED_FORM = "signed_form"
    INCOME_PAPERS = "income_papers"


@dataclass(frozen=True, slots=True)
class ReadFields:
    """What was typed for a situation, read: what is clear, and what is wrong or missing with the reason."""

    values: Mapping[Field, Value] = field(default_factory=dict)
    wrong: Mapping[Field, Say] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskedField:
    """One field as it is asked for. ``on`` and ``at`` are the day and the hour of a moment, ``text`` all else.

    ``is_known`` says that the record filled it and nobody changed it; ``options`` are offered beside it.
    """

    field: Field
    how: AskAs
    text: str = ""
    on: str = ""
    at: str = ""
    options: tuple[tuple[str, str], ...] = ()
    is_known: bool = False
    wrong: Say | None = None
