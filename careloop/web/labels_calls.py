"""The words of calls, of reaching people and of outreach lists, and what the log says of their doors."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careloop.facts.outreach import EntryState, ListState, WhyLeftOut
from careloop.facts.reach import BlockWhy, Interpreter, PartOfCall, TryResult, TryRoad, WhyNo
from careloop.facts.worklist import Tone

CALL_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    TryRoad: {
        TryRoad.CALL: pgettext_lazy("road", "Call"),
        TryRoad.TEXT: pgettext_lazy("road", "Text"),
        TryRoad.EMAIL: pgettext_lazy("road", "E-mail"),
        TryRoad.PORTAL: pgettext_lazy("road", "Message in the portal"),
        TryRoad.LETTER: pgettext_lazy("road", "Letter"),
        TryRoad.CERTIFIED: pgettext_lazy("road", "Certified letter"),
        TryRoad.OTHER: pgettext_lazy("road", "Another person, with permission"),
        TryRoad.VISIT: pgettext_lazy("road", "Visit at the door"),
    },
    TryResult: {
        TryResult.BOOKED: pgettext_lazy("call", "Reached: booked"),
        TryResult.WILL_CALL: pgettext_lazy("call", "Reached: they will call us"),
        TryResult.DECLINED: pgettext_lazy("call", "Reached: said no"),
        TryResult.VOICEMAIL: pgettext_lazy("call", "Left a voicemail"),
        TryResult.NO_ANSWER: pgettext_lazy("call", "No answer"),
        TryResult.BUSY: pgettext_lazy("call", "Busy"),
        TryResult.WRONG_NUMBER: pgettext_lazy("call", "Wrong number"),
        TryResult.NEEDS_NURSE: pgettext_lazy("call", "Pass to a nurse now"),
        TryResult.ASKED_NOT: pgettext_lazy("call", "Asked not to be called"),
        TryResult.LATER: pgettext_lazy("call", "Reached: call another day"),
        TryResult.REACHED: pgettext_lazy("call", "Reached"),
        TryResult.SENT: pgettext_lazy("call", "Sent"),
    },
    PartOfCall: {
        PartOfCall.MORNING: pgettext_lazy("part of day", "before noon"),
        PartOfCall.AFTERNOON: pgettext_lazy("part of day", "from noon to 5 pm"),
        PartOfCall.EVENING: pgettext_lazy("part of day", "after 5 pm"),
    },
    WhyNo: {
        WhyNo.NOT_NOW: pgettext_lazy("said no", "Not now"),
        WhyNo.DONE_ELSEWHERE: pgettext_lazy("said no", "Done elsewhere"),
        WhyNo.COST: pgettext_lazy("said no", "The cost"),
        WhyNo.FEAR: pgettext_lazy("said no", "Fear or worry"),
        WhyNo.NO_NEED: pgettext_lazy("said no", "Sees no need"),
        WhyNo.NO_TRUST: pgettext_lazy("said no", "Lack of trust"),
        WhyNo.OTHER: pgettext_lazy("said no", "Another reason"),
    },
    BlockWhy: {
        BlockWhy.WRONG_NUMBER: pgettext_lazy("number", "wrong number"),
        BlockWhy.ASKED_NOT: pgettext_lazy("number", "asked us not to"),
    },
    Interpreter: {
        Interpreter.NONE: pgettext_lazy("interpreter", "None"),
        Interpreter.BY_PHONE: pgettext_lazy("interpreter", "By phone"),
        Interpreter.STAFF: pgettext_lazy("interpreter", "Of our staff"),
        Interpreter.OWN: pgettext_lazy("interpreter", "I speak the language"),
    },
    ListState: {
        ListState.OPEN: pgettext_lazy("outreach list", "Open"),
        ListState.CLOSED: pgettext_lazy("outreach list", "Closed"),
    },
    EntryState: {
        EntryState.WAITING: pgettext_lazy("outreach", "To call"),
        EntryState.CLAIMED: pgettext_lazy("outreach", "Being called"),
        EntryState.ENDED: pgettext_lazy("outreach", "Done"),
        EntryState.LEFT_OUT: pgettext_lazy("outreach", "Left out"),
    },
    WhyLeftOut: {
        WhyLeftOut.DIED: pgettext_lazy("left out", "Has died"),
        WhyLeftOut.ASKED_NOT: pgettext_lazy("left out", "Asked not to be called"),
        WhyLeftOut.NO_NUMBER: pgettext_lazy("left out", "No number that can be called"),
        WhyLeftOut.HOSPICE: pgettext_lazy("left out", "In hospice care"),
        WhyLeftOut.RECENT: pgettext_lazy("left out", "Tried a short time ago"),
        WhyLeftOut.ON_ANOTHER_LIST: pgettext_lazy("left out", "On another list"),
        WhyLeftOut.LIST_CLOSED: pgettext_lazy("left out", "The list was closed"),
    },
}

# What each end of a call does, beside keeping the call, its minutes and its note.
CALL_DOES: dict[TryResult, str | Promise] = {
    TryResult.BOOKED: _("Two identifiers were right. What is open waits for you to close it with what shows it."),
    TryResult.WILL_CALL: _("Two identifiers were right. It waits for their call, and comes back to you."),
    TryResult.DECLINED: _("Two identifiers were right. Say why below. Tasks and gaps close; a result never does."),
    TryResult.VOICEMAIL: _("It comes back to you when it is time to try again."),
    TryResult.NO_ANSWER: _("It comes back to you when it is time to try again."),
    TryResult.BUSY: _("It comes back to you when it is time to try again."),
    TryResult.WRONG_NUMBER: _("This number is not used any more. A task to find the right one opens."),
    TryResult.NEEDS_NURSE: _("Stay on the line. A nurse or doctor has it at once, above everything else."),
    TryResult.ASKED_NOT: _("No calls any more, from nobody here. Letters stay."),
    TryResult.LATER: _("Choose the day below. It comes back on that morning."),
}

LIST_TONES = {ListState.OPEN: Tone.INFO, ListState.CLOSED: Tone.OK}

# What the log says of each door of calls and lists.
CALL_DOORS: dict[str, str | Promise] = {
    "reads.calls.get_call_card": pgettext_lazy("log", "Looked at the call card"),
    "actions.calls.save_call": pgettext_lazy("log", "Called, and kept how it went"),
    "actions.calls.note_sent": pgettext_lazy("log", "Noted that something was sent"),
    "actions.calls.lift_block": pgettext_lazy("log", "Opened a number again that was shut"),
    "reads.outreach.get_lists_page": pgettext_lazy("log", "Looked at outreach lists"),
    "reads.outreach.get_new_list_page": pgettext_lazy("log", "Looked whom an outreach list would find"),
    "reads.outreach.get_list_page": pgettext_lazy("log", "Saw it on an outreach list"),
    "actions.outreach.make_list": pgettext_lazy("log", "Put on an outreach list"),
    "actions.outreach.take_next": pgettext_lazy("log", "Took up to call from a list"),
    "actions.outreach.put_back": pgettext_lazy("log", "Gave back to the list, not called"),
    "actions.outreach.close_list": pgettext_lazy("log", "Closed an outreach list"),
}
