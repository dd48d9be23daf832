"""The words of letters to offices: ways, what a letter is for, its fields, how an answer came; doors of the log."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.offices import Detail, HeardBy, LetterField, LetterKind, Way

OFFICE_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    Way: {
        Way.EMAIL: pgettext_lazy("letter", "E-mail"),
        Way.FAX: pgettext_lazy("letter", "Fax, sent by one of us"),
        Way.LETTER: pgettext_lazy("letter", "Post, sent by one of us"),
    },
    LetterKind: {
        LetterKind.OWN_WORDS: pgettext_lazy("letter", "My own words"),
        LetterKind.REFERRAL_STATUS: pgettext_lazy("letter", "Ask where a referral stands"),
        LetterKind.MISSING_RECORDS: pgettext_lazy("letter", "Ask for records that are missing"),
        LetterKind.CORRECTED_DETAILS: pgettext_lazy("letter", "Send corrected details of the patient"),
        LetterKind.APPROVAL_STATUS: pgettext_lazy("letter", "Ask where an approval stands"),
        LetterKind.THANK_CLOSE: pgettext_lazy("letter", "Thank them: it is settled"),
    },
    LetterField: {
        LetterField.WHAT: pgettext_lazy("letter", "what it is about"),
        LetterField.NUMBER: pgettext_lazy("letter", "their number for it"),
        LetterField.DAY: pgettext_lazy("letter", "the day"),
        LetterField.DETAILS: pgettext_lazy("letter", "what is corrected"),
    },
    Detail: {
        Detail.NAME: pgettext_lazy("letter", "Name"),
        Detail.PHONE: pgettext_lazy("letter", "Phone"),
        Detail.ADDRESS: pgettext_lazy("letter", "Address"),
    },
    HeardBy: {
        HeardBy.FAX: pgettext_lazy("answer", "By fax"),
        HeardBy.LETTER: pgettext_lazy("answer", "By letter"),
        HeardBy.EMAIL: pgettext_lazy("answer", "By e-mail"),
        HeardBy.PHONE: pgettext_lazy("answer", "By phone"),
    },
}

# What the log says of each door of letters to offices.
OFFICE_DOORS: dict[str, str | Promise] = {
    "reads.offices.get_letter_look": pgettext_lazy("log", "Looked at what would leave with a letter to an office"),
    "reads.offices.get_sent_letter": pgettext_lazy("log", "Looked at a letter to an office as it left"),
    "actions.offices.send_letter": pgettext_lazy("log", "Sent a letter to an office"),
    "actions.offices.note_office_answer": pgettext_lazy("log", "Noted what an office answered"),
    "actions.offices.raise_silent_offices": pgettext_lazy("log", "Said that an office has not answered"),
}
