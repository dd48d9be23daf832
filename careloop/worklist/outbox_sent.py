"""What was sent is kept: its receipt on the row, and what somebody of the circle was told in the ledger.

Two statements for any number of messages to people: what was handed over together is kept together.
"""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from careloop.facts.access import Acting
from careloop.facts.disclosures import Basis, What
from careloop.facts.outbox import Handed, OutKind, OutState
from careloop.guard.errors import explain_constraint
from careloop.records.models import Disclosure, Outbox
from careloop.worklist.offices import disclose_letter
from careloop.worklist.outbox_loops import ask_unclear
from careloop.worklist.sent_links import told_words

SAID = 200
KEEP = (
    "UPDATE outbox o SET state = %s, state_since = %s, sent_at = %s, next_at = NULL, leased_until = NULL,"
    " reference = k.reference, said = k.said"
    " FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[]) k (id, token, reference, said)"
    " WHERE o.id = k.id AND o.token = k.token"
)


def keep_sent(acting: Acting, sent: Sequence[tuple[Outbox, Handed]]) -> None:
    """Keep of rows that the caller has locked that they went, with the provider's reference.

    ``reference`` and ``said`` are the provider's own words.
    """
    if not sent:
        return
    for row, handed in sent:
        row.state, row.state_since, row.next_at, row.leased_until = str(OutState.SENT), acting.at, None, None
        row.sent_at, row.reference, row.said = acting.at, handed.reference, handed.said[:SAID]
    rows = [row for row, _handed in sent]
    columns = [[getattr(row, name) for row in rows] for name in ("pk", "token", "reference", "said")]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [str(OutState.SENT), acting.at, acting.at, *columns])
        assert cursor.rowcount == len(rows), "a row that is locked here was taken over"
    _disclose(acting, [row for row in rows if row.member_id is not None])
    for row in rows:
        if row.kind == OutKind.OFFICE:
            disclose_letter(acting, row)


def _disclose(acting: Acting, rows: Sequence[Outbox]) -> None:
    """Write what people of the circle were told into the ledger, each by the consent under which it went.

    If one was taken back between the sending and this look-up, somebody is asked to see to the ledger.
    """
    unwritten = _write(rows, acting)
    if unwritten and len(rows) > 1:
        # One of them cannot be written: then each stands by itself, and only that one is asked about.
        unwritten = [key for row in rows for key in _write([row], acting)]
    for row in rows:
        if row.pk in unwritten:
            ask_unclear(acting, row)


def _write(rows: Sequence[Outbox], acting: Acting) -> list[UUID]:
    """Add the lines of the ledger, all or none; return the keys of the rows that have none."""
    if not rows:
        return []
    try:
        with transaction.atomic():
            Disclosure.objects.bulk_create(_line_of(acting, row) for row in rows)
    except Exception as fault:
        if explain_constraint(fault) is None:
            raise
        return [row.pk for row in rows]
    return []


def _line_of(acting: Acting, row: Outbox) -> Disclosure:
    assert row.member is not None
    words = told_words(row)
    return Disclosure(
        patient_id=row.patient_id, unit_id=row.unit_id, label_mask=row.label_mask, at=acting.at,
        person_id=row.queued_by_id, what=str(What.TOLD), recipient=row.member.name, reason=row.purpose,
        sha256=hashlib.sha256(words.encode()).digest(), counts={}, basis=str(Basis.CONSENT),
        member_id=row.member_id, consent_id=row.consent_id, topic=row.topic, purpose=row.purpose,
        road=row.road, words=words,
    )  # fmt: skip
