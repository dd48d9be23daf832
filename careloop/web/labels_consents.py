"""The words of the circle: relations, topics, roads, grounds; and what the log says of them."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.callers import CallerIs
from careloop.facts.consents import ConsentPurpose, GivenHow, Relation, Road, Topic
from careloop.facts.disclosures import Basis, What

CONSENT_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    Relation: {
        Relation.SPOUSE: pgettext_lazy("relation", "husband, wife or partner"),
        Relation.PARENT: pgettext_lazy("relation", "parent"),
        Relation.CHILD: pgettext_lazy("relation", "son or daughter"),
        Relation.SIBLING: pgettext_lazy("relation", "brother or sister"),
        Relation.FAMILY: pgettext_lazy("relation", "other family"),
        Relation.FRIEND: pgettext_lazy("relation", "friend"),
        Relation.NEIGHBOUR: pgettext_lazy("relation", "neighbor"),
        Relation.GUARDIAN: pgettext_lazy("relation", "guardian"),
        Relation.PROXY: pgettext_lazy("relation", "health care proxy"),
        Relation.OTHER: pgettext_lazy("relation", "somebody else"),
    },
    Topic: {
        Topic.VISITS: pgettext_lazy("told topic", "visits and rides"),
        Topic.MEDICINES: pgettext_lazy("told topic", "medicines"),
        Topic.RESULTS: pgettext_lazy("told topic", "test results"),
        Topic.MONEY: pgettext_lazy("told topic", "money"),
        Topic.MENTAL: pgettext_lazy("told topic", "mental health"),
        Topic.SUBSTANCE: pgettext_lazy("told topic", "alcohol and drug care"),
        Topic.EMERGENCY: pgettext_lazy("told topic", "an emergency"),
        Topic.EVERYTHING: pgettext_lazy("told topic", "everything that is not guarded"),
    },
    ConsentPurpose: {
        ConsentPurpose.CARE: pgettext_lazy("told for", "to help with care"),
        ConsentPurpose.PAYMENT: pgettext_lazy("told for", "to help with bills"),
    },
    Road: {
        Road.PHONE: pgettext_lazy("told by", "by phone"),
        Road.TEXT: pgettext_lazy("told by", "by text"),
        Road.EMAIL: pgettext_lazy("told by", "by e-mail"),
        Road.LETTER: pgettext_lazy("told by", "by letter"),
        Road.IN_PERSON: pgettext_lazy("told by", "in person"),
        Road.PORTAL: pgettext_lazy("told by", "in the portal"),
        Road.FHIR: pgettext_lazy("told by", "from system to system"),
    },
    GivenHow: {
        GivenHow.SCREEN: pgettext_lazy("given", "Here, on screen"),
        GivenHow.PAPER: pgettext_lazy("given", "On paper, with the scan"),
        GivenHow.VOICE: pgettext_lazy("given", "By voice, with a witness"),
    },
    Basis: {
        Basis.CONSENT: pgettext_lazy("ground", "The patient agreed"),
        Basis.AUTHORIZATION: pgettext_lazy("ground", "A signed authorization"),
        Basis.TREATMENT: pgettext_lazy("ground", "Treatment"),
        Basis.PAYMENT: pgettext_lazy("ground", "Payment"),
        Basis.OPERATIONS: pgettext_lazy("ground", "Running the clinic"),
        Basis.LAW: pgettext_lazy("ground", "The law asks for it"),
        Basis.PATIENT_REQUEST: pgettext_lazy("ground", "The patient asked for it"),
        Basis.UNSTATED: pgettext_lazy("ground", "Not stated"),
    },
    What: {
        What.WHOLE_RECORD: pgettext_lazy("left", "The whole record"),
        What.SUMMARY: pgettext_lazy("left", "A printed summary"),
        What.REFERRAL_PACKET: pgettext_lazy("left", "The packet of a referral"),
        What.OFFICE_LETTER: pgettext_lazy("left", "A letter to an office"),
        What.TOLD: pgettext_lazy("left", "Told"),
        What.NOTED: pgettext_lazy("left", "Told or handed over"),
    },
    CallerIs: {
        CallerIs.PATIENT: pgettext_lazy("caller", "The patient"),
        CallerIs.MEMBER: pgettext_lazy("caller", "Somebody of the circle"),
        CallerIs.STRANGER: pgettext_lazy("caller", "Somebody else"),
    },
}

CONSENT_DOORS: dict[str, str | Promise] = {
    "reads.consents.get_circle_page": pgettext_lazy("log", "Looked at the circle"),
    "reads.callers.get_caller_page": pgettext_lazy("log", "Began to check a caller"),
    "reads.disclosures.get_disclosures_page": pgettext_lazy("log", "Looked at what left the clinic"),
    "reads.disclosures.get_accounting": pgettext_lazy("log", "Printed an accounting of disclosures"),
    "reads.disclosures.get_disclosed_copy": pgettext_lazy("log", "Opened the copy of what left"),
    "actions.consents.add_member": pgettext_lazy("log", "Added somebody to the circle"),
    "actions.consents.change_member": pgettext_lazy("log", "Changed somebody of the circle"),
    "actions.consents.end_member": pgettext_lazy("log", "Ended the place of somebody in the circle"),
    "actions.consents.give_consent": pgettext_lazy("log", "Wrote a consent down"),
    "actions.taken_back.take_back_again": pgettext_lazy("log", "Took back again what was taken back before a restore"),
    "actions.consents.take_back": pgettext_lazy("log", "Took a consent back"),
    "actions.consents.set_code": pgettext_lazy("log", "Set a code word"),
    "actions.disclosures.tell_member": pgettext_lazy("log", "Told somebody of the circle"),
    "actions.disclosures.note_disclosure": pgettext_lazy("log", "Noted that something left the clinic"),
    "actions.callers.check_caller": pgettext_lazy("log", "Checked a caller"),
    "actions.callers.check_unknown_caller": pgettext_lazy("log", "Checked a caller"),
}
