"""What templates say with: a rule's sentence, a day, a moment, an icon, a status shape, a word.

Days are written as people say them ("Tue 24 Nov", with the year if it is not this one) and never as
11/12. Moments are those of the reader's clinic.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from uuid import UUID

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.template import Context, Library
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from careloop.basics.units import write_unit
from careloop.basics.words import Say
from careloop.catalog.speech import speak, speak_clock, speak_date, speak_day, speak_long_day
from careloop.facts.worklist import Tone
from careloop.web.labels import CODED, STATE_TONES, label_of, name_language, say_door
from careloop.web.labels_languages import list_languages
from careloop.web.labels_specialties import name_specialty, name_specialty_within

register = Library()

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
# What points on, back or out, or shows lines that begin at one side: it is turned where one reads from right to left.
POINTING = frozenset({"arrow-left", "arrow-right", "list-checks", "log-out", "play", "undo-2"})
ICONS = Path(__file__).resolve().parents[1] / "icons"

# 18 x 18. Solid shapes are filled with the text colour; what lies on them is cut out in CSS (.cut).
_SHAPES = {
    Tone.LATE: '<path d="M9 .8 17.2 9 9 17.2.8 9Z" class="full"/><path d="M9 5v4.6" class="cut"/>'
    '<circle cx="9" cy="12.4" r="1.1" class="dot-cut"/>',
    Tone.SOON: '<path d="M9 1.6 17.2 16H.8Z" class="edge"/><path d="M9 6.8v4" class="edge"/>'
    '<circle cx="9" cy="13.2" r="1" class="full"/>',
    Tone.WAIT: '<path d="M4 1.5h10M4 16.5h10M5.2 1.5v2.7L9 9l3.8-4.8V1.5M5.2 16.5v-2.7L9 9l3.8 4.8v2.7" class="edge"/>',
    Tone.INFO: '<circle cx="9" cy="9" r="7.2" class="edge"/><circle cx="9" cy="9" r="2.6" class="full"/>',
    Tone.TO_DO: '<circle cx="9" cy="9" r="7.2" class="edge dashed"/>',
    Tone.BLOCK: '<path d="M5.6 1h6.8L17 5.6v6.8L12.4 17H5.6L1 12.4V5.6Z" class="edge"/>'
    '<path d="M5.5 9h7" class="edge"/>',
    Tone.OK: '<circle cx="9" cy="9" r="8" class="full"/><path d="m5.3 9.2 2.5 2.5 4.9-5.2" class="cut"/>',
}


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One sentence that a deed left: whether all is well, and what can be undone."""

    text: str
    is_well: bool
    undo_loop: str
    undo_version: str
    undo_patient: UUID | None


@register.simple_tag(takes_context=True)
def say(context: Context, sentence: Say) -> str:
    """Render a rule's sentence in the language of the page, on the reader's day."""
    return speak(_with_names(sentence), _language(), today=_today(context))


@register.simple_tag(takes_context=True)
def say_all(context: Context, sentences: Iterable[Say]) -> str:
    """Render several sentences one after the other. Nothing is cut."""
    return " ".join(speak(_with_names(sentence), _language(), today=_today(context)) for sentence in sentences)


def _with_names(sentence: Say) -> Say:
    """Return a sentence whose languages and specialties stand with their names: a loop keeps their codes."""
    values = dict(sentence.values)
    coded = {name: str(values[name]) for name in ("language", "languages") if name in values}
    if not coded and "specialty" not in values:
        return sentence
    if "specialty" in values:
        values["specialty"] = name_specialty_within(str(values["specialty"]))
    within = str.lower if _language() == "es" else str
    for name, tags in coded.items():
        named = (within(name_language(one)) if _TAG.fullmatch(one) else one for one in tags.split(", "))
        values[name] = ", ".join(named)
    return Say(sentence.key, **values)


@register.simple_tag(takes_context=True)
def day(context: Context, on: date | None) -> str | SafeString:
    """Render a day as "Tue 24 Nov" in a time element, or an empty text."""
    if on is None:
        return ""
    words = speak_day(on, _language(), today=_today(context))
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)


@register.simple_tag
def birthday(on: date | None) -> str | SafeString:
    """Render a birth date, always with its year: "14 Mar 1958"."""
    if on is None:
        return _("not known")
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), speak_date(on, _language()))


@register.simple_tag
def fact_day(on: date | None) -> str | SafeString:
    """Render the day of a fact with its year, or nothing."""
    return birthday(on) if on else ""


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None) -> str | SafeString:
    """Render a moment as "Fri 20 Nov, 2:05 pm" in the reader's zone."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    words = f"{speak_day(local.date(), _language(), today=_today(context))}, {speak_clock(local)}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.simple_tag(takes_context=True)
def until(context: Context, at: datetime) -> str | SafeString:
    """Render the end of something: its time if that is today, else its day and time, in the reader's zone."""
    if timezone.localtime(at).date() != _today(context):
        return moment(context, at)
    return format_html('<time datetime="{}">{}</time>', timezone.localtime(at).isoformat(timespec="minutes"), clock(at))


