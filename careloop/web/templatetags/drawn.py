"""What templates need to draw: the timeline, small plots, and cards that do not take the page with them."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import Error as DatabaseError
from django.template import Context, Library
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from careloop.basics.refusals import Refusal
from careloop.catalog.speech import speak, speak_date, speak_day
from careloop.facts.chart_lists import ListLine, ListOf
from careloop.facts.loop_page import PartPage
from careloop.facts.overview import Goal
from careloop.facts.pages import FactSection, LoopRow, PatientPage
from careloop.facts.plots import Dot, Plot
from careloop.facts.story import Part, Sentence
from careloop.facts.timeline import Box, Drawing, Happening, Placed, Spoken, Standing
from careloop.rules.plots import plot
from careloop.rules.timeline import draw, measure
from careloop.web.labels import label_of

register = Library()
_log = logging.getLogger("careloop.web")
Some = TypeVar("Some")

# The picture is drawn for each of these widths, in pixels; the style sheet shows the one that fits its place.
WIDTHS = (960, 760, 560, 300)
# So many lines stand in the list beside the picture, so many loops on the page.
LISTED, LOOPS = 80, 12


@register.simple_tag(takes_context=True)
def card(context: Context, name: str) -> str:
    """Render one card. If it breaks, only it is missing: its place says so with an id that stands in the log."""
    try:
        return get_template(name).template.render(context)  # type: ignore[attr-defined, no-any-return]
    except Exception as fault:
        if isinstance(fault, Refusal | DatabaseError):
            raise
        error_id = secrets.token_hex(4)
        _log.exception("bug %s", error_id)
    with context.push(error_id=error_id):
        return get_template("staff/patient/broken.html").template.render(context)  # type: ignore[attr-defined, no-any-return]


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of the page to go to: its address, its words and how much it holds, if that is counted."""

    href: str
    words: str
    count: int | None = None


@register.simple_tag
def parts_of(page: PatientPage) -> list[PagePart]:
    """Return the parts that this page has, at most nine: the keys 1 to 9 go there."""
    more, chart = page.overview, page.may_see_chart
    parts = (
        (chart or bool(page.open_loops), PagePart("#loops", _("Open loops"), open_count(page))),
        (bool(more.happenings), PagePart("#timeline", _("Timeline"))),
        (chart, PagePart("#record", _("Record"))),
        (bool(more.series), PagePart("#plots", _("Results"))),
        (bool(more.goals or more.plans), PagePart("#goals", _("Goals"))),
        (chart, PagePart("#documents", _("Documents"), page.papers.document_count)),
        (bool(more.contacts), PagePart("#contacts", _("Contacts"), more.contact_count)),
        (bool(page.not_checked), PagePart("#not-checked", _("Not checked"), len(page.not_checked))),
        (bool(page.who_looked), PagePart("#who-looked", _("Who looked"))),
    )
    return [part for is_there, part in parts if is_there]


# The story.


@register.filter
def is_item(part: Part) -> bool:
    """Tell whether a part of a sentence is a thing that is named, not the words around it."""
    key = part.say.key
    return part.number is not None and (key.startswith("story.result.") or not key.startswith("story."))


@register.simple_tag
def follows(part: Part, sentence: Sentence) -> str:
    """Return the sign that stands after a part of a sentence: a comma within a list, a full stop at the end."""
    place = sentence.parts.index(part)
    after = sentence.parts[place + 1] if place + 1 < len(sentence.parts) else None
    is_more = part.say.key == "story.more"
    if not is_item(part) and not is_more:
        return ""
    if after is None:
        return "."
    if is_item(after):
        return ","
    return "" if after.say.key == "story.more" else ";"


@register.simple_tag
def own_goals(page: PatientPage) -> list[Goal]:
    """Return the goals in the person's own words, at most two."""
    return [goal for goal in page.overview.goals if goal.is_own][:2]


# The timeline.


@register.simple_tag(takes_context=True)
def timeline(context: Context, page: PatientPage) -> list[Drawing]:
    """Return the timeline in each width, from the widest, with labels in the language of the page."""
    today, is_rtl = _today_of(page), translation.get_language_bidi()
    spoken = [Spoken(one, speak(one.label, _language(), today=today)) for one in page.overview.happenings]
    closed = page.overview.closed_days
    return [draw(spoken, today=today, width=width, closed=closed, is_rtl=is_rtl) for width in WIDTHS]


@register.simple_tag
def listed_happenings(page: PatientPage) -> tuple[Happening, ...]:
    """Return what the list beside the picture shows, the newest first."""
    return page.overview.happenings[:LISTED]


@register.simple_tag
def timeline_words(page: PatientPage, drawing: Drawing) -> str:
    """Return in one sentence what the picture shows."""
    drawn = [one for lane in drawing.lanes for one in lane.placed]
    ahead = sum(one.spoken.happening.standing is not Standing.HAPPENED for one in drawn)
    today = _today_of(page)
    return _("Timeline from %(first)s to %(last)s: %(done)s things happened, %(ahead)s lie ahead or wait.") % {
        "first": speak_day(drawing.first, _language(), today=today),
        "last": speak_day(drawing.last, _language(), today=today),
        "done": len(drawn) - ahead,
        "ahead": ahead,
    }


