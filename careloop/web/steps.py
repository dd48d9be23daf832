"""Sentences that stand on a page and on paper alike: what to do in a crisis, who may hear how much of a meeting."""

from django.utils.translation import gettext as _

from careloop.facts.meetings import GuestLine
from careloop.web.labels import label_of


def list_steps() -> tuple[str, ...]:
    """Return what to do, step by step, in the language that is active. It is common sense, and no clinician's word."""
    return (
        _("Stay with the person: in the room, or on the line. Do not leave them alone."),
        _("Danger to life now? Call 911. Say where they are, and stay on the line."),
        _("Call the clinician on call, or your supervisor. You do not have to judge this alone."),
        _("Hand over warmly: stay on the line until somebody else speaks with the person, and say their name."),
        _("Note what you saw and heard, in the person's words, whom you called and when."),
    )


def hears_of(guest: GuestLine) -> str:
    """Say how many decisions somebody of the circle may hear of, and on which roads."""
    roads = [one for one in guest.scopes if one.heard]
    if not roads:
        return _("may hear nothing of it yet")
    best = roads[0]
    said = ", ".join(label_of(one.road) for one in roads if len(one.heard) == len(best.heard))
    count = {"count": len(best.heard), "all": len(best.heard) + best.kept_back, "roads": said}
    return _("may hear %(count)d of %(all)d decisions, %(roads)s") % count
