"""The words for the names of the vocabulary: roles, states, outcomes, kinds. One place, both languages."""

from enum import Enum

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careloop.facts.access import Label, Purpose, Relation, Role
from careloop.facts.amendments import AmendmentState, DenialBasis
from careloop.facts.chart import FactKind, Sex
from careloop.facts.chart_lists import AllergyState, MedicineState, ProblemState
from careloop.facts.documents import MediaType
from careloop.facts.safety import OverrideReason, Tier
from careloop.facts.timeline import Lane, Standing
from careloop.facts.worklist import (
    Ball,
    Confidence,
    ContactResult,
    LoopKind,
    Outcome,
    Severity,
    State,
    Tone,
)
from careloop.web.labels_calls import CALL_LABELS
from careloop.web.labels_consents import CONSENT_LABELS
from careloop.web.labels_covering import COVER_LABELS
from careloop.web.labels_doors import DOOR_WORDS
from careloop.web.labels_handoffs import HANDOFF_LABELS
from careloop.web.labels_mailbox import MAILBOX_LABELS
from careloop.web.labels_meetings import MEETING_LABELS
from careloop.web.labels_messages import MESSAGE_LABELS
from careloop.web.labels_offices import OFFICE_LABELS
from careloop.web.labels_outbox import OUTBOX_LABELS
from careloop.web.labels_portal import PORTAL_LABELS
from careloop.web.labels_referrals import REFERRAL_LABELS
from careloop.web.labels_reminders import REMINDER_LABELS
from careloop.web.labels_threads import THREAD_LABELS
from careloop.web.labels_visits import VISIT_LABELS
from careloop.web.labels_waitlist import WAITLIST_LABELS

Words = dict[Enum, str | Promise]

