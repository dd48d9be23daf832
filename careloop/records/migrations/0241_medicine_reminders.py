"""Reminders of medicines, and what the database keeps true of all reminders."""

from pathlib import Path

import careloop.basics.ids
import careloop.records.scheduling
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("medicine_schedule", "medicine_reminder")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0240_reminders"),
    ]

    operations = [
        migrations.CreateModel(
            name="MedicineSchedule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("statement_version", models.IntegerField()),
                ("label", models.TextField()),
                ("times", django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), size=None)),
                ("zone", models.TextField()),
                ("road", models.TextField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("consent", models.TextField()),
                ("state", models.TextField(default="active")),
                ("state_since", models.DateTimeField()),
                ("why", models.TextField(blank=True, default="")),
                ("is_due", models.BooleanField(default=False)),
                ("planned_until", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.patient",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, to="records.resource"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.unit",
                    ),
                ),
            ],
            options={
                "db_table": "medicine_schedule",
            },
        ),
        migrations.CreateModel(
            name="MedicineReminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("statement_version", models.IntegerField()),
                ("due_at", models.DateTimeField()),
                ("due_wall", careloop.records.scheduling.WallTimeField()),
                ("good_until", models.DateTimeField()),
                ("state", models.TextField(default="planned")),
                ("state_since", models.DateTimeField()),
                ("why", models.TextField(blank=True, default="")),
                ("sent_at", models.DateTimeField(null=True)),
                ("message_id", models.UUIDField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.patient",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.unit",
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.medicineschedule"
                    ),
                ),
            ],
            options={
                "db_table": "medicine_reminder",
            },
        ),
        migrations.AddIndex(
            model_name="medicineschedule",
            index=models.Index(
                condition=models.Q(("state", "active")), fields=["planned_until"], name="schedule_to_plan"
            ),
        ),
        migrations.AddIndex(
            model_name="medicineschedule",
            index=models.Index(condition=models.Q(("is_due", True)), fields=["id"], name="schedule_to_look_at"),
        ),
        migrations.AddIndex(
            model_name="medicineschedule",
            index=models.Index(fields=["patient"], name="schedule_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="medicineschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["active", "paused", "stopped", "ended"])),
                name="schedule_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicineschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("why__in", ["", "by_hand", "patient_stopped", "side_effect", "statement_changed", "over", "died"])
                ),
                name="schedule_why_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicineschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "active"), ("why", "")),
                    models.Q(models.Q(("state", "active"), _negated=True), ("why__gt", "")),
                    _connector="OR",
                ),
                name="schedule_stopped_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicineschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("times__len__range", (1, 6))), name="schedule_has_times"
            ),
        ),
        migrations.AddConstraint(
            model_name="medicineschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="schedule_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="medicineschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("consent", ""), _negated=True), name="schedule_was_agreed_to"
            ),
        ),
        migrations.AddConstraint(
            model_name="medicineschedule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["active", "paused"])),
                fields=("resource",),
                name="schedule_once_a_statement",
            ),
        ),
        migrations.AddIndex(
            model_name="medicinereminder",
            index=models.Index(
                condition=models.Q(("state", "planned")), fields=["due_at"], name="medicine_reminder_due"
            ),
        ),
        migrations.AddIndex(
            model_name="medicinereminder",
            index=models.Index(fields=["patient"], name="medicine_reminder_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="medicinereminder",
            constraint=models.UniqueConstraint(fields=("schedule", "due_at"), name="medicine_reminder_once"),
        ),
        migrations.AddConstraint(
            model_name="medicinereminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "sent", "answered", "withdrawn"])),
                name="medicine_reminder_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicinereminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "why__in",
                        [
                            "",
                            "moved",
                            "ended",
                            "said_yes",
                            "ladder",
                            "too_late",
                            "died",
                            "no_road",
                            "told",
                            "several",
                            "stopped",
                        ],
                    )
                ),
                name="medicine_reminder_why_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicinereminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__in", ["", "yes", "no", "change", "ride", "taken", "not_taken", "stopped", "side_effect"])
                ),
                name="medicine_reminder_answer_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicinereminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), ("why__gt", "")),
                    models.Q(models.Q(("state", "withdrawn"), _negated=True), ("why", "")),
                    _connector="OR",
                ),
                name="medicine_reminder_withdrawn_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicinereminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sent", "answered"]), _negated=True),
                    models.Q(("message_id__isnull", False), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="medicine_reminder_sent_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicinereminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("good_until__gt", models.F("due_at"))), name="medicine_reminder_ends_later"
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "reminders.sql").read_text("utf-8")),
    ]
