"""The words of reminders: what each is for, where it stands and why, what was answered; and what the log says."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from careloop.facts.medicine_reminders import ScheduleState, StopWhy
from careloop.facts.reminders import ReminderAnswer, ReminderKind, ReminderState, WithdrawnWhy
from careloop.facts.worklist import Tone

REMINDER_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    ReminderKind: {
        ReminderKind.CONFIRM: pgettext_lazy("reminder", "Ask whether they will come"),
        ReminderKind.PREPARE: pgettext_lazy("reminder", "How to get ready"),
        ReminderKind.DAY_BEFORE: pgettext_lazy("reminder", "The day before"),
        ReminderKind.CALL: pgettext_lazy("reminder", "A person calls who has not answered"),
        ReminderKind.MOVED: pgettext_lazy("reminder", "Tell the new time"),
        ReminderKind.OFF: pgettext_lazy("reminder", "Tell that the visit is off"),
    },
    ReminderState: {
        ReminderState.PLANNED: pgettext_lazy("reminder", "Planned"),
        ReminderState.SENT: pgettext_lazy("reminder", "Sent off"),
        ReminderState.CALLED: pgettext_lazy("reminder", "A call is asked for"),
        ReminderState.ANSWERED: pgettext_lazy("reminder", "Answered"),
        ReminderState.WITHDRAWN: pgettext_lazy("reminder", "Does not go"),
    },
    WithdrawnWhy: {
        WithdrawnWhy.MOVED: pgettext_lazy("reminder", "the visit has moved"),
        WithdrawnWhy.ENDED: pgettext_lazy("reminder", "this time of the visit does not stand any more"),
        WithdrawnWhy.SAID_YES: pgettext_lazy("reminder", "it is settled"),
        WithdrawnWhy.LADDER: pgettext_lazy("reminder", "the clinic has set another day"),
        WithdrawnWhy.TOO_LATE: pgettext_lazy("reminder", "its time went by"),
        WithdrawnWhy.DIED: pgettext_lazy("reminder", "the patient has died"),
        WithdrawnWhy.NO_ROAD: pgettext_lazy("reminder", "there is no way on which it may go"),
        WithdrawnWhy.TOLD: pgettext_lazy("reminder", "they have been told"),
        WithdrawnWhy.SEVERAL: pgettext_lazy("reminder", "several visits moved at once: a person calls"),
        WithdrawnWhy.STOPPED: pgettext_lazy("reminder", "the reminders were stopped"),
    },
    ReminderAnswer: {
        ReminderAnswer.YES: pgettext_lazy("reminder answer", "Yes"),
        ReminderAnswer.NO: pgettext_lazy("reminder answer", "No"),
        ReminderAnswer.CHANGE: pgettext_lazy("reminder answer", "Another time, please"),
        ReminderAnswer.RIDE: pgettext_lazy("reminder answer", "Needs a ride"),
        ReminderAnswer.TAKEN: pgettext_lazy("reminder answer", "Taken"),
        ReminderAnswer.NOT_TAKEN: pgettext_lazy("reminder answer", "Not taken"),
        ReminderAnswer.STOPPED: pgettext_lazy("reminder answer", "Has stopped it"),
        ReminderAnswer.SIDE_EFFECT: pgettext_lazy("reminder answer", "It makes them feel bad"),
    },
    ScheduleState: {
        ScheduleState.ACTIVE: pgettext_lazy("medicine reminders", "Go"),
        ScheduleState.PAUSED: pgettext_lazy("medicine reminders", "Wait for a clinician"),
        ScheduleState.STOPPED: pgettext_lazy("medicine reminders", "Stopped"),
        ScheduleState.ENDED: pgettext_lazy("medicine reminders", "Over"),
    },
    StopWhy: {
        StopWhy.BY_HAND: pgettext_lazy("medicine reminders", "Somebody stopped them here."),
        StopWhy.PATIENT_STOPPED: pgettext_lazy("medicine reminders", "The patient said that they have stopped it."),
        StopWhy.SIDE_EFFECT: pgettext_lazy("medicine reminders", "The patient said that it makes them feel bad."),
        StopWhy.STATEMENT_CHANGED: pgettext_lazy("medicine reminders", "What the record says of it has changed."),
        StopWhy.OVER: pgettext_lazy("medicine reminders", "The last day has passed."),
        StopWhy.DIED: pgettext_lazy("medicine reminders", "The patient has died."),
    },
}

REMINDER_TONES = {
    ReminderState.PLANNED: Tone.TO_DO,
    ReminderState.SENT: Tone.WAIT,
    ReminderState.CALLED: Tone.SOON,
    ReminderState.ANSWERED: Tone.OK,
    ReminderState.WITHDRAWN: Tone.BLOCK,
}
# What a person has to do something about is not shown as done.
GOOD_ANSWERS = (ReminderAnswer.YES, ReminderAnswer.TAKEN)
SCHEDULE_TONES = {
    ScheduleState.ACTIVE: Tone.OK,
    ScheduleState.PAUSED: Tone.SOON,
    ScheduleState.STOPPED: Tone.BLOCK,
    ScheduleState.ENDED: Tone.BLOCK,
}

# What the log says of each door of reminders.
REMINDER_DOORS: dict[str, str | Promise] = {
    "reads.reminders.get_ladder_page": pgettext_lazy("log", "Looked at when people are reminded of a kind of visit"),
    "reads.reminders.get_medicine_reminders_page": pgettext_lazy("log", "Looked at the reminders of medicines"),
    "actions.reminders.plan_due_reminders": pgettext_lazy("log", "Planned reminders of a visit"),
    "actions.reminders.send_due_reminders": pgettext_lazy("log", "Saw to a reminder of a visit"),
    "actions.reminders.pause_reminders": pgettext_lazy("log", "Paused the reminders of a visit"),
    "actions.reminders.resume_reminders": pgettext_lazy("log", "Let the reminders of a visit go again"),
    "actions.reminders.set_ladder": pgettext_lazy("log", "Set when people are reminded of a kind of visit"),
    "actions.medicine_names.wish_medicine_named": pgettext_lazy(
        "log", "Wrote down whether a reminder names the medicine"
    ),
    "actions.medicine_reminders.start_medicine_reminders": pgettext_lazy("log", "Set up reminders of a medicine"),
    "actions.medicine_reminders.stop_medicine_reminders": pgettext_lazy("log", "Stopped reminders of a medicine"),
    "actions.medicine_reminders.resume_medicine_reminders": pgettext_lazy(
        "log", "Let reminders of a medicine go again"
    ),
    "actions.medicine_reminders.plan_medicine_reminders": pgettext_lazy("log", "Planned reminders of a medicine"),
    "actions.medicine_reminders.send_medicine_reminders": pgettext_lazy("log", "Saw to a reminder of a medicine"),
}
