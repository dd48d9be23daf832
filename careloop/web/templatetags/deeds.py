"""What templates need to show a deed's form again: what was typed, what was not clear, how it stands now."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.template import Context, Library
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from careloop.facts.access import Label
from careloop.facts.amendments import AmendmentLine, DenialBasis
from careloop.facts.chart import FactKind
from careloop.facts.chart_lists import ListLine
from careloop.facts.documents import HAND_LABELS
from careloop.facts.loop_page import LoopPage, PartPage
from careloop.facts.pages import Choice, HistoryLine, LoopRow, PatientPage, SafetyLine
from careloop.facts.today import PanelPage, TodayPage
from careloop.facts.worklist import ContactResult, Outcome
from careloop.web.labels import VERBS, label_of
from careloop.web.screen import Attempt
from careloop.web.seals import FIELD
from careloop.web.seals import seal as make_seal
from careloop.web.staff.forms import name_label

register = Library()


@register.simple_tag(takes_context=True)
def seal(context: Context, patient_id: UUID | None) -> SafeString:
    """Return the field that says for which patient this form is shown, to whom and when; the deed refuses any other."""
    request = context["request"]
    at = request.acting.at if request.acting else None
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, make_seal(patient_id, request.me.person_id, at)
    )


@register.simple_tag
def tried(attempt: Attempt | None, verb: str, loop_id: UUID) -> Attempt | None:
    """Return the attempt if it was this deed on this loop, else None."""
    return attempt if attempt and (attempt.verb, attempt.loop_id) == (verb, loop_id) else None


@register.simple_tag
def hand_labels(attempt: Attempt | None) -> list[tuple[str, Label, bool]]:
    """Return each label that people give to a document: the name of its box, the label, and whether it was ticked."""
    typed = attempt.values if attempt else {}
    return [(name_label(label), label, bool(typed.get(name_label(label)))) for label in HAND_LABELS]


@register.simple_tag
def tried_leaving(attempt: Attempt | None, person_id: UUID) -> Attempt | None:
    """Return the attempt if it was this member of the care team leaving, else None."""
    is_this = attempt is not None and attempt.verb == "leave_team" and attempt.values.get("member") == str(person_id)
    return attempt if is_this else None


@register.simple_tag
def tried_on(attempt: Attempt | None, verb: str, amendment_id: UUID) -> Attempt | None:
    """Return the attempt if it was this deed on this request to amend, else None."""
    is_this = attempt is not None and attempt.verb == verb and attempt.values.get("amendment") == str(amendment_id)
    return attempt if is_this else None


@register.simple_tag
def amendment_url(verb: str, patient_id: UUID, amendment_id: UUID) -> str:
    """Return the address of a deed on a request to amend."""
    return reverse(f"amendment-{verb}", kwargs={"patient_id": patient_id, "amendment_id": amendment_id})


@register.simple_tag
def amendments_about(page: PatientPage | PartPage, resource_id: UUID) -> list[AmendmentLine]:
    """Return the requests that are about a fact of the record."""
    return [line for line in page.papers.amendments if line.resource_id == resource_id]


@register.simple_tag
def amendments_on(page: PatientPage | PartPage, line: ListLine) -> list[AmendmentLine]:
    """Return the requests that are about any source of a line of the three lists."""
    sources = {source.fact.resource_id for source in line.sources}
    return [asked for asked in page.papers.amendments if asked.resource_id in sources]


@register.simple_tag
def entries(page: PatientPage) -> list[tuple[FactKind, list[tuple[UUID, str, date | None]]]]:
    """Return what a request to correct may be about, by kind: id, words and day of each entry of this very record.

    An entry of a linked record is corrected on that record's own page.
    """
    found: dict[FactKind, dict[UUID, tuple[str, date | None]]] = {}
    lists = page.lists
    for line in (*lists.medicines.lines, *lists.problems.lines, *lists.allergies.lines) if lists else ():
        for source in line.sources:
            if source.counts and source.record_id == page.banner.patient_id:
                columns = source.fact.columns
                of_kind = found.setdefault(columns.kind, {})
                of_kind.setdefault(source.fact.resource_id, (columns.label, columns.start_on))
    for section in page.sections:
        for fact in section.lines:
            if fact.from_record is None:
                found.setdefault(section.kind, {}).setdefault(fact.resource_id, (fact.label, fact.on))
    return [(kind, [(key, *said) for key, said in of_kind.items()]) for kind, of_kind in found.items()]


@register.simple_tag
def denial_grounds() -> list[DenialBasis]:
    """Return the grounds on which a request to amend may be denied, for a form."""
    return list(DenialBasis)


@register.simple_tag
def tried_on_finding(attempt: Attempt | None, verb: str, line: SafetyLine) -> Attempt | None:
    """Return the attempt if it was this deed on this finding about medicines, else None."""
    if attempt is None or attempt.verb != verb:
        return None
    return attempt if (attempt.values.get("check"), attempt.values.get("key")) == (line.check, line.key) else None


@register.simple_tag
def finding_id(line: SafetyLine) -> str:
    """Return the part of an id that belongs to one finding: letters, figures and hyphens only."""
    return _as_id(line.check, line.key)


@register.filter
def about_finding(attempt: Attempt) -> str:
    """Return the same for the finding that a form was about."""
    return _as_id(attempt.values.get("check", ""), attempt.values.get("key", ""))


@register.simple_tag
def typed(attempt: Attempt | None, name: str) -> str:
    """Return what was typed into a field, or an empty text."""
    return attempt.values.get(name, "") if attempt else ""


@register.simple_tag
def error_of(attempt: Attempt | None, name: str) -> str:
    """Return what is not clear about a field, or an empty text."""
    return attempt.errors.get(name, "") if attempt else ""


@register.simple_tag
def row_of(page: TodayPage | PanelPage | LoopPage | PatientPage, loop_id: UUID) -> LoopRow | None:
    """Return how a loop stands now, as the page has it."""
    if isinstance(page, PatientPage):
        return next((r for r in page.open_loops + page.closed_loops if r.id == loop_id), None)
    return page.selected.row if page.selected and page.selected.row.id == loop_id else None


@register.simple_tag
def record_source(page: PatientPage | PartPage, patient_id: UUID) -> str:
    """Return the source of a linked record, as the page has it."""
    return next((one.source for one in page.linked if one.patient_id == patient_id), "")


@register.simple_tag
def chosen_loop(page: PatientPage, attempt: Attempt | None, asked: str | None) -> LoopRow | None:
    """Return the loop whose steps the patient's page offers: the one tried or asked for, else the first."""
    if attempt and attempt.loop_id:
        asked = str(attempt.loop_id)
    first = page.open_loops[0] if page.open_loops else None
    return next((row for row in page.open_loops if str(row.id) == asked), first)


@register.simple_tag
def wanted(attempt: Attempt, page: TodayPage | LoopPage | PatientPage) -> list[tuple[str, str]]:
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
def today_url(tab: str, cursor: str = "", selected: UUID | None = None) -> str:
    """Return the address of a tab of Today, of a place in its list, with one loop explained."""
    return f"{reverse('today')}?{_ask(tab=tab, cursor=cursor, selected=str(selected or ''))}"


def _ask(**asked: str) -> str:
    return urlencode({name: value for name, value in asked.items() if value})


@register.simple_tag
def same(one: str, other: str) -> bool:
    """Tell whether two names are the same, for a part that takes a yes or no."""
    return one == other


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


def _as_id(check: str, key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{check}-{key}".lower())


def _name_of(kind: type[ContactResult] | type[Outcome], value: str) -> str:
    return label_of(kind(value)) if value in list(kind) else value


def _choice_name(page: TodayPage | LoopPage | PatientPage, key: str) -> str:
    kind, _sep, number = key.partition(":")
    among: tuple[Choice, ...] = page.people if kind == "person" else page.teams
    return next((choice.name for choice in among if choice.id == number), "")
