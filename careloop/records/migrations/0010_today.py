"""What Today counts and lists by day: deadlines, calls to make again, and calls that were made.

Every index is of open loops only, or of contacts only: closed loops and the rest of the history are not in them.
"""

from django.db import migrations

OPEN = "state IN ('to_do', 'started')"
# As rules/worklist.CALLS_AGAIN has it; a test compares.
CALLS = "state = 'started' AND last_contact IN ('left_message', 'no_answer', 'wrong_number', 'call_back')"

MADE = [
    f"CREATE INDEX loop_due_by_{who} ON loop ({who}_id, due_at, id) WHERE {OPEN} AND due_at IS NOT NULL"
    for who in ("owner", "queue", "unit")
] + [
    f"CREATE INDEX loop_calls_by_{who} ON loop ({who}_id, sort_at, id) WHERE {CALLS}"
    for who in ("owner", "queue", "unit")
]
MADE.append("CREATE INDEX event_contacts ON loop_event (person_id, at) WHERE event = 'log_contact'")


class Migration(migrations.Migration):
    dependencies = [("records", "0009_retention")]

    operations = [migrations.RunSQL(MADE, migrations.RunSQL.noop)]
