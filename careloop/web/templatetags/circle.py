"""What templates need to draw the people around a patient."""

from django.template import Library
from django.utils import translation
from django.utils.translation import gettext as _

from careloop.facts.circle import Circle, Member, Spot, Told
from careloop.facts.pages import PatientPage
from careloop.facts.worklist import Tone
from careloop.rules.circle import draw_circle, gather_circle
from careloop.web.labels import label_of
from careloop.web.templatetags.drawn import px

register = Library()

# How loud what a consent says is; without one it is something to ask.
TONES = {None: Tone.TO_DO, Told.YES: Tone.OK, Told.PART: Tone.SOON, Told.NO: Tone.BLOCK, Told.UNCLEAR: Tone.SOON}


@register.simple_tag
def circle(page: PatientPage) -> Circle | None:
    """Return the picture of the people around the patient, or None where there is nobody."""
    members = members_of(page)
    called = page.banner.preferred_name or page.banner.name
    return draw_circle(members, person=called, is_rtl=translation.get_language_bidi()) if members else None


def members_of(page: PatientPage) -> tuple[Member, ...]:
    """Return everybody around the patient once, with their parts in the language of the page."""
    team = [(one.name, str(label_of(one.role))) for one in page.care_team.members]
    if page.banner.coordinator_name:
        team.insert(0, (page.banner.coordinator_name, _("primary coordinator")))
    kept = [(one.name, str(label_of(one.relation)), one.is_emergency) for one in page.circle]
    return gather_circle(team, page.proxies, page.overview.near, page.overview.outside, kept)


@register.filter
def team_place(number: int, page: PatientPage) -> int:
    """Return the place in the circle of the care team's line of this number: the coordinator stands first."""
    return number + bool(page.banner.coordinator_name)


@register.simple_tag
def told_tone(told: Told | None) -> Tone:
    """Return how loud it is what somebody may be told."""
    return TONES[told]


@register.simple_tag
def told_words(told: Told | None) -> str:
    """Say what a consent of the record says about telling somebody."""
    return {
        None: _("What may be told: not asked yet."),
        Told.YES: _("The record says: may be told."),
        Told.PART: _("The record says: may be told a part. Read the consent first."),
        Told.NO: _("The record says: tell nothing."),
        Told.UNCLEAR: _("What the record says does not agree. Ask before you tell."),
    }[told]


@register.simple_tag
def member_words(member: Member) -> str:
    """Say who somebody is, as a screen reader and the pointer say it."""
    words = ", ".join(part for part in (member.name, member.part) if part)
    extra = [_("emergency contact")] if member.is_emergency else []
    if member.told is not None:
        extra.append(told_words(member.told))
    return ". ".join([words, *extra])


# Corners of a drawn sign: it is 32 pixels wide in a room of 44.
_HALF = 16


@register.filter
def name_y(drawing: Circle, line: int) -> str:
    """Return the base line of a line of the name in the middle."""
    return px(drawing.y + 4 + 13 * (line - (len(drawing.lines) - 1) / 2))


@register.filter
def corner_x(spot: Spot) -> str:
    """Return the left edge of a sign."""
    return px(spot.x - _HALF)


@register.filter
def corner_y(spot: Spot) -> str:
    """Return the upper edge of a sign."""
    return px(spot.y - _HALF)


@register.filter
def badge_x(spot: Spot) -> str:
    """Return the middle of the badge of an emergency contact, at the corner where reading ends."""
    return px(spot.x + _side())


@register.filter
def badge_path(spot: Spot) -> str:
    """Return the sign inside that badge: a stroke and a dot."""
    x, y = spot.x + _side(), spot.y - _HALF
    return f"M{px(x)} {px(y - 3.6)}v4M{px(x)} {px(y + 3.4)}v.2"


def _side() -> int:
    return -_HALF + 4 if translation.get_language_bidi() else _HALF - 4
