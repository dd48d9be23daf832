"""The words of shared cover: where an absence and each part stand, and what the log says of the doors."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.covering import AbsenceState, PartState
from careloop.facts.worklist import Tone

COVER_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    AbsenceState: {
        AbsenceState.COMING: pgettext_lazy("cover", "Coming"),
        AbsenceState.RUNNING: pgettext_lazy("cover", "Now"),
        AbsenceState.OVER: pgettext_lazy("cover", "Over"),
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
    "actions.covering.follow_absences": pgettext_lazy("log", "Moved loops because somebody is away or back"),
}
