"""The words of what goes out: its states, channels, and what the log says of each door."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.outbox import ChannelState, HeldFor, OutState
from careloop.facts.worklist import Tone

OUTBOX_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    OutState: {
        OutState.HELD: pgettext_lazy("outgoing", "On hold"),
        OutState.WAITING: pgettext_lazy("outgoing", "Waiting to go"),
        OutState.CLAIMED: pgettext_lazy("outgoing", "Being sent"),
        OutState.SENT: pgettext_lazy("outgoing", "Sent"),
        OutState.DELIVERED: pgettext_lazy("outgoing", "Delivered"),
        OutState.FAILED: pgettext_lazy("outgoing", "Not delivered"),
        OutState.UNKNOWN: pgettext_lazy("outgoing", "Not sure, being checked"),
        OutState.WITHDRAWN: pgettext_lazy("outgoing", "Not sent"),
    },
    HeldFor: {
        HeldFor.NOTHING: pgettext_lazy("outgoing", "nothing"),
        HeldFor.UNDO: pgettext_lazy("outgoing", "it can still be taken back"),
        HeldFor.PERSON: pgettext_lazy("outgoing", "somebody has to send it by hand"),
        HeldFor.DECISION: pgettext_lazy("outgoing", "somebody has to decide"),
    },
    ChannelState: {
        ChannelState.OFF: pgettext_lazy("channel", "Not set up"),
        ChannelState.BY_HAND: pgettext_lazy("channel", "By hand"),
        ChannelState.SANDBOX: pgettext_lazy("channel", "This machine only"),
        ChannelState.ON: pgettext_lazy("channel", "In use"),
    },
}
OUT_TONES = {
    OutState.HELD: Tone.WAIT,
    OutState.WAITING: Tone.WAIT,
    OutState.CLAIMED: Tone.WAIT,
    OutState.SENT: Tone.INFO,
    OutState.DELIVERED: Tone.OK,
    OutState.FAILED: Tone.LATE,
    OutState.UNKNOWN: Tone.SOON,
    OutState.WITHDRAWN: Tone.BLOCK,
}
CHANNEL_TONES = {
    ChannelState.OFF: Tone.TO_DO,
    ChannelState.BY_HAND: Tone.INFO,
    ChannelState.SANDBOX: Tone.WAIT,
    ChannelState.ON: Tone.OK,
}

# What the log says of each door of what goes out.
OUTBOX_DOORS: dict[str, str | Promise] = {
    "actions.outbox.send_message": pgettext_lazy("log", "Wrote a message"),
    "actions.outbox.take_back_message": pgettext_lazy("log", "Took a message back"),
    "actions.outbox.note_sent_by_hand": pgettext_lazy("log", "Noted that a message was sent by hand"),
    "actions.outbox.choose_contact": pgettext_lazy("log", "Noted how the person wants to be reached"),
    "actions.outbox.freeze_address": pgettext_lazy("log", "Noted a wrong number or address"),
    "actions.outbox.withdraw_one": pgettext_lazy("log", "Took a message back"),
    "actions.outbox_sending.claim_due": pgettext_lazy("log", "Took up messages that were due"),
    "actions.outbox_sending.hand_over": pgettext_lazy("log", "Sent messages"),
    "actions.outbox_sending.claim_unclear": pgettext_lazy("log", "Looked which messages are not sure"),
    "actions.outbox_sending.keep_look_up": pgettext_lazy("log", "Checked whether a message went"),
    "actions.outbox_sending.tell_untold": pgettext_lazy("log", "Said what did not go"),
    "actions.outbox_receipts.keep_incoming": pgettext_lazy("log", "Kept what came in"),
    "actions.outbox_receipts.file_receipts": pgettext_lazy("log", "Filed receipts"),
    "actions.outbox_reconciling.list_overdue": pgettext_lazy("log", "Listed what was due and had not gone"),
    "actions.outbox_reconciling.decide_outbox": pgettext_lazy("log", "Decided what still goes out"),
    "actions.channels.ask_channel_test": pgettext_lazy("log", "Asked for a test message"),
    "actions.channels.take_channel_test": pgettext_lazy("log", "Took up a test message"),
    "actions.channels.keep_channel_test": pgettext_lazy("log", "Noted how a test message went"),
    "reads.channels.get_channels_page": pgettext_lazy("log", "Looked at the channels"),
    "reads.channels.count_outbox": pgettext_lazy("log", "Counted what goes out"),
    "reads.channels.get_portal_address": pgettext_lazy("log", "Looked under which address patients reach us"),
    "reads.channels.is_demo_house": pgettext_lazy("log", "Looked whether this is a demo"),
    "actions.outbox_reconciling.find_unknown_references": pgettext_lazy("log", "Compared what a provider took"),
    "actions.outbox_sending.note_round": pgettext_lazy("log", "Noted that the outbox is at work"),
    "reads.channels.list_rows": pgettext_lazy("log", "Listed what goes out"),
    "reads.outbox.get_outbox_page": pgettext_lazy("log", "Looked at what was sent"),
    "reads.outbox.get_letter": pgettext_lazy("log", "Opened a letter to print it"),
}