@register.simple_tag(takes_context=True)
def happening_words(context: Context, spoken: Spoken) -> str:
    """Return all that a mark stands for: what, when, and how sure it is."""
    one, today = spoken.happening, _today_of(context["page"])
    days = speak_day(one.start, _language(), today=today)
    if one.end is not None:
        days = _("%(first)s to %(last)s") % {"first": days, "last": speak_day(one.end, _language(), today=today)}
    elif one.goes_on:
        days = _("since %(day)s") % {"day": days}
    return f"{spoken.words}, {days}. {label_of(one.standing)}."


@register.filter
def is_late(one: Placed, page: PatientPage) -> bool:
    """Tell whether a thing should have happened before today."""
    happening = one.spoken.happening
    return happening.standing is Standing.EXPECTED and happening.end is None and happening.start < _today_of(page)


@register.filter
def tick_words(on: date) -> str:
    """Return a day of the axis: "16 Nov"."""
    return speak_date(on, _language(), with_year=False)


@dataclass(frozen=True, slots=True)
class Chip:
    """The word for today on the axis: its left edge, its middle and its width."""

    x: float
    middle: float
    width: float


@register.simple_tag
def today_chip(drawing: Drawing) -> Chip:
    """Return where the word for today stands: over its line, inside the picture."""
    width = measure(_("Today")) + 14
    x = min(max(drawing.today_x - width / 2, 0), drawing.width - width)
    return Chip(x, x + width / 2, width)


@register.filter
def px(value: float) -> str:
    """Write pixels with at most one decimal, in every language with a point."""
    return f"{value:.1f}".removesuffix(".0")


@register.filter
def middle(value: float) -> str:
    """Return where the base line of small words lies whose middle is given."""
    return px(value + 4)


@register.filter
def centre_x(box: Box) -> str:
    """Return the middle of a box from the left."""
    return px(box.x + box.width / 2)


@register.filter
def centre_y(box: Box) -> str:
    """Return the middle of a box from the top."""
    return px(box.y + box.height / 2)


@register.filter
def base_line(box: Box) -> str:
    """Return where the base line of words in a box lies."""
    return px(box.y + box.height / 2 + 4)


@register.filter
def tick_path(box: Box) -> str:
    """Return the tick inside a dot."""
    return f"M{px(box.x + 3.2)} {px(box.y + 6.2)}l2 2 3.6-4"


@register.filter
def diamond_path(box: Box) -> str:
    """Return the diamond of what is late."""
    return f"M{px(box.x + 6)} {px(box.y - 1)}l7 7-7 7-7-7Z"


# Plots.


@register.simple_tag
def plots(page: PatientPage) -> list[Plot]:
    """Return the small plots of the page."""
    is_rtl = translation.get_language_bidi()
    return [plot(series, is_rtl=is_rtl) for series in page.overview.series]


@register.filter
def line_path(run: Sequence[Dot]) -> str:
    """Return the line through the dots of a run."""
    return "M" + "L".join(f"{px(dot.x)} {px(dot.y)}" for dot in run)


@register.simple_tag
def fact_words(on: date) -> str:
    """Return a day with its year in words, where no element may stand."""
    return speak_date(on, _language())


# Lists that are cut, and how long they are.


@register.filter
def up_to(lines: Sequence[Some], most: int | str) -> Sequence[Some]:
    """Return the first lines; all of them without a number."""
    return lines[:most] if isinstance(most, int) else lines


@register.filter
def is_longer_than(of: ListOf[ListLine], most: int | str) -> bool:
    """Tell whether any part of a list was cut."""
    return isinstance(most, int) and any(len(part) > most for part in (of.now, of.ended, of.not_counted))


@register.filter
def open_count(page: PatientPage) -> int:
    """Return how many loops are open, shown or not."""
    return max(page.overview.open_count, len(page.open_loops))


@register.filter
def closed_count(page: PatientPage) -> int:
    """Return how many loops are closed, shown or not."""
    return max(page.overview.closed_count, len(page.closed_loops))


@register.filter
def first_loops(page: PatientPage, chosen: LoopRow | None) -> tuple[LoopRow, ...]:
    """Return the loops that the page shows: the first ones, and the chosen one wherever it stands."""
    first = page.open_loops[:LOOPS]
    return first if chosen is None or chosen in first else (*first, chosen)


@register.simple_tag
def empty_sections(page: PatientPage) -> tuple[FactSection, ...]:
    """Return the kinds of facts that this record has none of: they are named together in one line."""
    return tuple(section for section in page.sections if not section.lines)


@register.simple_tag
def line_anchor(page: PatientPage | PartPage, line: ListLine) -> str | SafeString:
    """Return the id of a line of the three lists, for numbers of the story; one entry may stand on two lines."""
    if isinstance(page, PartPage) or page.lists is None or not line.sources:
        return ""
    key, lists = line.sources[0].fact.resource_id, page.lists
    lines = (*lists.medicines.lines, *lists.problems.lines, *lists.allergies.lines)
    first = next(one for one in lines if one.sources and one.sources[0].fact.resource_id == key)
    return format_html(' id="line-{}"', key) if first is line else ""


def _today_of(page: PatientPage) -> date:
    return page.at.astimezone(ZoneInfo(page.zone)).date()


def _language() -> str:
    return (translation.get_language() or "en").split("-")[0]
