"""The words of one patient that nobody else may ever be shown, and an ear for them."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

FAMILY, GIVEN = "Quibblethwaite", "Zanzibella"
NUMBER, STREET, PHONE = "MRN-XQ77341", "Wobbegong Crescent", "+1-555-019-8873"
PROBLEM, NOTE, VALUE = "Fizzleworth syndrome", "she whispered pumpernickel", "987654.321"
CANARIES = (
    FAMILY,
    GIVEN,
    NUMBER,
    "XQ77341",
    STREET,
    PHONE,
    "019-8873",
    PROBLEM,
    "Fizzleworth",
    NOTE,
    "pumpernickel",
    VALUE,
)


@dataclass
class Heard:
    """Everything that was said anywhere, as text."""

    texts: list[str] = field(default_factory=list)

    def add(self, what: object) -> None:
        self.texts.append(repr(what))
        if isinstance(what, BaseException):
            self.texts += ["".join(traceback.format_exception(what)), str(what)]

    def canaries(self) -> set[str]:
        everything = "\n".join(self.texts).casefold()
        return {canary for canary in CANARIES if canary.casefold() in everything}


def listen(heard: Heard, work: Callable[[], object]) -> None:
    """Do something that may be refused or break, as another floor would: the fault is logged whole."""
    try:
        heard.add(work())
    except Exception as fault:
        heard.add(fault)
        logging.getLogger("django.request").error("It broke.", exc_info=fault)
