"""The rows of Today, drawn in Python: fifty of them are most of the page, and a template takes four times as long.

What is written here is what a template would hold. Every text goes through ``esc`` but what another tag has drawn.
"""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode
from uuid import UUID

from django.middleware.csrf import get_token
from django.template import Context, Library
from django.urls import reverse
from django.utils.html import escape as esc
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.basics.words import Say
from careloop.facts.access import NOBODY
from careloop.facts.pages import LoopRow
from careloop.facts.today import TodayPage
from careloop.facts.worklist import Ball, State
from careloop.web.labels import label_of, name_language
from careloop.web.screen import ActingRequest
from careloop.web.seals import FIELD, seal
from careloop.web.templatetags.house import birthday, icon, say, shape, speaks_other

register = Library()


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all rows of one page share. ``page`` is None in the style guide: nothing leads anywhere there."""

    context: Context
    request: ActingRequest
    page: TodayPage | None
    cursor: str
    today: str
    token: str

    def say(self, sentence: Say) -> str:
        """Return a sentence, escaped."""
        return esc(say(self.context, sentence))

    def is_chosen(self, row: LoopRow) -> bool:
        """Tell whether this is the row that is explained."""
        return self.page is not None and self.page.selected is not None and self.page.selected.row.id == row.id

    def ask(self, **asked: str) -> str:
        """Return a question on this tab, escaped."""
        known = {"tab": self.page.tab if self.page else "", **asked}
        return esc(urlencode({name: value for name, value in known.items() if value}))


@register.simple_tag(takes_context=True)
def loop_rows(context: Context, rows: tuple[LoopRow, ...]) -> SafeString:
    """Draw loops as rows of a list, each with why, when and its one button."""
    request = context["request"]
    page = context.get("page")
    frame = _Frame(context, request, page, context.get("cursor") or "", reverse("today"), get_token(request))
    return mark_safe("\n".join(_row(frame, row) for row in rows))  # noqa: S308 (every text in it is escaped)


@register.simple_tag(takes_context=True)
def sample_rows(context: Context, rows: tuple[LoopRow, ...]) -> SafeString:
    """Draw the same rows where nothing leads anywhere: in the style guide."""
    frame = _Frame(context, context["request"], None, "", "#", "")
    return mark_safe("\n".join(_row(frame, row) for row in rows))  # noqa: S308 (every text in it is escaped)


def _row(frame: _Frame, row: LoopRow) -> str:
    current = ' aria-current="true"' if frame.is_chosen(row) else ""
    due = row.deadline
    more = f"<span>{frame.say(due.more)}</span>" if due.more else ""
    because = " ".join(frame.say(one) for one in row.because)
    return (
        f'<li class="row" data-row="{row.id}"{current}><div class="mark">{shape(row.tone)}</div><div class="what">'
        f'<h3 class="t"><a id="row-{row.id}" data-open {_way(frame, row)}>{frame.say(row.title)}</a></h3>'
        f'{_who(row)}<p class="why">{because}</p>{_things(frame, row)}{_where(row)}</div>'
        f'<div class="due {due.tone.value}"><b>{frame.say(due.say)}</b>{more}</div>'
        f'<div class="go">{_go(frame, row)}</div></li>'
    )


def _way(frame: _Frame, row: LoopRow) -> str:
    """Return where the title leads: to the explanation, or its part of the page."""
    if frame.page is None:
        return 'href="#"'
    href = f"{frame.today}?{frame.ask(cursor=frame.cursor, selected=str(row.id))}"
    get = f"{_address('loop-why', row.id)}?{frame.ask(cursor=frame.cursor)}"
    return (
        f'href="{href}#panel" hx-get="{get}" hx-target="#panel" hx-select="#panel" hx-swap="outerHTML"'
        f' hx-replace-url="{href}" hx-sync="closest .lists:replace"'
    )


def _who(row: LoopRow) -> str:
    if not (row.patient_id or row.language):
        return ""
    parts = [f"<bdi>{esc(row.patient_name)}</bdi>"]
    if row.birth_on:
        parts.append(f'<span class="muted">{esc(_("born"))} {birthday(row.birth_on)}</span>')
    if speaks_other(row.language) or row.needs_interpreter:
        words = [name_language(row.language)] if row.language else []
        words += [_("interpreter")] if row.needs_interpreter else []
        parts.append(f'<span class="chip">{icon("languages")}<span>{esc(", ".join(words))}</span></span>')
    if row.same_person > len(row.folded):
        n = row.same_person
        words_more = ngettext("%(n)s more for this person", "%(n)s more for this person", n) % {"n": n}
        parts.append(f'<span class="chip">{icon("users")}<span>{esc(words_more)}</span></span>')
    return f'<p class="who">{" ".join(parts)}</p>'


def _things(frame: _Frame, row: LoopRow) -> str:
    """Return what one contact would cover too."""
    if not row.folded:
        return ""
    n = row.things
    title = ngettext("%(n)s thing in one contact", "%(n)s things in one contact", n) % {"n": n}
    lines = "".join(
        f'<li>{shape(one.tone)}<span><a href="{frame.today}?selected={one.id}#panel">{frame.say(one.title)}</a>'
        f' <span class="{one.deadline.tone.value}">{frame.say(one.deadline.say)}</span></span></li>'
        for one in row.folded
    )
    return f'<div class="things"><b>{esc(title)}</b><ul>{lines}</ul></div>'


def _where(row: LoopRow) -> str:
    """Return how far it is and who has it, where that is not simply us."""
    parts: list[str] = [esc(_("Started"))] if row.state is State.STARTED else []
    if row.ball is not Ball.US:
        parts.append(esc(label_of(row.ball)))
    if not row.is_mine and row.owner_name:
        parts.append(f"{esc(_('With'))} <bdi>{esc(row.owner_name)}</bdi>")
    elif not row.is_mine and row.queue_name:
        parts.append(f"{esc(_('In the queue of'))} <bdi>{esc(row.queue_name)}</bdi>")
    return f'<p class="where">{" ".join(f"<span>{part}</span>" for part in parts)}</p>' if parts else ""


def _go(frame: _Frame, row: LoopRow) -> str:
    """Return the one button of a row: look, go on, take or start."""
    tint = " tint" if frame.is_chosen(row) else ""
    if frame.page is None:
        return f'<button class="btn">{icon("play")}<span>{esc(_("Start"))}</span></button>'
    if row.state in (State.CLOSED, State.STARTED):
        drawn, words = ("eye", _("Look")) if row.state is State.CLOSED else ("arrow-right", _("Go on"))
        href = f"{frame.today}?{frame.ask(selected=str(row.id))}"
        tint = "" if row.state is State.CLOSED else tint
        return f'<a class="btn{tint}" href="{href}#panel" hx-get="{href}">{icon(drawn)}<span>{esc(words)}</span></a>'
    is_queued = not row.owner_id and row.queue_name
    verb, drawn, words = ("loop-take", "hand", _("Take")) if is_queued else ("loop-start", "play", _("Start"))
    do = _address(verb, row.id)
    about = f'<span class="vh"> {frame.say(row.title)}, {esc(row.patient_name)}</span>'
    return (
        f'<form method="post" action="{do}" hx-post="{do}">{_carried(frame, row)}'
        f'<button class="btn{tint}">{icon(drawn)}<span>{esc(words)}{about}</span></button></form>'
    )


def _carried(frame: _Frame, row: LoopRow) -> str:
    """Return what a deed must know: that it is ours, about whom it was shown, which version, and where to come back."""
    acting = frame.request.acting
    assert acting is not None
    kept = {
        "csrfmiddlewaretoken": frame.token,
        FIELD: seal(row.patient_id, acting.person_id, acting.at),
        "version": row.version,
        "tab": frame.page.tab if frame.page else "",
        "cursor": frame.cursor,
    }
    return "".join(
        f'<input type="hidden" name="{name}" value="{esc(value)}">'
        for name, value in kept.items()
        if name != "cursor" or value
    )


def _address(name: str, loop_id: UUID) -> str:
    """Return the address of a page or deed of a loop; a hundred times a page, so its pattern is asked for once."""
    return _pattern(name).replace(str(NOBODY), str(loop_id))


@cache
def _pattern(name: str) -> str:
    return reverse(name, kwargs={"loop_id": NOBODY})
