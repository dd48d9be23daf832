"""Words for patients as they stand now: those of the catalog, with what the clinic's people said of them."""

from collections.abc import Mapping

from careloop.catalog.messages import load_messages
from careloop.facts.approvals import Approval
from careloop.facts.messages import State, Template
from careloop.records.models import WordsApproval
from careloop.rules.approvals import apply_approvals


def load_approved() -> Mapping[str, Template]:
    """Return every situation by its key with how far its words are now: one statement."""
    rows = WordsApproval.objects.order_by("key", "language", "-id").distinct("key", "language")
    return apply_approvals(load_messages(), [read_approval(row) for row in rows.select_related("by")])


def find_words(key: str) -> Template | None:
    """Return one situation with how far its words are now, None if there is none: one statement."""
    template = load_messages().get(key)
    if template is None:
        return None
    rows = WordsApproval.objects.filter(key=key).order_by("language", "-id").distinct("language").select_related("by")
    return apply_approvals({key: template}, [read_approval(row) for row in rows])[key]


def list_history(key: str) -> tuple[Approval, ...]:
    """Return all that was said of the words of a situation, newest first."""
    rows = WordsApproval.objects.filter(key=key).select_related("by").order_by("-id")
    return tuple(read_approval(row) for row in rows)


def read_approval(row: WordsApproval) -> Approval:
    """Return a line as the rules read it."""
    return Approval(
        key=row.key,
        language=row.language,
        sha256=bytes(row.sha256),
        state=State(row.state),
        by=row.by.name,
        qualification=row.qualification,
        at=row.at,
        note=row.note,
    )
