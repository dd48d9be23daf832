"""The words of the words for patients: topics, roads and their pieces, how far a version is, what a field holds."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.consents import Road, Topic
from careloop.facts.messages import Alphabet, Field, Piece, Private, State
from careloop.facts.worklist import Tone

MESSAGE_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    Piece: {
        Piece.TEXT: pgettext_lazy("message", "Text, on a screen that others may see"),
        Piece.EMAIL_SUBJECT: pgettext_lazy("message", "Subject, in a list that others may see"),
        Piece.EMAIL_BODY: pgettext_lazy("message", "E-mail, when it is opened"),
        Piece.ENVELOPE: pgettext_lazy("message", "Envelope, for all to see"),
        Piece.LETTER_BODY: pgettext_lazy("message", "Letter, when it is opened"),
        Piece.VOICEMAIL: pgettext_lazy("message", "Voicemail, which others may hear"),
        Piece.PHONE_TALK: pgettext_lazy("message", "What is said when it is the patient"),
        Piece.PORTAL_PAGE: pgettext_lazy("message", "Page, after signing in"),
    },
    State: {
        State.DRAFT: pgettext_lazy("message", "Draft"),
        State.REVIEWED: pgettext_lazy("message", "Reviewed"),
        State.APPROVED: pgettext_lazy("message", "Approved"),
    },
    Private: {
        Private.MEDICINE: pgettext_lazy("message", "names of medicines"),
        Private.CONDITION: pgettext_lazy("message", "names of conditions"),
        Private.SPECIALTY: pgettext_lazy("message", "specialties"),
        Private.CLINIC: pgettext_lazy("message", "the name of the clinic"),
    },
    Alphabet: {
        Alphabet.GSM7: pgettext_lazy("message", "short alphabet (GSM 03.38)"),
        Alphabet.UCS2: pgettext_lazy("message", "long alphabet (UCS-2)"),
    },
    Field: {
        Field.NAME: pgettext_lazy("message", "name of the patient"),
        Field.SENDER: pgettext_lazy("message", "who writes"),
        Field.PHONE: pgettext_lazy("message", "telephone number to call"),
        Field.WHEN: pgettext_lazy("message", "day and hour"),
        Field.OLD_WHEN: pgettext_lazy("message", "day and hour before"),
        Field.UNTIL: pgettext_lazy("message", "day and hour by which to answer"),
        Field.PICKUP: pgettext_lazy("message", "day and hour of the ride"),
        Field.DAY: pgettext_lazy("message", "a day"),
        Field.SEEN_ON: pgettext_lazy("message", "day of the visit that was"),
        Field.OPENS: pgettext_lazy("message", "hour from which we answer"),
        Field.CLOSES: pgettext_lazy("message", "hour until which we answer"),
        Field.AMOUNT: pgettext_lazy("message", "amount of money"),
        Field.PLACE: pgettext_lazy("message", "place"),
        Field.DIRECTIONS: pgettext_lazy("message", "way to the place"),
        Field.STEPS: pgettext_lazy("message", "steps to get ready"),
        Field.LANGUAGE: pgettext_lazy("message", "language"),
        Field.LINK: pgettext_lazy("message", "the link"),
        Field.CONTACT: pgettext_lazy("message", "name of who helps from now on"),
        Field.DOCUMENT: pgettext_lazy("message", "the paper to bring"),
        Field.NUMBER: pgettext_lazy("message", "telephone number of the other office"),
        Field.MEDICINE: pgettext_lazy("message", "name of the medicine"),
        Field.PHRASE: pgettext_lazy("message", "what was done, in a few words"),
    },
}

STATE_TONES = {State.DRAFT: Tone.TO_DO, State.REVIEWED: Tone.WAIT, State.APPROVED: Tone.OK}
# As names; in a sentence about what somebody may be told they stand in ``labels_consents``.
TOPIC_NAMES: dict[Enum, str | Promise] = {
    Topic.VISITS: pgettext_lazy("message", "Visits and rides"),
    Topic.MEDICINES: pgettext_lazy("message", "Medicines"),
    Topic.RESULTS: pgettext_lazy("message", "Results"),
    Topic.MONEY: pgettext_lazy("message", "Money"),
    Topic.MENTAL: pgettext_lazy("message", "Mental health"),
    Topic.SUBSTANCE: pgettext_lazy("message", "Substance use"),
    Topic.EMERGENCY: pgettext_lazy("message", "Emergency"),
}
# The same of roads.
ROAD_NAMES: dict[Enum, str | Promise] = {
    Road.TEXT: pgettext_lazy("message", "Text message"),
    Road.EMAIL: pgettext_lazy("message", "E-mail"),
    Road.LETTER: pgettext_lazy("message", "Letter"),
    Road.PHONE: pgettext_lazy("message", "Telephone"),
    Road.PORTAL: pgettext_lazy("message", "Portal"),
    Road.FHIR: pgettext_lazy("message", "FHIR address"),
}
