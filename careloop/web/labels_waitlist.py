"""The words of the waiting list: what became of an offer, whom one calls."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.waitlist import Answer, OfferState, ReachBy, WishState
from careloop.facts.worklist import Tone

WAITLIST_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    OfferState: {
        OfferState.OPEN: pgettext_lazy("offer", "Asked"),
        OfferState.YES: pgettext_lazy("offer", "Yes, booked"),
        OfferState.NO: pgettext_lazy("offer", "No"),
        OfferState.NOT_REACHED: pgettext_lazy("offer", "Not reached"),
        OfferState.EXPIRED: pgettext_lazy("offer", "No answer in time"),
        OfferState.TAKEN: pgettext_lazy("offer", "Somebody else has it"),
        OfferState.OVER: pgettext_lazy("offer", "Does not wait any more"),
    },
    WishState: {
        WishState.WAITING: pgettext_lazy("waiting list", "Waits"),
        WishState.GOT_TIME: pgettext_lazy("waiting list", "Has a time"),
        WishState.TAKEN_OFF: pgettext_lazy("waiting list", "Taken off"),
        WishState.ENDED: pgettext_lazy("waiting list", "Ended with the visit"),
    },
    ReachBy: {
        ReachBy.PATIENT: pgettext_lazy("call", "Call the patient"),
        ReachBy.FAMILY: pgettext_lazy("call", "Call the family"),
    },
    Answer: {
        Answer.YES: pgettext_lazy("answer", "Yes, book it"),
        Answer.NO: pgettext_lazy("answer", "No"),
        Answer.NOT_REACHED: pgettext_lazy("answer", "Not reached"),
    },
}

OFFER_TONES = {
    OfferState.OPEN: Tone.WAIT,
    OfferState.YES: Tone.OK,
    OfferState.NO: Tone.BLOCK,
    OfferState.NOT_REACHED: Tone.SOON,
    OfferState.EXPIRED: Tone.SOON,
    OfferState.TAKEN: Tone.BLOCK,
    OfferState.OVER: Tone.BLOCK,
}
