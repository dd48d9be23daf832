"""The words for the names of the vocabulary: roles, states, outcomes, kinds. One place, both languages."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careloop.facts.access import Purpose, Role
from careloop.facts.chart import FactKind, Sex
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

Words = dict[Enum, str | Promise]

# One table per enum: members of two string enums with the same value would be one key.
LABELS: dict[type[Enum], Words] = {
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
        FactKind.DOCUMENT: _("Documents"),
        FactKind.COVERAGE: _("Coverage"),
    },
    LoopKind: {
        LoopKind.TASK: _("Task"),
        LoopKind.GAP: _("Care gap"),
        LoopKind.SAFETY: _("Safety"),
        LoopKind.REVIEW: _("Review"),
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
}

# What a line of the log says, by the name of its door, and how it ended.
DOOR_WORDS: dict[str, str | Promise] = {
    "reads.worklist.get_today_page": pgettext_lazy("log", "Saw it in a list"),
    "reads.worklist.get_explanation": pgettext_lazy("log", "Looked at one loop"),
    "reads.people.get_patient_page": pgettext_lazy("log", "Looked at this page"),
    "reads.people.find_patients": pgettext_lazy("log", "Found in a search"),
    "actions.worklist.start_loop": pgettext_lazy("log", "Started a step"),
    "actions.worklist.log_contact": pgettext_lazy("log", "Noted a contact"),
    "actions.worklist.finish_loop": pgettext_lazy("log", "Closed a loop"),
    "actions.worklist.snooze_loop": pgettext_lazy("log", "Snoozed a loop"),
    "actions.worklist.hand_off_loop": pgettext_lazy("log", "Handed a loop off"),
    "actions.worklist.take_loop": pgettext_lazy("log", "Took a loop"),
    "actions.worklist.dismiss_loop": pgettext_lazy("log", "Closed a loop as not needed"),
    "actions.worklist.reopen_loop": pgettext_lazy("log", "Opened a loop again"),
    "actions.worklist.undo_last": pgettext_lazy("log", "Took a step back"),
    "actions.worklist.open_task": pgettext_lazy("log", "Made a task"),
    "actions.people.assign_caseload": pgettext_lazy("log", "Chose a coordinator"),
    "actions.people.join_care_team": pgettext_lazy("log", "Joined the care team"),
    "actions.intake.fhir.take_in_fhir": pgettext_lazy("log", "A record came in"),
    "actions.checks.recheck_patients": pgettext_lazy("log", "Checks were run"),
    "actions.checks.recheck_after_new_rules": pgettext_lazy("log", "Checks were run with new rules"),
    "actions.checks.open_waiting": pgettext_lazy("log", "Opened what was waiting"),
    "actions.sweep.sweep_due_loops": pgettext_lazy("log", "Looked after deadlines"),
    "done": pgettext_lazy("log", "done"),
    "seen": pgettext_lazy("log", "seen"),
    "refused": pgettext_lazy("log", "refused"),
    "failed": pgettext_lazy("log", "failed"),
}

# FHIR's own words for the state of a fact, and how a contact is used.
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
