"""The words of visits: states, reasons, what stood in the way, and the shape that stands for a state."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careloop.facts.directory import EntryKind
from careloop.facts.outages import Moved
from careloop.facts.preparation import ItemState
from careloop.facts.scheduling import BookingState, CancelledBy, CancelReason, Preparation, Which
from careloop.facts.visits import Barrier, Known, PartOfDay
from careloop.facts.worklist import Tone

VISIT_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    BookingState: {
        BookingState.HELD: pgettext_lazy("visit", "Held"),
        BookingState.BOOKED: pgettext_lazy("visit", "Booked"),
        BookingState.CONFIRMED: pgettext_lazy("visit", "Confirmed"),
        BookingState.ARRIVED: pgettext_lazy("visit", "Here now"),
        BookingState.DONE: pgettext_lazy("visit", "Seen"),
        BookingState.NO_SHOW: pgettext_lazy("visit", "Did not come"),
        BookingState.CANCELLED: pgettext_lazy("visit", "Cancelled"),
        BookingState.BUMPED: pgettext_lazy("visit", "Taken from its time"),
        BookingState.RELEASED: pgettext_lazy("visit", "Let go"),
    },
    CancelledBy: {
        CancelledBy.PATIENT: _("The patient"),
        CancelledBy.FAMILY: _("Family"),
        CancelledBy.PROVIDER: _("Whom the visit is with"),
        CancelledBy.CLINIC: _("The clinic"),
        CancelledBy.PAYER: _("The health plan"),
        CancelledBy.DEATH: _("The patient has died"),
    },
    CancelReason: {
        CancelReason.SICK: pgettext_lazy("visit", "Sick"),
        CancelReason.RIDE: pgettext_lazy("visit", "No ride"),
        CancelReason.COST: pgettext_lazy("visit", "The cost"),
        CancelReason.WORK_OR_FAMILY: pgettext_lazy("visit", "Work or family"),
        CancelReason.NOT_NEEDED: pgettext_lazy("visit", "Not needed any more"),
        CancelReason.APPROVAL_MISSING: pgettext_lazy("visit", "The plan has not approved it"),
        CancelReason.NOT_PREPARED: pgettext_lazy("visit", "Not prepared"),
        CancelReason.PROVIDER_AWAY: pgettext_lazy("visit", "Whom it is with is away"),
        CancelReason.CLINIC_CLOSED: pgettext_lazy("visit", "The clinic is closed"),
        CancelReason.LEFT_UNSEEN: pgettext_lazy("visit", "Left before being seen"),
        CancelReason.EARLIER_TIME: pgettext_lazy("visit", "An earlier time was found"),
        CancelReason.DIED: pgettext_lazy("visit", "Has died"),
        CancelReason.OTHER: pgettext_lazy("visit", "Another reason"),
    },
    Barrier: {
        Barrier.RIDE: pgettext_lazy("visit", "No ride"),
        Barrier.COST: pgettext_lazy("visit", "The cost"),
        Barrier.WORK_OR_FAMILY: pgettext_lazy("visit", "Work or family"),
        Barrier.SICK: pgettext_lazy("visit", "Too sick to come"),
        Barrier.FORGOT: pgettext_lazy("visit", "Forgot, or did not know of it"),
        Barrier.LANGUAGE: pgettext_lazy("visit", "It was not said in their language"),
        Barrier.FEAR: pgettext_lazy("visit", "Afraid of it"),
        Barrier.OTHER: pgettext_lazy("visit", "Another reason"),
        Barrier.NOT_ASKED: pgettext_lazy("visit", "Not asked yet: ask when you call"),
    },
    Moved: {
        Moved.MOVED: pgettext_lazy("outage", "Moved."),
        Moved.LEFT: pgettext_lazy("outage", "Left to a person."),
        Moved.PUT_BACK: pgettext_lazy("outage", "Back where it was."),
        Moved.STAYS: pgettext_lazy("outage", "Stays at the new time: the old one was taken."),
    },
    Which: {
        Which.FIRST: pgettext_lazy("time", "The first, before the clocks go back"),
        Which.SECOND: pgettext_lazy("time", "The second, after the clocks go back"),
    },
    PartOfDay: {
        PartOfDay.MORNING: pgettext_lazy("wish", "Mornings"),
        PartOfDay.AFTERNOON: pgettext_lazy("wish", "Afternoons"),
    },
    Known: {
        Known.KNOWN: pgettext_lazy("need", "known"),
        Known.NOT_YET: pgettext_lazy("need", "not yet"),
    },
    ItemState: {
        ItemState.OPEN: pgettext_lazy("before a visit", "still open"),
        ItemState.DONE: pgettext_lazy("before a visit", "in order"),
        ItemState.NOT_NEEDED: pgettext_lazy("before a visit", "not needed"),
    },
    Preparation: {
        Preparation.NONE: pgettext_lazy("preparation", "Nothing to do"),
        Preparation.FASTING: pgettext_lazy("preparation", "Fasting"),
        Preparation.MEDICINE_LIST: pgettext_lazy("preparation", "Bring medicines"),
        Preparation.ESCORT: pgettext_lazy("preparation", "Come with somebody"),
        Preparation.RECORDS: pgettext_lazy("preparation", "Bring letters and results"),
    },
    EntryKind: {
        EntryKind.ORGANIZATION: _("Organization"),
        EntryKind.SITE: _("Place"),
        EntryKind.SERVICE: _("Service"),
        EntryKind.ROLE: pgettext_lazy("directory", "Role of somebody"),
        EntryKind.PRACTITIONER: _("Practitioner"),
        EntryKind.ROOM: _("Room"),
        EntryKind.DEVICE: _("Device"),
        EntryKind.INTERPRETER: _("Interpreter"),
    },
}

ITEM_TONES = {ItemState.OPEN: Tone.TO_DO, ItemState.DONE: Tone.OK, ItemState.NOT_NEEDED: Tone.BLOCK}
VISIT_TONES = {
    BookingState.HELD: Tone.SOON,
    BookingState.BOOKED: Tone.TO_DO,
    BookingState.CONFIRMED: Tone.INFO,
    BookingState.ARRIVED: Tone.WAIT,
    BookingState.DONE: Tone.OK,
    BookingState.NO_SHOW: Tone.LATE,
    BookingState.CANCELLED: Tone.BLOCK,
    BookingState.BUMPED: Tone.BLOCK,
    BookingState.RELEASED: Tone.BLOCK,
}
