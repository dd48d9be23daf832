"""What mail servers tell about mails of ours (RFC 3464): one that did not arrive is noted on the very message."""

from django.db import connection

from careloop.facts.access import Acting
from careloop.facts.outbox import InboxState
from careloop.guard.context import enter
from careloop.records.models import InboxItem
from careloop.worklist.came import Came
from careloop.worklist.receipts import note_delivered, note_not_delivered

# What became of it, by the word that RFC 3464 (2.3.3) has for it; "delayed" and the others say nothing final.
DELIVERED, FAILED = frozenset({"delivered", "relayed", "expanded"}), "failed"
# Codes that say that there is no such mailbox or host (RFC 3463, 3.2): the address rests. A person can open it again.
NO_SUCH_ADDRESS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.10"})


def file_report(acting: Acting, item: InboxItem, came: Came) -> bool:
    """Note what is told about a mail of ours; tell whether it is one of ours. What came in is done with then."""
    told = came.delivery
    if told is None or not told.message_id:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, patient_id, unit_id FROM place_of_outbox(%s, '')", [told.message_id])
        place = cursor.fetchone()
    if place is None:
        return False
    enter(patients=[place[1]])
    if told.action == FAILED:
        is_nobodys = told.status in NO_SUCH_ADDRESS
        said = f"undelivered {told.status}".strip()
        note_not_delivered(acting, place[0], said, is_nobodys=is_nobodys, because="no such address")
    elif told.action in DELIVERED:
        note_delivered(acting, place[0])
    item.state, item.patient_id, item.unit_id = str(InboxState.DONE), place[1], place[2]
    item.save(update_fields=["state", "patient", "unit"])
    return True
