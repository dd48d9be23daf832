"""Questions of the planner that are looked into for longer, and the walls around them."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("plan_search",)
OF_PATIENT = {"db_constraint": False, "db_index": False, "on_delete": django.db.models.deletion.PROTECT}


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0120_outside_busy"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanSearch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("question", models.TextField()),
                ("ask", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                ("state", models.TextField(default="waiting")),
                ("tries", models.SmallIntegerField(default=0)),
                ("begun_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("times", models.JSONField(default=list)),
                ("least_end_on", models.DateField(null=True)),
                ("is_best", models.BooleanField(default=False)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={"db_table": "plan_search"},
        ),
        migrations.AddConstraint(
            "plansearch", models.UniqueConstraint(fields=("patient", "question"), name="plan_search_once")
        ),
        migrations.AddConstraint(
            "plansearch",
            models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "done", "given_up"])), name="plan_search_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            "plansearch",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("state", "waiting")),
                    models.Q(models.Q(("state", "waiting"), _negated=True), ("finished_at__isnull", False)),
                    _connector="OR",
                ),
                name="plan_search_done_says_when",
            ),
        ),
        migrations.AddConstraint(
            "plansearch",
            models.CheckConstraint(
                condition=models.Q(
                    ("state", "done"),
                    models.Q(("is_best", False), ("least_end_on", None), ("times", [])),
                    _connector="OR",
                ),
                name="plan_search_tells_when_done",
            ),
        ),
        migrations.AddIndex(
            "plansearch",
            models.Index(condition=models.Q(("state", "waiting")), fields=["asked_at"], name="plan_search_due"),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "plan_search.sql").read_text("utf-8")),
    ]
