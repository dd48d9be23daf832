"""What templates need to show reminders: their shapes, and when they are due on the clocks where the visit is."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.template import Library

from careloop.facts.medicine_reminders import MedicineLine, ScheduleState
from careloop.facts.reminders import ReminderLine
from careloop.facts.scheduling import Promised
from careloop.facts.worklist import Tone
from careloop.web.labels_reminders import GOOD_ANSWERS, REMINDER_TONES, SCHEDULE_TONES
from careloop.web.templatetags.visits import wall_clock

register = Library()


@register.filter
def line_tone(line: ReminderLine | MedicineLine) -> Tone:
    """Return the shape and colour of where a reminder stands; an answer that somebody has to act on stands out."""
    is_good = line.answer is None or line.answer in GOOD_ANSWERS
    return REMINDER_TONES[line.state] if is_good else Tone.SOON


@register.filter
def schedule_tone(state: ScheduleState) -> Tone:
    """Return the shape and colour of where the reminders of a medicine stand."""
    return SCHEDULE_TONES[state]


@register.filter
def day_time(at: time) -> str:
    """Return a time of the day: "9:30 am"."""
    return wall_clock(datetime.combine(date.min, at))


@register.filter
def due_there(line: ReminderLine) -> Promised:
    """Return when a reminder is due, as clocks show it where the visit takes place."""
    wall = line.due_at.astimezone(ZoneInfo(line.zone)).replace(tzinfo=None)
    return Promised(line.due_at, line.zone, wall)
