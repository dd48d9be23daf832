"""What templates need to show handoffs: shapes of states and levels, and what was typed for one patient."""

from uuid import UUID

from django.template import Library
from django.utils.translation import gettext as _

from careloop.facts.handoffs import HandoffState, IllnessLevel
from careloop.facts.worklist import Tone
from careloop.web.labels_handoffs import HANDOFF_TONES, LEVEL_TONES
from careloop.web.screen import Attempt

register = Library()


@register.filter
def handoff_tone(state: HandoffState) -> Tone:
    """Return the shape and colour of where a handoff stands."""
    return HANDOFF_TONES[state]


@register.filter
def level_tone(level: IllnessLevel) -> Tone:
    """Return the shape and colour of how ill somebody is."""
    return LEVEL_TONES[level]


@register.simple_tag
def said_of(attempt: Attempt | None, patient_id: UUID) -> str:
    """Return what was typed as said back of a patient before a refusal."""
    return attempt.values.get(f"said-{patient_id}", "") if attempt else ""


@register.simple_tag
def tried_of(attempt: Attempt | None, patient_id: UUID) -> Attempt | None:
    """Return the attempt if its form was that of this patient's line."""
    return attempt if attempt is not None and attempt.values.get("patient") == str(patient_id) else None


@register.simple_tag
def time_left(seconds: int) -> str:
    """Return how long is left for a patient in rounds, or by how much it is over, in minutes and seconds."""
    clock = f"{abs(seconds) // 60}:{abs(seconds) % 60:02}"
    return (_("over by {time}") if seconds < 0 else _("{time} left")).replace("{time}", clock)
