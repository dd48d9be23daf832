"""A wrong number is one truth for calls and messages; what was sent counts as a try."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).with_name("sql")
ROADS = ["call", "text", "email", "portal", "letter", "certified", "other", "visit"]
WRITTEN = ["text", "email", "portal", "letter", "certified"]
CHANGED = (
    ("contacttry", "try_road_is_known", Q(road__in=ROADS)),
    ("contacttry", "try_sent_in_writing", ~Q(result="sent") | Q(road__in=WRITTEN)),
    ("reachblock", "block_road_is_known", Q(road__in=ROADS)),
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0270_answers_moved"),
    ]

    operations = [
        *(migrations.RemoveConstraint(model, name) for model, name, _ in CHANGED),
        *(
            migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))
            for model, name, condition in CHANGED
        ),
        migrations.RunSQL((SQL / "one_truth.sql").read_text("utf-8")),
    ]
