"""What templates need to show the waiting list: the shape of an offer, when somebody can come."""

from django.template import Library
from django.utils.translation import gettext as _

from careloop.facts.waitlist import OfferState, WishDraft
from careloop.facts.worklist import Tone
from careloop.web.labels import label_of
from careloop.web.labels_admin import WEEKDAYS
from careloop.web.labels_waitlist import OFFER_TONES

register = Library()


@register.filter
def offer_tone(state: OfferState) -> Tone:
    """Return the shape and colour of where an offer stands."""
    return OFFER_TONES[state]


@register.filter
def days_and_part(draft: WishDraft) -> str:
    """Return on which days and in which part of them somebody can come: "Monday, Tuesday. Mornings"."""
    names = {number: str(words) for number, words in WEEKDAYS}
    days = ", ".join(names[number] for number in draft.weekdays)
    part = label_of(draft.part) if draft.part else ""
    return ". ".join(one for one in (days, part) if one) or _("Any time or day")
