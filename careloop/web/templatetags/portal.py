"""What pages of patients say with: plain sentences, days and hours as people read them, and the number to call."""

import re
from datetime import datetime

from django.conf import settings
from django.template import Library
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from careloop.basics.words import Say
from careloop.catalog.plain import choose_language, speak_plain, write_wall
from careloop.facts.portal import LinkState, PortalPage
from careloop.facts.worklist import Tone
from careloop.web.labels_portal import LINK_TONES

register = Library()


@register.simple_tag
def plain(sentence: Say) -> str:
    """Say a sentence to a patient in the language of the page."""
    return speak_plain(sentence, _language())


@register.simple_tag
def plain_when(wall: datetime) -> str | SafeString:
    """Write when a visit is: "Monday, November 30 at 9:30 in the morning"."""
    words = write_wall(wall, _language())
    return format_html('<time datetime="{}">{}</time>', wall.isoformat(timespec="minutes"), words)


@register.simple_tag
def clinic_phone() -> str:
    """Return the telephone number of the clinic, "" if none is set."""
    return str(settings.CLINIC_PHONE)


@register.simple_tag
def in_words(page: PortalPage) -> SafeString:
    """Render what a link would show, in the language in which its reader would read it."""
    with translation.override(choose_language(page.language)):
        return render_to_string("portal/preview.html", {"page": page})


@register.filter
def link_tone(state: LinkState) -> Tone:
    """Return how the state of a link is shown."""
    return LINK_TONES[state]


@register.filter
def dialled(number: str) -> str:
    """Return the digits of a number, as a telephone takes them."""
    return re.sub(r"[^\d+]", "", number)


def _language() -> str:
    return choose_language(translation.get_language() or "")
