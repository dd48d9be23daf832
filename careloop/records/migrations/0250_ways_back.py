"""Documents taken out of a record that was not theirs; the days of approvals and the times of rides before a visit."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("document_out",)
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
OF_PATIENT = KEPT | {"db_constraint": False, "db_index": False}
ITEMS = [
    "coverage", "approval", "forms", "interpreter", "ride", "escort", "instructions", "fasting", "medicine_list",
    "records",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0241_medicine_reminders"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentOut",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("out_at", models.DateTimeField()),
                ("because", models.TextField()),
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, to="records.document"
                    ),
                ),
                ("stray", models.ForeignKey(to="records.strayreport", **OF_PATIENT)),
                ("undo", models.ForeignKey(null=True, related_name="+", to="records.loop", **OF_PATIENT)),
                ("out_by", models.ForeignKey(related_name="+", to="records.person", db_index=False, **KEPT)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={"db_table": "document_out"},
        ),
        migrations.AddConstraint(
            "documentout",
            models.CheckConstraint(condition=models.Q(("because", ""), _negated=True), name="document_out_says_why"),
        ),
        migrations.AddField("visititem", "first_on", models.DateField(null=True)),
        migrations.AddField("visititem", "last_on", models.DateField(null=True)),
        migrations.AddField("visititem", "pickup", models.TimeField(null=True)),
        migrations.RemoveConstraint("visititem", "visit_item_is_known"),
        migrations.AddConstraint(
            "visititem", models.CheckConstraint(condition=Q(("item__in", ITEMS)), name="visit_item_is_known")
        ),
        migrations.AddConstraint(
            "visititem",
            models.CheckConstraint(
                condition=Q(item="approval", state="done", first_on__isnull=False, last_on__gte=F("first_on"))
                | Q(item="approval", is_open_again=True, first_on__isnull=False, last_on__gte=F("first_on"))
                | Q(first_on=None, last_on=None) & ~Q(item="approval", state="done"),
                name="visit_item_approval_has_days",
            ),
        ),
        migrations.AddConstraint(
            "visititem",
            models.CheckConstraint(
                condition=Q(pickup=None) | Q(item="ride", state="done"), name="visit_item_only_a_ride_fetches"
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "ways_back.sql").read_text("utf-8")),
    ]
