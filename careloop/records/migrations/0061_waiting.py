"""What rests in other hands until its look is listed as waiting: with indexes of its own, and out of the others."""

from django.db import migrations, models
from django.db.models import Q

LISTED = Q(("state__in", ["to_do", "started"]), ("waits", False))
WAITING = Q(("state", "snoozed"), ("waits", True), _connector="OR")

MADE = [
    "DROP INDEX loop_snoozed_by_unit, loop_snoozed_by_queue, loop_due_by_owner, loop_due_by_queue, loop_due_by_unit",
    "CREATE INDEX loop_waiting_by_unit ON loop (unit_id, next_at, id) WHERE state = 'snoozed' OR waits",
    "CREATE INDEX loop_waiting_by_queue ON loop (queue_id, next_at, id)"
    " WHERE (state = 'snoozed' OR waits) AND queue_id IS NOT NULL",
] + [
    f"CREATE INDEX loop_due_by_{who} ON loop ({who}_id, due_at, id)"
    " WHERE state IN ('to_do', 'started') AND NOT waits AND due_at IS NOT NULL"
    for who in ("owner", "queue", "unit")
]


class Migration(migrations.Migration):
    dependencies = [("records", "0060_itineraries")]

    operations = [
        migrations.AddField("loop", "waits", models.BooleanField(db_default=False, default=False)),
        migrations.AddConstraint(
            "loop",
            models.CheckConstraint(
                condition=Q(("waits", False), ("state__in", ["to_do", "started"]), _connector="OR"),
                name="loop_waiting_is_open",
            ),
        ),
        *[migrations.RemoveIndex("loop", f"loop_by_{who}") for who in ("owner", "queue", "unit")],
        *[
            migrations.AddIndex(
                "loop", models.Index(condition=LISTED, fields=[who, "sort_at", "id"], name=f"loop_by_{who}")
            )
            for who in ("owner", "queue", "unit")
        ],
        migrations.RemoveIndex("loop", "loop_snoozed"),
        migrations.AddIndex(
            "loop", models.Index(condition=WAITING, fields=["owner", "next_at", "id"], name="loop_waiting_by_owner")
        ),
        migrations.RunSQL(MADE, migrations.RunSQL.noop),
    ]
