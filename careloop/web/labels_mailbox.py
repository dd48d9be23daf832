"""The words of the mailbox of answers and of readings that were put right, and what the log says of their doors."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.answers import Asked
from careloop.facts.mailbox import MailTrouble, Security
from careloop.facts.threads import Undone

MAILBOX_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    Security: {
        Security.TLS: pgettext_lazy("mailbox", "Guarded from the beginning (TLS)"),
        Security.STARTTLS: pgettext_lazy("mailbox", "Guarded from the first words on (STARTTLS)"),
        Security.PLAIN: pgettext_lazy("mailbox", "Open, on this machine alone"),
    },
    MailTrouble: {
        MailTrouble.SILENT: pgettext_lazy("mailbox", "The mail server did not answer, or the line broke."),
        MailTrouble.CERTIFICATE: pgettext_lazy(
            "mailbox", "The line could not be guarded: the mail server is not surely the one that was named."
        ),
        MailTrouble.SIGN_IN: pgettext_lazy("mailbox", "The mail server did not take the name and the password."),
        MailTrouble.FOLDER: pgettext_lazy("mailbox", "There is no such folder."),
        MailTrouble.ODD: pgettext_lazy("mailbox", "The mail server answered in a way that is not understood."),
        MailTrouble.KEY: pgettext_lazy(
            "mailbox", "The password was sealed with another key of this clinic. Write it again."
        ),
        MailTrouble.PLAIN: pgettext_lazy("mailbox", "An open line is only for this machine."),
    },
    Undone: {
        Undone.NOTHING: pgettext_lazy("undone", "Nothing had to be taken back."),
        Undone.VISIT: pgettext_lazy("undone", "The visit is booked and not confirmed any more."),
        Undone.STOP: pgettext_lazy("undone", "Messages go again, as before. What was withdrawn meanwhile stays so."),
        Undone.START: pgettext_lazy("undone", "Nothing more is sent on this way, as before."),
        Undone.OFFER: pgettext_lazy(
            "undone", "The time that was offered is free again. They are not on the waiting list any more."
        ),
    },
    Asked: {
        Asked.VISIT: pgettext_lazy("asked", "whether they come to a visit"),
        Asked.OFFER: pgettext_lazy("asked", "whether they want an earlier time"),
        Asked.PILLS: pgettext_lazy("asked", "about a medicine"),
        Asked.QUESTION: pgettext_lazy("asked", "a question of yes or no"),
        Asked.NOTHING: pgettext_lazy("asked", "nothing"),
    },
}

# What the log says of each door of the mailbox and of corrections.
MAILBOX_DOORS: dict[str, str | Promise] = {
    "actions.mailbox.set_mailbox": pgettext_lazy("log", "Set up the mailbox of answers"),
    "actions.mailbox.stop_mailbox": pgettext_lazy("log", "Stopped reading the mailbox of answers"),
    "actions.mailbox.look_soon": pgettext_lazy("log", "Had the mailbox of answers read"),
    "actions.mailbox.claim_look": pgettext_lazy("log", "Began to read the mailbox of answers"),
    "actions.mailbox.keep_letter": pgettext_lazy("log", "Kept what came in"),
    "actions.mailbox.note_marked": pgettext_lazy("log", "Marked mail as read"),
    "actions.mailbox.end_look": pgettext_lazy("log", "Read the mailbox of answers"),
    "actions.mailbox.go_on_looking": pgettext_lazy("log", "Read the mailbox of answers"),
    "actions.mailbox.note_silence": pgettext_lazy("log", "Could not read the mailbox of answers"),
    "actions.mailbox_silent.ask_about_mailbox": pgettext_lazy("log", "Asked about a mailbox that is not read"),
    "actions.answer_corrections.correct_answer": pgettext_lazy("log", "Put right how an answer was read"),
    "actions.waitlist.tell_taken_offers": pgettext_lazy("log", "Said that a time is taken"),
    "reads.mailbox.find_mailbox": pgettext_lazy("log", "Looked how the mailbox of answers goes"),
    "reads.mailbox.get_mailbox_page": pgettext_lazy("log", "Looked at the mailbox of answers"),
}
