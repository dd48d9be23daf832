"""Support: the moves of a supportive call and of an offer, and how well a group or program fits. Pure.

What is not known counts neither for nor against. Nothing here says what somebody needs: it finds what could be offered.
"""

from collections.abc import Iterable, Mapping

from careloop.basics.folding import fold_words
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.finder import Fit, Reason
from careloop.facts.support import (
    Form,
    Match,
    OfferEvent,
    OfferState,
    Program,
    SupportAsk,
    SupportEvent,
    SupportState,
)

MOVES: Mapping[tuple[SupportState, SupportEvent], SupportState] = {
    (SupportState.CALL, SupportEvent.CALLED): SupportState.CHECK,
    (SupportState.CALL, SupportEvent.END): SupportState.ENDED,
    (SupportState.CHECK, SupportEvent.AGAIN): SupportState.CALL,
    (SupportState.CHECK, SupportEvent.END): SupportState.ENDED,
}
OFFER_MOVES: Mapping[tuple[OfferState, OfferEvent], OfferState] = {
    (OfferState.CHOSEN, OfferEvent.TELL): OfferState.TOLD,
    (OfferState.CHOSEN, OfferEvent.DECLINE): OfferState.DECLINED,
    (OfferState.TOLD, OfferEvent.JOIN): OfferState.JOINED,
    (OfferState.TOLD, OfferEvent.DECLINE): OfferState.DECLINED,
}
OFFER_OVER = (OfferState.JOINED, OfferState.DECLINED, OfferState.ENDED)
# The names of the defaults in ``catalog/data/support.toml``, in days.
VALUES = ("call_days", "check_days", "tell_days", "ask_days")
FREE = frozenset({"free", "gratis", "gratuito", "gratuita", "gratuitos"})
# What a program can be held against.
WISHES = ("about", "language", "form_in_person", "form_online", "form_phone", "place", "free")
NOT_FREE = ("not free", "no es gratis")


class SupportMoveNotAllowed(Refusal):
    """This cannot be done where it stands."""

    def __init__(self, state: SupportState | OfferState) -> None:
        super().__init__(Say(f"refusal.support_is_{state}"))


def next_support(state: SupportState, event: SupportEvent) -> SupportState:
    """Return where the care for somebody in distress goes.

    :raises SupportMoveNotAllowed: if the table has no such move
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise SupportMoveNotAllowed(state) from None


def next_offer(state: OfferState, event: OfferEvent) -> OfferState:
    """Return where an offer goes.

    :raises SupportMoveNotAllowed: if the table has no such move
    """
    try:
        return OFFER_MOVES[state, event]
    except KeyError:
        raise SupportMoveNotAllowed(state) from None


def match(ask: SupportAsk, programs: Iterable[Program]) -> tuple[Match, ...]:
    """Return the programs that could fit, the best first, each with its reasons in words.

    Where it was said about what, those that are about something else are left out.
    """
    found = []
    for one in programs:
        reasons = _reasons(ask, one)
        if ask.about and reasons[0].fit is Fit.NO:
            continue
        fits = [reason.fit for reason in reasons]
        found.append(Match(one, reasons, fits.count(Fit.YES), fits.count(Fit.NO)))
    return tuple(sorted(found, key=lambda m: (m.lacks - m.has, m.program.name.casefold(), str(m.program.id))))


def _reasons(ask: SupportAsk, one: Program) -> tuple[Reason, ...]:
    asked = (
        (bool(ask.about), "about", _is_about(ask.about, one)),
        (bool(ask.language), "language", _speaks(ask.language, one)),
        (ask.form is not None, f"form_{ask.form}", _has_form(ask.form, one)),
        (bool(ask.place), "place", _lies_in(ask.place, one)),
        (ask.free, "free", _is_free(one)),
    )
    return tuple(
        Reason(fit, Say(f"support_fit.{key}_{fit}", about=ask.about, language=ask.language, place=ask.place))
        for is_asked, key, fit in asked
        if is_asked
    )


def _is_about(about: str, one: Program) -> Fit:
    words = set(fold_words(" ".join((one.name, one.about, *one.specialties))))
    asked = fold_words(about)
    if any(word in words for word in asked if len(word) > 2):
        return Fit.YES
    return Fit.NO if one.specialties or one.about else Fit.NOT_KNOWN


def _speaks(language: str, one: Program) -> Fit:
    if not one.languages:
        return Fit.NOT_KNOWN
    spoken = {tag.lower().partition("-")[0] for tag in one.languages}
    return Fit.YES if language.lower().partition("-")[0] in spoken else Fit.NO


def _has_form(form: Form | None, one: Program) -> Fit:
    if form is Form.ONLINE:
        return Fit.NOT_KNOWN if one.telehealth is None else Fit.YES if one.telehealth else Fit.NO
    said = one.address if form is Form.IN_PERSON else one.phone
    return Fit.YES if said.strip() else Fit.NOT_KNOWN


def _lies_in(place: str, one: Program) -> Fit:
    if not one.address.strip():
        return Fit.NOT_KNOWN
    there = set(fold_words(one.address))
    return Fit.YES if all(word in there for word in fold_words(place)) else Fit.NO


def _is_free(one: Program) -> Fit:
    said = " ".join(one.cost.casefold().split())
    if not said:
        return Fit.NOT_KNOWN
    if any(words in said for words in NOT_FREE):
        return Fit.NO
    return Fit.YES if FREE.intersection(fold_words(said)) or "$0" in said else Fit.NO
