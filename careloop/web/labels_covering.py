"""The words of shared cover: where an absence and each part stand, and what the log says of the doors."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.covering import AbsenceState, PartState
from careloop.facts.questions import Group
from careloop.facts.tips import TipAbout
from careloop.facts.worklist import Tone

COVER_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    AbsenceState: {
        AbsenceState.COMING: pgettext_lazy("cover", "Coming"),
        AbsenceState.RUNNING: pgettext_lazy("cover", "Now"),
        AbsenceState.OVER: pgettext_lazy("cover", "Over"),
    },
    Group: {
        Group.TEAM: pgettext_lazy("group", "Anybody of the team"),
        Group.COORDINATORS: pgettext_lazy("group", "A coordinator of the team"),
        Group.CLINICIANS: pgettext_lazy("group", "A clinician who cares for this patient"),
        Group.SUPERVISORS: pgettext_lazy("group", "A supervisor of the team"),
    },
    TipAbout: {
        TipAbout.ENTRY: pgettext_lazy("note on", "A clinic or service"),
        TipAbout.PAYER: pgettext_lazy("note on", "A payer"),
        TipAbout.MESSAGE: pgettext_lazy("note on", "Words for patients"),
        TipAbout.VISIT_TYPE: pgettext_lazy("note on", "A kind of visit"),
        TipAbout.LOOP_KIND: pgettext_lazy("note on", "A kind of loop"),
    },
    PartState: {
        PartState.OFFERED: pgettext_lazy("cover", "Not answered yet"),
        PartState.ACCEPTED: pgettext_lazy("cover", "Has it"),
        PartState.DECLINED: pgettext_lazy("cover", "Said no"),
        PartState.EXPIRED: pgettext_lazy("cover", "Did not answer in time"),
    },
}

ABSENCE_TONES = {
    AbsenceState.COMING: Tone.INFO,
    AbsenceState.RUNNING: Tone.OK,
    AbsenceState.OVER: Tone.BLOCK,
}
PART_TONES = {
    PartState.OFFERED: Tone.WAIT,
    PartState.ACCEPTED: Tone.OK,
    PartState.DECLINED: Tone.BLOCK,
    PartState.EXPIRED: Tone.LATE,
}

# What the log says of each door.
COVER_DOORS: dict[str, str | Promise] = {
    "reads.covering.get_share_plan": pgettext_lazy("log", "Looked who could stand in"),
    "reads.covering.get_absence_page": pgettext_lazy("log", "Looked at a shared cover"),
    "actions.covering.plan_absence": pgettext_lazy("log", "Shared a caseload out among colleagues"),
    "actions.covering.accept_cover": pgettext_lazy("log", "Said that they stand in"),
    "actions.covering.decline_cover": pgettext_lazy("log", "Said that they cannot stand in"),
    "actions.covering.give_share": pgettext_lazy("log", "Gave a covered patient to another colleague"),
    "actions.covering.end_absence": pgettext_lazy("log", "Ended an absence"),
    "reads.capacity.get_board": pgettext_lazy("log", "Saw it in a list"),
    "actions.capacity.say_how_one_works": pgettext_lazy("log", "Said how somebody works"),
    "actions.handoffs.prepare_handoff": pgettext_lazy("log", "Asked to hand patients on"),
    "actions.questions.ask_group": pgettext_lazy("log", "Asked the team"),
    "reads.tips.get_tips_page": pgettext_lazy("log", "Looked at notes on what worked"),
    "actions.tips.write_tip": pgettext_lazy("log", "Wrote a note on what worked"),
    "actions.tips.note_helped": pgettext_lazy("log", "Said that a note helped"),
    "actions.tips.withdraw_tip": pgettext_lazy("log", "Withdrew a note on what worked"),
    "actions.covering.follow_absences": pgettext_lazy("log", "Moved loops because somebody is away or back"),
}