# One table per enum: members of two string enums with the same value would be one key.
LABELS: dict[type[Enum], Words] = {
    **MESSAGE_LABELS,
    **CALL_LABELS,
    **HANDOFF_LABELS,
    **THREAD_LABELS,
    **MAILBOX_LABELS,
    **COVER_LABELS,
    **MEETING_LABELS,
    **OFFICE_LABELS,
    **OUTBOX_LABELS,
    **REFERRAL_LABELS,
    **REMINDER_LABELS,
    **WAITLIST_LABELS,
    **CONSENT_LABELS,
    **PORTAL_LABELS,
    Role: {
        Role.COORDINATOR: _("Coordinator"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.CLINICIAN: _("Clinician"),
        Role.FRONT_DESK: _("Front desk"),
        Role.BILLING: _("Billing"),
        Role.PATIENT: _("Patient"),
        Role.PROXY: _("Family or proxy"),
        Role.PARTNER: _("Partner"),
        Role.AUDITOR: _("Auditor"),
        Role.SYSTEM: _("Careloop itself"),
        Role.ADMINISTRATOR: _("Administrator"),
    },
    Label: {
        Label.NONE: _("Not labelled"),
        Label.PART2: _("Substance use treatment"),
        Label.PSY: _("Mental health"),
        Label.VIOLENCE: _("Violence or abuse"),
        Label.HIV: _("HIV"),
        Label.REPRO: _("Sexual and reproductive health"),
        Label.ADOLESCENT: _("Confidential care of a teenager"),
        Label.EMPLOYEE: _("Somebody who works here"),
        Label.RESTRICTED: _("Restricted"),
    },
    Purpose: {
        Purpose.TREATMENT: _("Care"),
        Purpose.PAYMENT: _("Payment"),
        Purpose.OPERATIONS: _("Running the clinic"),
        Purpose.PATIENT_REQUEST: _("The patient asked"),
        Purpose.AUDIT: _("Audit"),
        Purpose.INTAKE: _("Records coming in"),
        Purpose.SWEEP: _("Watching deadlines"),
        Purpose.CHECKS: _("Checks"),
        Purpose.DEMO: _("Demo"),
        Purpose.OPERATE: _("Running Careloop"),
        Purpose.LINKS: _("Links of patients"),
    },
    Relation: {
        Relation.CASELOAD: _("patients whose coordinator one is"),
        Relation.COVER: _("patients of somebody whom one covers"),
        Relation.CARE_TEAM: _("patients in whose care team one is"),
        Relation.UNIT: _("patients of one's teams"),
        Relation.VISIT: _("patients who have a visit"),
        Relation.BILLING_CASE: _("patients with a bill to work on"),
        Relation.SELF: _("oneself"),
        Relation.PROXY: _("whom one speaks for"),
        Relation.PARTNER: _("patients who were sent"),
        Relation.BREAK_GLASS: _("an emergency"),
    },
    Sex: {
        Sex.FEMALE: _("Female"),
        Sex.MALE: _("Male"),
        Sex.OTHER: pgettext_lazy("sex", "Other"),
        Sex.UNKNOWN: pgettext_lazy("sex", "Not known"),
    },
    FactKind: {
        FactKind.PROBLEM: _("Problems"),
        FactKind.MEDICINE: _("Medicines"),
        FactKind.ALLERGY: _("Allergies"),
        FactKind.RESULT: _("Results"),
        FactKind.VISIT: _("Visits and hospital stays"),
        FactKind.PROCEDURE: _("Procedures"),
        FactKind.IMMUNIZATION: _("Vaccines"),
        FactKind.DOCUMENT: _("Documents that are named"),
        FactKind.COVERAGE: _("Coverage"),
        FactKind.ORDER: _("Orders"),
    },
    AmendmentState: {
        AmendmentState.OPEN: pgettext_lazy("request", "Open"),
        AmendmentState.ACCEPTED: pgettext_lazy("request", "Accepted"),
        AmendmentState.DENIED: pgettext_lazy("request", "Denied"),
    },
    DenialBasis: {
        DenialBasis.NOT_OURS: _("We did not make this entry, and who made it can still be asked"),
        DenialBasis.NOT_IN_RECORD_SET: _("It is not part of the records that are used about this person"),
        DenialBasis.NOT_OPEN_TO_PATIENT: _("The law does not open this part to the person"),
        DenialBasis.ACCURATE: _("It is accurate and complete"),
    },
    MediaType: {
        MediaType.PDF: _("PDF"),
        MediaType.PNG: _("Picture"),
        MediaType.JPEG: _("Picture"),
        MediaType.GIF: _("Picture"),
        MediaType.TIFF: _("Picture (TIFF)"),
        MediaType.CDA: _("Clinical document"),
        MediaType.TEXT: _("Text"),
        MediaType.OTHER: _("Other file"),
    },
    MedicineState: {
        MedicineState.TAKING: pgettext_lazy("medicine", "Taking"),
        MedicineState.UNKNOWN: pgettext_lazy("medicine", "Not clear"),
        MedicineState.STOPPED: pgettext_lazy("medicine", "Stopped"),
    },
    ProblemState: {
        ProblemState.ACTIVE: pgettext_lazy("problem", "Active"),
        ProblemState.REMISSION: pgettext_lazy("problem", "In remission"),
        ProblemState.UNCLEAR: pgettext_lazy("problem", "Not clear"),
        ProblemState.RESOLVED: pgettext_lazy("problem", "Over"),
    },
    AllergyState: {
        AllergyState.ACTIVE: pgettext_lazy("allergy", "Active"),
        AllergyState.INACTIVE: pgettext_lazy("allergy", "No longer active"),
        AllergyState.REFUTED: pgettext_lazy("allergy", "Ruled out"),
        AllergyState.ENTERED_IN_ERROR: pgettext_lazy("allergy", "Entered by mistake"),
    },
    Lane: {
        Lane.VISITS: pgettext_lazy("lane", "Hospital, visits"),
        Lane.TESTS: pgettext_lazy("lane", "Tests, care"),
        Lane.REFERRALS: pgettext_lazy("lane", "Referrals"),
        Lane.INSURANCE: pgettext_lazy("lane", "Insurance"),
        Lane.MEDICINES: pgettext_lazy("lane", "Medicines"),
        Lane.CONTACTS: pgettext_lazy("lane", "Contacts"),
    },
    Standing: {
        Standing.HAPPENED: pgettext_lazy("timeline", "Happened"),
        Standing.BOOKED: pgettext_lazy("timeline", "Booked"),
        Standing.EXPECTED: pgettext_lazy("timeline", "Should happen"),
        Standing.WAITING: pgettext_lazy("timeline", "Waiting on others"),
    },
    LoopKind: {
        LoopKind.TASK: _("Task"),
        LoopKind.GAP: _("Care gap"),
        LoopKind.SAFETY: _("Safety"),
        LoopKind.REVIEW: _("Review"),
        LoopKind.VISIT: _("Visit"),
        LoopKind.REFERRAL: _("Referral"),
    },
    State: {
        State.TO_DO: _("To do"),
        State.STARTED: _("Started"),
        State.SNOOZED: _("Snoozed"),
        State.CLOSED: _("Closed"),
    },
    Ball: {
        Ball.US: _("Our turn"),
        Ball.PATIENT: _("Waiting for the patient"),
        Ball.PROVIDER: _("Waiting for a clinician"),
        Ball.PAYER: _("Waiting for the plan"),
        Ball.OTHER: _("Waiting for others"),
    },
    Outcome: {
        Outcome.DONE: _("Done"),
        Outcome.DECLINED: _("The patient said no"),
        Outcome.UNREACHABLE: _("Could not reach the patient"),
        Outcome.WITHDRAWN: _("A clinician decided against it"),
        Outcome.ELSEWHERE: _("Done somewhere else"),
        Outcome.DUPLICATE: _("Already on the list"),
        Outcome.TRANSFERRED: _("The patient's care moved elsewhere"),
        Outcome.DECEASED: _("The patient has died"),
    },
    ContactResult: {
        ContactResult.REACHED: _("Reached, we talked"),
        ContactResult.LEFT_MESSAGE: _("Left a message"),
        ContactResult.NO_ANSWER: _("No answer"),
        ContactResult.WRONG_NUMBER: _("Wrong number"),
        ContactResult.CALL_BACK: _("Asked us to call back"),
    },
    Tier: {
        Tier.CONTRAINDICATED: _("Warned against"),
        Tier.SERIOUS: _("Can cause serious harm"),
        Tier.MONITOR: _("To be watched"),
    },
    OverrideReason: {
        OverrideReason.CLINICIAN_AWARE: _("The clinician knows"),
        OverrideReason.TOLERATED: _("It is tolerated and watched"),
        OverrideReason.LIST_WRONG: _("The list is wrong"),
        OverrideReason.ENDED: _("It has ended"),
        OverrideReason.OTHER: _("Another reason"),
    },
    Confidence: {
        Confidence.PRIMARY: _("the source itself was read"),
        Confidence.SECONDARY: _("read in another work that quotes it"),
        Confidence.GENERAL: _("general knowledge, not yet checked"),
    },
    Severity: {
        Severity.LOW: _("Little harm if missed"),
        Severity.MODERATE: _("Some harm if missed"),
        Severity.HIGH: _("Serious harm if missed"),
        Severity.CRITICAL: _("Great harm if missed"),
    },
    Tone: {
        Tone.LATE: _("Late, due today or a safety check"),
        Tone.SOON: _("Due soon"),
        Tone.WAIT: _("Waiting for others"),
        Tone.INFO: _("In hand, no rush"),
        Tone.TO_DO: _("Not started"),
        Tone.BLOCK: _("On hold"),
        Tone.OK: _("Closed"),
    },
    **VISIT_LABELS,
}

# The shape of a line's state: what stands, what nobody can tell, what has ended, what does not count.
STATE_TONES: dict[str, Tone] = {
    MedicineState.UNKNOWN: Tone.TO_DO,
    ProblemState.UNCLEAR: Tone.TO_DO,
    MedicineState.STOPPED: Tone.OK,
    ProblemState.RESOLVED: Tone.OK,
    AllergyState.INACTIVE: Tone.OK,
    AllergyState.REFUTED: Tone.BLOCK,
    AllergyState.ENTERED_IN_ERROR: Tone.BLOCK,
}

# What the deeds are called, by the name of their function.
VERBS: dict[str, str | Promise] = {
    "start": _("Start"),
    "log_contact": _("Log a contact"),
    "finish": _("Done"),
    "snooze": _("Snooze"),
    "hand_off": _("Hand off"),
    "take": _("Take it"),
    "dismiss": _("Not needed"),
    "reopen": _("Reopen"),
    "undo": _("Undo"),
    "add_task": _("New task"),
    "hand_over": _("Hand off"),
    "hand_off_day": _("Hand off"),
    "same": _("Same person"),
    "agree": _("Agree"),
    "different": _("Different people"),
    "cannot_tell": _("Cannot tell"),
    "apart": _("Take apart"),
    "together": _("Keep together"),
    "register": _("Register"),
    "add_document": _("New document"),
    "ask_clinician": _("Ask the clinician"),
    "override": _("Set aside"),
    "end_override": _("No longer set aside"),
}


# FHIR's own words for the state of a fact and the kind of record, and how a contact is used.
CODED: dict[str, str | Promise] = {
    "active": pgettext_lazy("fact", "active"),
    "recurrence": pgettext_lazy("fact", "came back"),
    "relapse": pgettext_lazy("fact", "came back"),
    "inactive": pgettext_lazy("fact", "not active"),
    "remission": pgettext_lazy("fact", "in remission"),
    "resolved": pgettext_lazy("fact", "over"),
    "completed": pgettext_lazy("fact", "done"),
    "stopped": pgettext_lazy("fact", "stopped"),
    "on-hold": pgettext_lazy("fact", "on hold"),
    "cancelled": pgettext_lazy("fact", "cancelled"),
    "draft": pgettext_lazy("fact", "draft"),
    "entered-in-error": pgettext_lazy("fact", "entered by mistake"),
    "final": pgettext_lazy("fact", "final"),
    "preliminary": pgettext_lazy("fact", "preliminary"),
    "registered": pgettext_lazy("fact", "registered"),
    "amended": pgettext_lazy("fact", "amended"),
    "corrected": pgettext_lazy("fact", "corrected"),
    "planned": pgettext_lazy("fact", "planned"),
    "arrived": pgettext_lazy("fact", "arrived"),
    "triaged": pgettext_lazy("fact", "triaged"),
    "in-progress": pgettext_lazy("fact", "under way"),
    "finished": pgettext_lazy("fact", "finished"),
    "not-done": pgettext_lazy("fact", "not done"),
    "current": pgettext_lazy("fact", "current"),
    "superseded": pgettext_lazy("fact", "replaced"),
    "unknown": pgettext_lazy("fact", "not known"),
    "confirmed": pgettext_lazy("fact", "confirmed"),
    "unconfirmed": pgettext_lazy("fact", "not confirmed"),
    "provisional": pgettext_lazy("fact", "not confirmed yet"),
    "differential": pgettext_lazy("fact", "one of several possible"),
    "refuted": pgettext_lazy("fact", "ruled out"),
    "not-taken": pgettext_lazy("fact", "not taken"),
    "intended": pgettext_lazy("fact", "to be taken later"),
    "declined": pgettext_lazy("fact", "declined"),
    "proposed": pgettext_lazy("goal", "proposed"),
    "accepted": pgettext_lazy("goal", "agreed"),
    "improving": pgettext_lazy("goal", "getting better"),
    "worsening": pgettext_lazy("goal", "getting worse"),
    "no-change": pgettext_lazy("goal", "no change"),
    "achieved": pgettext_lazy("goal", "reached"),
    "sustaining": pgettext_lazy("goal", "reached and kept"),
    "not-achieved": pgettext_lazy("goal", "not reached"),
    "no-progress": pgettext_lazy("goal", "no progress yet"),
    "not-attainable": pgettext_lazy("goal", "cannot be reached"),
    "Condition": pgettext_lazy("source", "problem record"),
    "AllergyIntolerance": pgettext_lazy("source", "allergy record"),
    "MedicationRequest": pgettext_lazy("source", "prescription"),
    "MedicationStatement": pgettext_lazy("source", "medicine list"),
    "MedicationDispense": pgettext_lazy("source", "pharmacy"),
    "phone": pgettext_lazy("contact", "Phone"),
    "email": pgettext_lazy("contact", "E-mail"),
    "sms": pgettext_lazy("contact", "Text message"),
    "fax": pgettext_lazy("contact", "Fax"),
    "url": pgettext_lazy("contact", "Web"),
    "pager": pgettext_lazy("contact", "Pager"),
    "home": pgettext_lazy("contact", "home"),
    "work": pgettext_lazy("contact", "work"),
    "mobile": pgettext_lazy("contact", "mobile"),
    "temp": pgettext_lazy("contact", "for now"),
    "old": pgettext_lazy("contact", "old"),
}

# Languages that people speak here and that Django's own list does not hold.
LANGUAGES: dict[str, str | Promise] = {
    "en": _("English"),
    "es": _("Spanish"),
    "zh": _("Chinese"),
    "yue": _("Cantonese"),
    "cmn": _("Mandarin"),
    "tl": _("Tagalog"),
    "fil": _("Filipino"),
    "so": _("Somali"),
    "ht": _("Haitian Creole"),
    "hmn": _("Hmong"),
    "am": _("Amharic"),
    "gu": _("Gujarati"),
    "ase": _("American Sign Language"),
    "sgn": _("Sign language"),
}


def say_door(name: str) -> str:
    """Return what a line of the log says about a door, or of an outcome; an unknown door keeps its name."""
    if name in DOOR_WORDS:
        return str(DOOR_WORDS[name])
    return name.rpartition(".")[2].replace("_", " ")


def label_of(member: Enum) -> str:
    """Return the words for a member of the vocabulary, in the language of this request."""
    return str(LABELS[type(member)][member])


def name_language(tag: str) -> str:
    """Return the name of a language ("es-MX" is Spanish), or the tag when we have no name for it."""
    for key in (tag.lower(), tag.lower().split("-")[0]):
        if key in LANGUAGES:
            return str(LANGUAGES[key])
        try:
            return str(translation.get_language_info(key)["name_translated"])
        except KeyError:
            continue
    return tag
