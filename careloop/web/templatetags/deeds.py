"""What templates need to show a deed's form again: what was typed, what was not clear, how it stands now."""

from datetime import date, timedelta
from uuid import UUID

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from careloop.facts.pages import Choice, HistoryLine, LoopRow, PatientPage, TodayPage
from careloop.facts.worklist import ContactResult, Outcome
from careloop.web.labels import VERBS, label_of
from careloop.web.screen import Attempt

register = template.Library()


@register.simple_tag
def tried(attempt: Attempt | None, verb: str, loop_id: UUID) -> Attempt | None:
    """Return the attempt if it was this deed on this loop, else None."""
    return attempt if attempt and (attempt.verb, attempt.loop_id) == (verb, loop_id) else None


@register.simple_tag
def typed(attempt: Attempt | None, name: str) -> str:
    """Return what was typed into a field, or an empty text."""
    return attempt.values.get(name, "") if attempt else ""


@register.simple_tag
def error_of(attempt: Attempt | None, name: str) -> str:
    """Return what is not clear about a field, or an empty text."""
    return attempt.errors.get(name, "") if attempt else ""


@register.simple_tag
def row_of(page: TodayPage | PatientPage, loop_id: UUID) -> LoopRow | None:
    """Return how a loop stands now, as the page has it."""
    if isinstance(page, PatientPage):
        return next((r for r in page.open_loops + page.closed_loops if r.id == loop_id), None)
    return page.selected.row if page.selected and page.selected.row.id == loop_id else None


@register.simple_tag
def chosen_loop(page: PatientPage, attempt: Attempt | None, asked: str | None) -> LoopRow | None:
    """Return the loop whose steps the patient's page offers: the one tried or asked for, else the first."""
    if attempt and attempt.loop_id:
        asked = str(attempt.loop_id)
    first = page.open_loops[0] if page.open_loops else None
    return next((row for row in page.open_loops if str(row.id) == asked), first)


@register.simple_tag
def wanted(attempt: Attempt, page: TodayPage | PatientPage) -> list[tuple[str, str]]:
    """Return what somebody wanted to do, as pairs of a word and what was typed."""
    values = attempt.values
    lines = [(_("Step"), str(VERBS[attempt.verb]))]
    if "result" in values:
        lines.append((_("How it went"), _name_of(ContactResult, values["result"])))
    if "outcome" in values:
        lines.append((_("Outcome"), _name_of(Outcome, values["outcome"])))
    if "to" in values:
        lines.append((_("To"), _choice_name(page, values["to"])))
    if "until" in values:
        lines.append((_("Until"), values["until"]))
    note = values.get("note") or values.get("reason")
    if note:
        lines.append((_("Words"), note))
    return lines


@register.simple_tag
def contact_results() -> list[ContactResult]:
    """Return how an attempt to reach somebody can end, for a form."""
    return list(ContactResult)


@register.simple_tag(takes_context=True)
def tomorrow(context: Context, days: int) -> str:
    """Return the day that lies some days after today, as a date field takes it."""
    today: date = context["request"].today
    return (today + timedelta(days=days)).isoformat()


@register.filter
def add_id(start: str, key: UUID) -> str:
    """Join the start of a field's id and a row's key."""
    return f"{start}{key}"


@register.filter
def last_line(history: tuple[HistoryLine, ...] | None) -> HistoryLine | None:
    """Return the newest line of a history, or None."""
    return max(history, key=lambda line: line.at) if history else None


def _name_of(kind: type[ContactResult] | type[Outcome], value: str) -> str:
    return label_of(kind(value)) if value in list(kind) else value


def _choice_name(page: TodayPage | PatientPage, key: str) -> str:
    kind, _sep, number = key.partition(":")
    among: tuple[Choice, ...] = page.people if kind == "person" else page.teams
    return next((choice.name for choice in among if choice.id == number), "")