@register.filter
def clock(at: datetime) -> str:
    """Render the time of a moment in the reader's zone: "2:05 pm"."""
    return speak_clock(timezone.localtime(at))


@register.filter
def long_day(on: date) -> str:
    """Render a day in full: "Friday 20 November"."""
    return speak_long_day(on, _language())


@register.simple_tag
def add(one: int, other: int) -> int:
    """Return the sum of two counts."""
    return one + other


@register.simple_tag
def hundredths(part: int, whole: int) -> str:
    """Return a share as "96%"; whoever calls knows that the whole is not nothing."""
    return f"{round(100 * part / whole)}%"


@register.simple_tag
def icon(name: str) -> SafeString:
    """Inline one of our icons. It is silent: a word always stands beside it."""
    return mark_safe(_read_icon(name))  # noqa: S308 (a file of our own)


@register.simple_tag
def shape(tone: Tone) -> SafeString:
    """Draw the shape of a status; the word stands beside it, and is said here for screen readers."""
    return format_html('{}<span class="vh">{}. </span>', mark(tone), label_of(tone))


@register.simple_tag
def mark(tone: Tone) -> SafeString:
    """Draw the shape alone, where the word beside it says all."""
    drawn = mark_safe(_SHAPES[tone])  # noqa: S308 (a constant of our own)
    return format_html('<svg class="st {}" viewBox="0 0 18 18" aria-hidden="true">{}</svg>', tone.value, drawn)


@register.filter
def tone(name: str) -> Tone:
    """Return the tone of a name: ``"ok"|tone``."""
    return Tone(name)


@register.filter
def state_tone(state: StrEnum) -> Tone:
    """Return the tone of a state of the three lists."""
    return STATE_TONES.get(state, Tone.INFO)


@register.filter
def label(member: Enum) -> str:
    """Return the words for a member of the vocabulary."""
    return label_of(member)


@register.filter
def door(name: str) -> str:
    """Return what a line of the log says, in words."""
    return say_door(name)


@register.filter
def coded(word: str) -> str:
    """Return the words for one of FHIR's own, or the word as it came."""
    return str(CODED.get(word, word))


@register.filter
def specialty(name: str) -> str:
    """Return the name of a specialty in the language of the page."""
    return name_specialty(name)


@register.filter
def specialties(names: Iterable[str]) -> str:
    """Return the names of specialties in the language of the page, each once, with commas between them."""
    return ", ".join(dict.fromkeys(name_specialty(name) for name in names))


@register.filter
def language_name(tag: str) -> str:
    """Return the name of a language ("es-MX" is Spanish), or the tag when we have no name for it."""
    return name_language(tag)


@register.filter
def languages_of(tag: str | None, none: str = "") -> list[tuple[str, str]]:
    """Return what can be chosen where a language is said: ``none`` or "not known" first; what stands there is among
    them.
    """
    return [("", none or _("not known")), *list_languages(tag or "")]


@register.filter
def speaks_other(tag: str) -> bool:
    """Tell whether a patient's language is another than English, the clinic's own."""
    return bool(tag) and tag.lower().split("-")[0] != "en"


@register.filter
def measure(value: Decimal | None) -> str:
    """Return a measured value with the digits that the record has, never rounded and never 1E+2."""
    return "" if value is None else f"{value:f}"


@register.filter
def unit(code: str) -> str:
    """Return a unit as people read it."""
    return write_unit(code)


@register.filter
def percent(part: int, whole_count: int) -> int:
    """Return a share in whole percent, rounded down; 0 of nothing."""
    return part * 100 // whole_count if whole_count else 0


@register.filter
def whole(value: float | None) -> int:
    """Return the nearest whole number."""
    return round(value or 0)


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name."""
    words = name.split()
    return "".join(w[0] for w in (words[:1] + words[1:][-1:])).upper()


@register.filter
def dial(number: str) -> str:
    """Return a telephone number as a tel: address takes it."""
    return "".join(c for c in number if c.isdigit() or c == "+")


@register.simple_tag(takes_context=True)
def said(context: Context) -> list[SaidLine]:
    """Return what the last deeds said, once."""
    return [_read_line(message) for message in get_messages(context["request"])]


def _read_line(message: Message) -> SaidLine:
    kind, _sep, rest = (message.extra_tags or "").partition(":")
    loop_id, version, patient = rest.split(":") if kind == "undo" else ("", "", "")
    about = UUID(patient) if patient else None
    return SaidLine(str(message.message), message.level_tag != "error", loop_id, version, about)


def _today(context: Context) -> date:
    on: date = context["request"].today
    return on


def _language() -> str:
    return (translation.get_language() or "en").split("-")[0]


@cache
def _read_icon(name: str) -> str:
    drawing = (ICONS / f"{name}.svg").read_text()
    turns = "i turns" if name in POINTING else "i"
    body = drawing[drawing.index(">", drawing.index("<svg")) + 1 :]
    return (
        f'<svg class="{turns}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true">{body.replace("</svg>", "").strip()}</svg>'
    )
