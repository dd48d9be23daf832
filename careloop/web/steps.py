"""What to do in a crisis, step by step, for the page and for paper."""

from django.utils.translation import gettext as _


def list_steps() -> tuple[str, ...]:
    """Return what to do, step by step, in the language that is active. It is common sense, and no clinician's word."""
    return (
        _("Stay with the person: in the room, or on the line. Do not leave them alone."),
        _("Danger to life now? Call 911. Say where they are, and stay on the line."),
        _("Call the clinician on call, or your supervisor. You do not have to judge this alone."),
        _("Hand over warmly: stay on the line until somebody else speaks with the person, and say their name."),
        _("Note what you saw and heard, in the person's words, whom you called and when."),
    )
