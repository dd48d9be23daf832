"""The parts that pages are made of. What stands between a tag and its end is the part's content; the markup of each is
one template in templates/parts. Small parts without content are included: ``{% include "parts/chip.html" with ... %}``.

Every part is shown in all its states on /styleguide.
"""

from collections.abc import Mapping

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = Library()


def _render(context: Context, name: str, given: Mapping[str, object]) -> SafeString:
    return render_to_string(f"parts/{name}.html", dict(given), request=context.get("request"))


@register.simple_block_tag(takes_context=True)
def panel(
    context: Context,
    content: str,
    title: str,
    *,
    id: str,  # noqa: A002
    note: str = "",
    kind: str = "",
    level: int = 2,
) -> SafeString:
    """Render a panel: a titled region of the page. ``note`` stands at its end side, ``kind`` is a class of its own."""
    given = {"content": content, "title": title, "id": id, "note": note, "kind": kind, "level": level}
    return _render(context, "panel", given)


@register.simple_block_tag(takes_context=True)
def note(context: Context, content: str, tone: str = "info", *, role: str = "note") -> SafeString:
    """Render a note within the page; ``tone`` is that of a status, ``role`` "alert" where it must be read at once."""
    return _render(context, "note", {"content": content, "tone": tone, "role": role})


@register.simple_block_tag(takes_context=True)
def empty(context: Context, content: str, title: str, *, tone: str = "info") -> SafeString:
    """Render what stands where a list is empty: what would be here, why it is not, and one thing to do."""
    return _render(context, "empty", {"content": content, "title": title, "tone": tone})


@register.simple_block_tag(takes_context=True)
def problem(context: Context, content: str, title: str, *, errors: object = ()) -> SafeString:
    """Render the summary of what went wrong: it takes the focus. ``errors`` are pairs of a field's id and words."""
    return _render(context, "problem", {"content": content, "title": title, "errors": errors})


@register.simple_block_tag(takes_context=True)
def tabs(context: Context, content: str, name: str) -> SafeString:
    """Render a row of tabs; each is an included ``parts/tab.html``."""
    return _render(context, "tabs", {"content": content, "name": name})


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, title: str, *, id: str) -> SafeString:  # noqa: A002
    """Render a dialog that a script opens; it closes by Esc and by its own button."""
    return _render(context, "dialog", {"content": content, "title": title, "id": id})


@register.simple_block_tag(takes_context=True)
def data_table(context: Context, content: str, *heads: str, name: str = "", kind: str = "") -> SafeString:
    """Render a table: ``heads`` are its columns, the rows its content. An empty head is an unseen "What to do"."""
    return _render(context, "table", {"content": content, "heads": heads, "name": name, "kind": kind})


@register.simple_block_tag(takes_context=True)
def plot(context: Context, content: str, title: str, *, id: str, summary: str, kind: str = "") -> SafeString:  # noqa: A002
    """Render the frame of a drawing: its title, its summary in words and the drawing. A table of it stands beside."""
    return _render(context, "plot", {"content": content, "title": title, "id": id, "summary": summary, "kind": kind})


@register.simple_block_tag(takes_context=True)
def timeline(context: Context, content: str, title: str, *, id: str, summary: str) -> SafeString:  # noqa: A002
    """Render the frame of a timeline: title, summary, what its marks mean, and the lanes that are its content."""
    return _render(context, "timeline", {"content": content, "title": title, "id": id, "summary": summary})


@register.simple_block_tag(takes_context=True)
def as_list(context: Context, content: str, words: str) -> SafeString:
    """Render what a drawing says once more as a list or table, folded away under ``words``."""
    return _render(context, "as_list", {"content": content, "words": words})


@register.filter
def share_of(part: int | None, whole: int | None) -> int:
    """Return how many hundredths of the whole a part is, from 0 to 100; nothing of nothing is 0."""
    if not part or not whole:
        return 0
    return max(0, min(100, round(100 * part / whole)))
