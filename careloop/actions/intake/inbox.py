"""What could not be taken in: kept whole, with a review loop for the team until it is mended or set aside."""

import hashlib
from collections.abc import Sequence

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.intake import Rejected
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.records.models import Inbox, Loop
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change

MENDED = "UPDATE inbox SET state = 'taken', resolved_at = %s WHERE unit_id = %s AND doc_key = %s AND state = 'rejected'"


def make_doc_key(source: str, name: str) -> str:
    """Return the short key under which everything about one document is found."""
    return hashlib.sha256(f"{source}\x00{name}".encode()).hexdigest()[:24]


def keep_rejected(acting: Acting, unit_id: int, source: str, name: str, rejected: Sequence[Rejected]) -> None:
    """Keep each rejected text whole with what is wrong, and open one review loop for the document."""
    key = make_doc_key(source, name)
    # The same text twice in a document is kept once.
    once = {hashlib.sha256(one.raw).digest(): one for one in rejected}
    Inbox.objects.bulk_create(
        [
            Inbox(
                unit_id=unit_id,
                source=source,
                name=name,
                doc_key=key,
                sha256=sha256,
                body=one.raw,
                problems=[{"path": p.path, "why": p.why, "fix": p.fix} for p in one.problems],
                received_at=acting.at,
            )
            for sha256, one in once.items()
        ],
        update_conflicts=True,
        unique_fields=["unit", "source", "name", "sha256"],
        update_fields=["problems", "received_at", "state", "resolved_at"],
    )
    if _open_review(unit_id, key) is None:
        first = rejected[0].problems[0]
        open_loop(
            acting,
            Draft(
                kind=LoopKind.REVIEW,
                patient_id=None,
                unit_id=unit_id,
                label_mask=0,
                title=Say("review.inbox", name=name),
                because=(
                    Say("review.inbox_count", count=len(once)),
                    Say("review.problem", path=first.path, why=first.why, fix=first.fix),
                ),
                if_waits=Say("review.if_waits"),
                step=Say("step.mend_record"),
                severity=Severity.MODERATE,
                queue_id=unit_id,
                check_name="inbox",
                finding_key=key,
            ),
        )


def clear_review(acting: Acting, unit_id: int, source: str, name: str) -> None:
    """A document that now came in whole ends the review of its earlier, rejected copy."""
    key = make_doc_key(source, name)
    with connection.cursor() as cursor:
        # Asked of every document, so without what the ORM adds.
        cursor.execute(MENDED, [acting.at, unit_id, key])
        if not cursor.rowcount:
            return
    loop = _open_review(unit_id, key)
    if loop is not None:
        ended = Change(Event.ENDED_BY_FACTS, Say("event.came_in"), outcome=Outcome.DONE)
        change(acting, loop, ended)


def _open_review(unit_id: int, key: str) -> Loop | None:
    rows = Loop.objects.filter(unit_id=unit_id, patient=None, check_name="inbox", finding_key=key)
    found: Loop | None = rows.exclude(state=str(State.CLOSED)).select_for_update(of=("self",)).first()
    return found
