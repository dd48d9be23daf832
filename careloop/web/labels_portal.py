"""The words of links for patients: what one opens, how a question is answered, where a link stands, and the log."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.portal import AnswerForm, LinkPurpose, LinkState
from careloop.facts.worklist import Tone

PORTAL_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    LinkPurpose: {
        LinkPurpose.VISIT: pgettext_lazy("link", "A visit: say yes or ask for another time"),
        LinkPurpose.QUESTION: pgettext_lazy("link", "A question: answer it"),
        LinkPurpose.NEXT: pgettext_lazy("link", "What happens next"),
        LinkPurpose.ALL: pgettext_lazy("link", "Visits and what happens next"),
        LinkPurpose.MESSAGE: pgettext_lazy("link", "A message: read and answer it"),
    },
    AnswerForm: {
        AnswerForm.WORDS: pgettext_lazy("link", "In words"),
        AnswerForm.YES_NO: pgettext_lazy("link", "Yes or no, and words"),
    },
    LinkState: {
        LinkState.LIVE: pgettext_lazy("link", "Works"),
        LinkState.ENDED: pgettext_lazy("link", "Ended"),
        LinkState.LOCKED: pgettext_lazy("link", "Locked after wrong dates"),
        LinkState.OVER: pgettext_lazy("link", "Its days are over"),
    },
}
LINK_TONES = {
    LinkState.LIVE: Tone.OK,
    LinkState.ENDED: Tone.BLOCK,
    LinkState.LOCKED: Tone.LATE,
    LinkState.OVER: Tone.BLOCK,
}

# What the log says of each door of links.
PORTAL_DOORS: dict[str, str | Promise] = {
    "reads.patient_links.get_links_page": pgettext_lazy("log", "Looked at the links"),
    "actions.patient_links.give_link": pgettext_lazy("log", "Gave a link"),
    "actions.patient_links.send_link": pgettext_lazy("log", "Sent a link"),
    "actions.patient_links.end_link": pgettext_lazy("log", "Ended a link"),
    "actions.patient_links.open_link": pgettext_lazy("log", "Tried a link with a birth date"),
    "reads.portal.get_portal_page": pgettext_lazy("log", "Looked at the page of a link"),
    "actions.portal.confirm_own_visit": pgettext_lazy("log", "Said by link that they will come"),
    "actions.portal.ask_to_change": pgettext_lazy("log", "Asked by link for another time"),
    "actions.portal.answer_question": pgettext_lazy("log", "Answered by link"),
    "actions.page_answers.answer_message": pgettext_lazy("log", "Answered a message by link"),
}
