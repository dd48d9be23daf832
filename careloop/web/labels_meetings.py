"""The words of family meetings and support: states, forms and kinds; and what the log says of them."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.crisis import Checked, CrisisKind
from careloop.facts.meetings import GuestKind, Interprets, MeetingForm, MeetingState, Untold
from careloop.facts.support import Form, HeardFrom, OfferState, SupportState
from careloop.facts.worklist import Tone

MEETING_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    MeetingState: {
        MeetingState.TO_ARRANGE: pgettext_lazy("meeting", "To arrange"),
        MeetingState.SET: pgettext_lazy("meeting", "Time is set"),
        MeetingState.HELD: pgettext_lazy("meeting", "Took place, people to tell"),
        MeetingState.TOLD: pgettext_lazy("meeting", "Over, everybody was told"),
        MeetingState.CANCELLED: pgettext_lazy("meeting", "Called off"),
    },
    MeetingForm: {
        MeetingForm.IN_PERSON: pgettext_lazy("meeting", "In person"),
        MeetingForm.VIDEO: pgettext_lazy("meeting", "By video"),
        MeetingForm.PHONE: pgettext_lazy("meeting", "By phone"),
    },
    Interprets: {
        Interprets.NOBODY: pgettext_lazy("meeting", "Nobody needs one"),
        Interprets.QUALIFIED: pgettext_lazy("meeting", "A qualified interpreter, to be booked"),
        Interprets.ADULT_ASKED: pgettext_lazy("meeting", "An adult whom the person asked for themselves"),
        Interprets.CHILD: pgettext_lazy("meeting", "A child of the family"),
    },
    GuestKind: {
        GuestKind.PATIENT: pgettext_lazy("meeting", "the patient"),
        GuestKind.MEMBER: pgettext_lazy("meeting", "of the circle"),
        GuestKind.STAFF: pgettext_lazy("meeting", "of the clinic"),
    },
    Untold: {
        Untold.NO_CONSENT: pgettext_lazy("meeting", "They may hear nothing of it"),
        Untold.DID_NOT_WANT: pgettext_lazy("meeting", "They did not want it"),
    },
    HeardFrom: {
        HeardFrom.PATIENT: pgettext_lazy("distress", "The patient"),
        HeardFrom.FAMILY: pgettext_lazy("distress", "Somebody close"),
        HeardFrom.COLLEAGUE: pgettext_lazy("distress", "A colleague"),
    },
    SupportState: {
        SupportState.CALL: pgettext_lazy("distress", "To call"),
        SupportState.CHECK: pgettext_lazy("distress", "Called, to check back"),
        SupportState.ENDED: pgettext_lazy("distress", "Over"),
    },
    OfferState: {
        OfferState.CHOSEN: pgettext_lazy("offer", "To tell"),
        OfferState.TOLD: pgettext_lazy("offer", "Told, to ask"),
        OfferState.JOINED: pgettext_lazy("offer", "Joined"),
        OfferState.DECLINED: pgettext_lazy("offer", "Said no"),
        OfferState.ENDED: pgettext_lazy("offer", "Over"),
    },
    Form: {
        Form.IN_PERSON: pgettext_lazy("program", "In person"),
        Form.ONLINE: pgettext_lazy("program", "Online"),
        Form.PHONE: pgettext_lazy("program", "By phone"),
    },
    CrisisKind: {
        CrisisKind.SELF_HARM: pgettext_lazy("crisis", "May hurt themselves"),
        CrisisKind.VIOLENCE: pgettext_lazy("crisis", "Violence, or fear of it"),
        CrisisKind.POISON: pgettext_lazy("crisis", "Took something, or too much"),
        CrisisKind.MEDICAL: pgettext_lazy("crisis", "A medical emergency"),
        CrisisKind.OTHER: pgettext_lazy("crisis", "Something else"),
    },
    Checked: {
        Checked.OFFICIAL: pgettext_lazy("number", "read on a page of who runs it, kept in an archive"),
        Checked.SECONDARY: pgettext_lazy("number", "read elsewhere than with who runs it"),
        Checked.NOT_CHECKED: pgettext_lazy("number", "not checked: general knowledge"),
    },
}

MEETING_TONES = {
    MeetingState.TO_ARRANGE: Tone.TO_DO,
    MeetingState.SET: Tone.WAIT,
    MeetingState.HELD: Tone.SOON,
    MeetingState.TOLD: Tone.OK,
    MeetingState.CANCELLED: Tone.BLOCK,
}
SUPPORT_TONES = {
    SupportState.CALL: Tone.SOON,
    SupportState.CHECK: Tone.WAIT,
    SupportState.ENDED: Tone.OK,
    OfferState.CHOSEN: Tone.TO_DO,
    OfferState.TOLD: Tone.WAIT,
    OfferState.JOINED: Tone.OK,
    OfferState.DECLINED: Tone.BLOCK,
    OfferState.ENDED: Tone.BLOCK,
}

# What the log says of each door.
MEETING_DOORS: dict[str, str | Promise] = {
    "reads.meetings.get_meetings_page": pgettext_lazy("log", "Looked at the family meetings"),
    "reads.meetings.get_meeting_page": pgettext_lazy("log", "Looked at a family meeting"),
    "reads.meetings.get_summary_page": pgettext_lazy("log", "Looked at what somebody may hear of a family meeting"),
    "actions.meetings.plan_meeting": pgettext_lazy("log", "Asked for a family meeting"),
    "actions.meetings.write_agenda": pgettext_lazy("log", "Wrote the agenda of a family meeting"),
    "actions.meetings.set_meeting": pgettext_lazy("log", "Set the time of a family meeting"),
    "actions.meetings.hold_meeting": pgettext_lazy("log", "Noted that a family meeting took place"),
    "actions.meetings.miss_meeting": pgettext_lazy("log", "Noted that a family meeting did not take place"),
    "actions.meetings.cancel_meeting": pgettext_lazy("log", "Called a family meeting off"),
    "actions.meetings.decide_at_meeting": pgettext_lazy("log", "Kept what was decided at a family meeting"),
    "actions.meeting_summaries.give_summary": pgettext_lazy("log", "Gave somebody the summary of a family meeting"),
    "actions.meeting_summaries.leave_untold": pgettext_lazy("log", "Noted who gets no summary of a family meeting"),
    "reads.support.get_support_page": pgettext_lazy("log", "Looked at the support of a patient"),
    "actions.support.note_distress": pgettext_lazy("log", "Noted distress"),
    "actions.support.note_call": pgettext_lazy("log", "Noted a supportive call"),
    "actions.support.offer_program": pgettext_lazy("log", "Chose a group or program to offer"),
    "actions.support.answer_offer": pgettext_lazy("log", "Noted what became of an offer of support"),
    "reads.crisis.get_crisis_page": pgettext_lazy("log", "Opened the crisis protocol"),
    "reads.crisis.get_crisis_page_about": pgettext_lazy("log", "Opened the crisis protocol"),
    "reads.crisis.get_numbers_page": pgettext_lazy("log", "Looked at the clinic's own crisis numbers"),
    "actions.crisis.report_crisis": pgettext_lazy("log", "Wrote down a crisis"),
    "actions.crisis.report_crisis_about": pgettext_lazy("log", "Wrote down a crisis"),
    "actions.crisis.add_number": pgettext_lazy("log", "Added a crisis number of the clinic"),
    "actions.crisis.end_number": pgettext_lazy("log", "Ended a crisis number of the clinic"),
    "actions.crisis.open_crises": pgettext_lazy("log", "Opened the loop of a crisis"),
}
