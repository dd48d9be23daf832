"""Support: the tables of moves, and how well a group or program fits, with the reason for each wish."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from careloop.facts.finder import Fit
from careloop.facts.support import Form, OfferEvent, OfferState, Program, SupportAsk, SupportEvent, SupportState
from careloop.rules.support import (
    MOVES,
    OFFER_MOVES,
    OFFER_OVER,
    WISHES,
    SupportMoveNotAllowed,
    match,
    next_offer,
    next_support,
)

GROUP = Program(
    UUID(int=1), "Living with diabetes", "support_group", "", ("Diabetes",), ("en", "es"), True, "12 Elm St, Troy NY",
    "555 010 0171", "Free", "", "", date(2026, 1, 2),
)  # fmt: skip
BARE = Program(UUID(int=2), "Open door", "program", "", (), (), None, "", "", "", "", "")


def fits(ask: SupportAsk, program: Program) -> list[Fit]:
    found = match(ask, [program])
    return [one.fit for one in found[0].reasons] if found else []


@pytest.mark.parametrize("state", list(SupportState))
@pytest.mark.parametrize("event", list(SupportEvent))
def test_a_call_moves_as_the_table_says(state: SupportState, event: SupportEvent) -> None:
    if (state, event) in MOVES:
        assert next_support(state, event) is MOVES[state, event]
    else:
        with pytest.raises(SupportMoveNotAllowed):
            next_support(state, event)


@pytest.mark.parametrize("state", list(OfferState))
@pytest.mark.parametrize("event", list(OfferEvent))
def test_an_offer_moves_as_the_table_says_and_what_is_over_stays(state: OfferState, event: OfferEvent) -> None:
    if (state, event) in OFFER_MOVES:
        assert next_offer(state, event) is OFFER_MOVES[state, event]
        assert state not in OFFER_OVER
    else:
        with pytest.raises(SupportMoveNotAllowed):
            next_offer(state, event)


@pytest.mark.parametrize(
    ("ask", "full", "bare"),
    [
        (SupportAsk(about="diabetes"), Fit.YES, Fit.NOT_KNOWN),
        (SupportAsk(language="es"), Fit.YES, Fit.NOT_KNOWN),
        (SupportAsk(language="vi"), Fit.NO, Fit.NOT_KNOWN),
        (SupportAsk(form=Form.ONLINE), Fit.YES, Fit.NOT_KNOWN),
        (SupportAsk(form=Form.IN_PERSON), Fit.YES, Fit.NOT_KNOWN),
        (SupportAsk(form=Form.PHONE), Fit.YES, Fit.NOT_KNOWN),
        (SupportAsk(place="Troy"), Fit.YES, Fit.NOT_KNOWN),
        (SupportAsk(place="Utica"), Fit.NO, Fit.NOT_KNOWN),
        (SupportAsk(free=True), Fit.YES, Fit.NOT_KNOWN),
    ],
)
def test_each_wish_is_judged_and_what_is_not_known_is_no_no(ask: SupportAsk, full: Fit, bare: Fit) -> None:
    assert (fits(ask, GROUP), fits(ask, BARE)) == ([full], [bare])


@pytest.mark.parametrize("cost", ["$20 a month", "Not free", "No es gratis"])
def test_what_costs_something_is_not_free(cost: str) -> None:
    assert fits(SupportAsk(free=True), replace(GROUP, cost=cost)) == [Fit.NO]


def test_what_is_about_something_else_is_left_out_and_the_best_comes_first() -> None:
    ask = SupportAsk("diabetes", "es", Form.ONLINE)
    grief = replace(GROUP, id=UUID(int=3), name="After a loss", specialties=("Grief",))
    offline = replace(GROUP, id=UUID(int=4), name="A diabetes walk", telehealth=False)
    assert [one.program.name for one in match(ask, [BARE, offline, grief, GROUP])] == [
        "Living with diabetes", "A diabetes walk", "Open door",
    ]  # fmt: skip


def test_the_order_does_not_hang_on_how_they_came() -> None:
    ask = SupportAsk("diabetes", "es")
    assert match(ask, [GROUP, BARE]) == match(ask, [BARE, GROUP])


def test_every_reason_is_a_wish_that_has_words() -> None:
    keys = {
        one.say.key
        for form in Form
        for one in match(SupportAsk("a diabetes", "es", form, "Troy", True), [GROUP])[0].reasons
    }
    assert {key.removeprefix("support_fit.").removesuffix("_yes") for key in keys} == set(WISHES)
