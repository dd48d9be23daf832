"""What is in order before a visit, and the walls around it."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("visit_item",)
OF_PATIENT = {"db_constraint": False, "db_index": False, "on_delete": django.db.models.deletion.PROTECT}
ITEMS = [
    "coverage", "forms", "interpreter", "ride", "escort", "instructions", "fasting", "medicine_list", "records",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0080_waitlist"),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("label_mask", models.IntegerField(default=0)),
                ("item", models.TextField()),
                ("state", models.TextField()),
                ("note", models.TextField(blank=True, default="")),
                ("is_open_again", models.BooleanField(default=False)),
                ("set_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                ("booking", models.ForeignKey(to="records.booking", **OF_PATIENT)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
                (
                    "set_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={"db_table": "visit_item"},
        ),
        migrations.AddConstraint(
            "visititem", models.UniqueConstraint(fields=("booking", "item"), name="visit_item_once")
        ),
        migrations.AddConstraint(
            "visititem",
            models.CheckConstraint(condition=models.Q(("item__in", ITEMS)), name="visit_item_is_known"),
        ),
        migrations.AddConstraint(
            "visititem",
            models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "done", "not_needed"])), name="visit_item_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            "visititem",
            models.CheckConstraint(
                condition=models.Q(("state", "open"), models.Q(("note", ""), _negated=True), _connector="OR"),
                name="visit_item_says_what_shows_it",
            ),
        ),
        migrations.AddConstraint(
            "visititem",
            models.CheckConstraint(
                condition=models.Q(
                    ("is_open_again", False), models.Q(("note", ""), ("state", "open")), _connector="OR"
                ),
                name="visit_item_open_again_is_open",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "visit_items.sql").read_text("utf-8")),
    ]
