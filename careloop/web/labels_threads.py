"""The words of threads: lists, partners, where a message stands, what an answer meant and moved; doors of the log."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.answers import Meaning
from careloop.facts.outbox import Direction, OutState, ThreadWith
from careloop.facts.threads import Box, Did, WhyReview
from careloop.facts.worklist import Tone

THREAD_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    Box: {
        Box.MINE: pgettext_lazy("threads", "Mine"),
        Box.TEAM: pgettext_lazy("threads", "Team"),
        Box.UNREAD: pgettext_lazy("threads", "Not read"),
        Box.UNANSWERED: pgettext_lazy("threads", "Not answered"),
        Box.FAILED: pgettext_lazy("threads", "Did not arrive"),
        Box.SNOOZED: pgettext_lazy("threads", "Put off"),
        Box.REVIEW: pgettext_lazy("threads", "Whose is it?"),
    },
    ThreadWith: {
        ThreadWith.PATIENT: pgettext_lazy("partner", "Patient"),
        ThreadWith.MEMBER: pgettext_lazy("partner", "Family and others"),
        ThreadWith.CLINICIAN: pgettext_lazy("partner", "Clinician"),
        ThreadWith.OFFICE: pgettext_lazy("partner", "Outside office"),
        ThreadWith.PAYER: pgettext_lazy("partner", "Health plan"),
        ThreadWith.COLLEAGUE: pgettext_lazy("partner", "Colleague"),
    },
    Meaning: {
        Meaning.URGENT: pgettext_lazy("meaning", "words of danger"),
        Meaning.STOP: pgettext_lazy("meaning", "no more messages"),
        Meaning.START: pgettext_lazy("meaning", "messages again"),
        Meaning.HELP: pgettext_lazy("meaning", "help"),
        Meaning.YES: pgettext_lazy("meaning", "yes"),
        Meaning.NO: pgettext_lazy("meaning", "no"),
        Meaning.CHANGE: pgettext_lazy("meaning", "another time"),
        Meaning.RIDE: pgettext_lazy("meaning", "a ride"),
        Meaning.MONEY: pgettext_lazy("meaning", "cost"),
        Meaning.WORDS: pgettext_lazy("meaning", "words for a person"),
    },
    Did: {
        Did.NOTHING: pgettext_lazy("moved", "Nothing had to be done."),
        Did.CONFIRMED: pgettext_lazy("moved", "The visit was confirmed."),
        Did.BOOKED: pgettext_lazy("moved", "The time that was offered was booked."),
        Did.DECLINED: pgettext_lazy("moved", "The time that was offered was declined."),
        Did.NOTED: pgettext_lazy("moved", "It was noted."),
        Did.LOOP: pgettext_lazy("moved", "A task was made of it."),
        Did.STOPPED: pgettext_lazy("moved", "Nothing more is sent on this way."),
        Did.STARTED: pgettext_lazy("moved", "Messages are sent again."),
        Did.REPLIED: pgettext_lazy("moved", "It was answered from the catalog."),
        Did.PERSON: pgettext_lazy("moved", "It waits for an answer."),
        Did.AUTOMATIC: pgettext_lazy(
            "moved", "A machine wrote this by itself, as when somebody is away. It is no answer, and got none."
        ),
    },
    WhyReview: {
        WhyReview.UNKNOWN: pgettext_lazy("review", "The number or address is in no record."),
        WhyReview.SHARED: pgettext_lazy("review", "More than one person has this number or address."),
        WhyReview.UNREADABLE: pgettext_lazy("review", "It came in a form that could not be read."),
        WhyReview.DEAD: pgettext_lazy("review", "It came from the number of somebody who has died."),
        WhyReview.LEFT: pgettext_lazy(
            "review", "A mail came that is too large or cannot be read here. It lies unread in the mailbox."
        ),
    },
    Direction: {
        Direction.IN: pgettext_lazy("message", "Came in"),
        Direction.OUT: pgettext_lazy("message", "From us"),
        Direction.NOTE: pgettext_lazy("message", "Note among ourselves"),
        Direction.CALL: pgettext_lazy("message", "Spoken"),
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

# What the log says of each door of threads and answers.
THREAD_DOORS: dict[str, str | Promise] = {
    "reads.threads.get_threads_page": pgettext_lazy("log", "Saw it among messages"),
    "reads.threads.get_thread_page": pgettext_lazy("log", "Read a thread of messages"),
    "reads.message_figures.get_message_figures": pgettext_lazy("log", "Looked how messages go, in numbers"),
    "reads.threads.get_new_thread_page": pgettext_lazy("log", "Looked with whom messages are exchanged"),
    "actions.threads.begin_thread": pgettext_lazy("log", "Began a thread of messages"),
    "actions.threads.look_at_message": pgettext_lazy("log", "Looked how a message would go"),
    "actions.threads.send_message": pgettext_lazy("log", "Sent a message"),
    "actions.threads.take_back_message": pgettext_lazy("log", "Took a message back"),
    "actions.for_information.tell_for_information": pgettext_lazy("log", "Told a colleague for information only"),
    "actions.threads.add_note": pgettext_lazy("log", "Added a note to messages"),
    "actions.threads.note_call": pgettext_lazy("log", "Noted what was said"),
    "actions.threads.hold_thread": pgettext_lazy("log", "Began to answer a thread"),
    "actions.threads.give_thread": pgettext_lazy("log", "Gave a thread to somebody"),
    "actions.threads.put_off_thread": pgettext_lazy("log", "Put a thread off"),
    "actions.answers.land_answers": pgettext_lazy("log", "Read what came in"),
    "actions.answers.raise_unanswered": pgettext_lazy("log", "Said that an answer is owed"),
    "actions.answers.say_whose": pgettext_lazy("log", "Said from whom a message came"),
    "actions.answers.set_aside": pgettext_lazy("log", "Set aside what came in from nobody known"),
    "actions.approvals.review_words": pgettext_lazy("log", "Reviewed words for patients"),
    "actions.approvals.approve_words": pgettext_lazy("log", "Approved words for patients"),
    "actions.approvals.return_words": pgettext_lazy("log", "Made words for patients a draft again"),
}
