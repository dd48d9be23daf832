"""Reminders of visits: the ladder of a kind of visit, what is planned, what became of it; and the walls."""

import careloop.basics.ids
import careloop.records.scheduling
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

PATIENT_TABLES = ("reminder_plan", "reminder")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0230_portal"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("booking_version", models.IntegerField()),
                ("kind", models.TextField()),
                ("due_at", models.DateTimeField()),
                ("good_until", models.DateTimeField()),
                (
                    "roads",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("state", models.TextField(default="planned")),
                ("state_since", models.DateTimeField()),
                ("why", models.TextField(blank=True, default="")),
                ("road", models.TextField(blank=True, default="")),
                ("sent_at", models.DateTimeField(null=True)),
                ("message_id", models.UUIDField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "booking",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.booking"
                    ),
                ),
                (
                    "loop",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.loop",
                    ),
                ),
                (
                    "old_booking",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.booking",
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
                "db_table": "reminder",
            },
        ),
        migrations.CreateModel(
            name="ReminderPlan",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="records.booking",
                    ),
                ),
                ("version", models.IntegerField()),
                ("is_due", models.BooleanField(default=True)),
                ("planned_at", models.DateTimeField(null=True)),
                ("skipped", models.JSONField(default=list)),
                ("paused_at", models.DateTimeField(null=True)),
                ("pause_reason", models.TextField(blank=True, default="")),
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
                    "paused_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
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
                "db_table": "reminder_plan",
            },
        ),
        migrations.CreateModel(
            name="ReminderRung",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("days_before", models.SmallIntegerField()),
                ("at", models.TimeField()),
                (
                    "roads",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("good_hours", models.SmallIntegerField()),
                ("is_on", models.BooleanField(default=True)),
                ("set_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(null=True)),
                (
                    "set_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "visit_type",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.visittype"
                    ),
                ),
            ],
            options={
                "db_table": "reminder_rung",
            },
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(condition=models.Q(("state", "planned")), fields=["due_at"], name="reminder_due"),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(fields=["patient", "due_at"], name="reminder_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("booking", "kind", "due_at"), name="reminder_once"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["sent", "answered"])),
                fields=("booking", "kind"),
                name="reminder_sent_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["confirm", "prepare", "day_before", "call", "moved", "off"])),
                name="reminder_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "sent", "called", "answered", "withdrawn"])),
                name="reminder_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
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
                name="reminder_why_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__in", ["", "yes", "no", "change", "ride", "taken", "not_taken", "stopped", "side_effect"])
                ),
                name="reminder_answer_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), ("why__gt", "")),
                    models.Q(models.Q(("state", "withdrawn"), _negated=True), ("why", "")),
                    _connector="OR",
                ),
                name="reminder_withdrawn_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sent", "answered"]), _negated=True),
                    models.Q(("message_id__isnull", False), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="reminder_sent_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "answered"), _negated=True),
                    models.Q(("answer__gt", ""), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="reminder_answered_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("good_until__gt", models.F("due_at"))), name="reminder_ends_later"
            ),
        ),
        migrations.AddIndex(
            model_name="reminderplan",
            index=models.Index(condition=models.Q(("is_due", True)), fields=["booking"], name="reminder_plan_due"),
        ),
        migrations.AddConstraint(
            model_name="reminderplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pause_reason", ""), ("paused_at", None), ("paused_by", None)),
                    models.Q(("pause_reason__gt", ""), ("paused_at__isnull", False), ("paused_by__isnull", False)),
                    _connector="OR",
                ),
                name="reminder_pause_says_who_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderrung",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["confirm", "prepare", "day_before", "call"])),
                name="rung_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderrung",
            constraint=models.CheckConstraint(
                condition=models.Q(("days_before__range", (1, 60)), ("good_hours__range", (1, 168))),
                name="rung_is_before",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderrung",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at", None)), fields=("visit_type", "kind"), name="rung_once"
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
    ]
