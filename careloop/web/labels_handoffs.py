"""The words of handoffs: where one stands, how ill somebody is, why somebody does not take over."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.handoffs import DeclineReason, HandoffScope, HandoffState, IllnessLevel
from careloop.facts.worklist import Tone

HANDOFF_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    HandoffState: {
        HandoffState.DRAFT: pgettext_lazy("handoff", "Not offered yet"),
        HandoffState.OFFERED: pgettext_lazy("handoff", "Offered"),
        HandoffState.ASKED: pgettext_lazy("handoff", "A question is open"),
        HandoffState.ACCEPTED: pgettext_lazy("handoff", "Accepted"),
        HandoffState.DECLINED: pgettext_lazy("handoff", "Declined"),
        HandoffState.WITHDRAWN: pgettext_lazy("handoff", "Taken back"),
        HandoffState.EXPIRED: pgettext_lazy("handoff", "Not answered in time"),
    },
    HandoffScope: {
        HandoffScope.LOOPS: pgettext_lazy("handoff", "Loops of the day"),
        HandoffScope.PATIENTS: pgettext_lazy("handoff", "Patients of the caseload"),
    },
    IllnessLevel: {
        IllnessLevel.STABLE: pgettext_lazy("illness", "Stable"),
        IllnessLevel.WATCHER: pgettext_lazy("illness", "Watcher"),
        IllnessLevel.UNSTABLE: pgettext_lazy("illness", "Unstable"),
    },
    DeclineReason: {
        DeclineReason.TOO_MUCH: pgettext_lazy("decline", "Too much at once"),
        DeclineReason.AWAY: pgettext_lazy("decline", "I am away"),
        DeclineReason.OTHER_PERSON: pgettext_lazy("decline", "Somebody else is better placed"),
        DeclineReason.LET_US_TALK: pgettext_lazy("decline", "Let us talk first"),
    },
}

HANDOFF_TONES = {
    HandoffState.DRAFT: Tone.INFO,
    HandoffState.OFFERED: Tone.WAIT,
    HandoffState.ASKED: Tone.SOON,
    HandoffState.ACCEPTED: Tone.OK,
    HandoffState.DECLINED: Tone.BLOCK,
    HandoffState.WITHDRAWN: Tone.BLOCK,
    HandoffState.EXPIRED: Tone.LATE,
}
LEVEL_TONES = {
    IllnessLevel.STABLE: Tone.OK,
    IllnessLevel.WATCHER: Tone.SOON,
    IllnessLevel.UNSTABLE: Tone.LATE,
}

# What the log says of each door of handoffs.
HANDOFF_DOORS: dict[str, str | Promise] = {
    "reads.handoffs.get_handoffs_page": pgettext_lazy("log", "Saw it in a list"),
    "reads.handoffs.get_new_handoff_page": pgettext_lazy("log", "Looked what could be handed on"),
    "reads.handoffs.get_handoff_page": pgettext_lazy("log", "Looked at a handoff"),
    "reads.questions.get_questions_page": pgettext_lazy("log", "Saw it among questions"),
    "actions.questions.ask_colleague": pgettext_lazy("log", "Asked a colleague"),
    "reads.rounds.get_rounds_page": pgettext_lazy("log", "Saw it on the sheet of the rounds"),
    "actions.handoffs.make_handoff": pgettext_lazy("log", "Wrote a handoff"),
    "actions.handoffs.offer_day": pgettext_lazy("log", "Offered a day to a colleague"),
    "actions.handoffs.say_of_patient": pgettext_lazy("log", "Said in a handoff how the patient is"),
    "actions.handoffs.add_what_if": pgettext_lazy("log", "Said in a handoff what to do if something happens"),
    "actions.handoffs.offer_handoff": pgettext_lazy("log", "Offered a handoff"),
    "actions.handoffs.ask_giver": pgettext_lazy("log", "Asked about a handoff"),
    "actions.handoffs.answer_receiver": pgettext_lazy("log", "Answered about a handoff"),
    "actions.handoffs.accept_handoff": pgettext_lazy("log", "Took over by a handoff"),
    "actions.handoffs.decline_handoff": pgettext_lazy("log", "Declined a handoff"),
    "actions.handoffs.withdraw_handoff": pgettext_lazy("log", "Took a handoff back"),
    "actions.handoffs.expire_handoffs": pgettext_lazy("log", "Ended a handoff that nobody answered in time"),
}
