"""What templates need to show shared cover: shapes, hours, and what was chosen in a form that came back."""

from django.template import Library
from django.utils.translation import ngettext

from careloop.facts.covering import AbsenceState, ChargeLine, PartState
from careloop.facts.tips import Tip, TipAbout
from careloop.facts.worklist import LoopKind, Tone
from careloop.web.labels import label_of
from careloop.web.labels_covering import ABSENCE_TONES, PART_TONES
from careloop.web.screen import Attempt

register = Library()


@register.filter
def absence_tone(state: AbsenceState) -> Tone:
    """Return the shape and colour of where an absence stands."""
    return ABSENCE_TONES[state]


@register.filter
def part_tone(state: PartState) -> Tone:
    """Return the shape and colour of where a colleague's part stands."""
    return PART_TONES[state]


@register.filter
def as_hours(minutes: int) -> str:
    """Write minutes as whole hours, rounded to the nearest: 90 is 2 hours; fewer than 30 are said in minutes."""
    if -30 < minutes < 30:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = (abs(minutes) + 30) // 60 * (1 if minutes > 0 else -1)
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}


@register.simple_tag
def chosen_for(attempt: Attempt | None, line: ChargeLine) -> str:
    """Return who is chosen for a patient: what was chosen before a refusal, else the suggestion."""
    typed = attempt.values.get(f"to-{line.patient_id}") if attempt else None
    return typed if typed is not None else str(line.person_id or "")


@register.filter
def thing_name(tip: Tip) -> str:
    """Return what a note is about, as people call it."""
    return label_of(LoopKind(tip.about_name)) if tip.about is TipAbout.LOOP_KIND else tip.about_name
