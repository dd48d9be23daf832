"""Addresses under which a calendar fetches somebody's visits: everybody their own."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0090_visit_items"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("token_hash", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("fetched_at", models.DateTimeField(null=True)),
                ("asked_since", models.DateTimeField(null=True)),
                ("asked_count", models.IntegerField(default=0)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.person")),
            ],
            options={"db_table": "calendar_feed"},
        ),
        migrations.AddConstraint(
            "calendarfeed",
            models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="calendar_feed_has_name"),
        ),
        migrations.AddConstraint(
            "calendarfeed", models.UniqueConstraint(fields=("token_hash",), name="calendar_feed_token_once")
        ),
        migrations.RunSQL((SQL / "calendar_feeds.sql").read_text("utf-8")),
    ]
