"""How the clinic is run: changes of staff, opening hours, days of the clinic, the first run, and the log to be read."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0010_today"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="version",
            field=models.IntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="unit",
            name="version",
            field=models.IntegerField(db_default=1, default=1),
        ),
        migrations.CreateModel(
            name="FirstRun",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("key_hash", models.TextField()),
                ("answers", models.JSONField(default=dict)),
                ("version", models.IntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "first_run",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="first_run_is_one")],
            },
        ),
        migrations.CreateModel(
            name="ClinicDay",
            fields=[
                ("on", models.DateField(primary_key=True, serialize=False)),
                ("is_open", models.BooleanField(default=False)),
                ("name", models.TextField()),
                ("set_at", models.DateTimeField()),
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
            options={
                "db_table": "clinic_day",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="clinic_day_has_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("weekday", models.SmallIntegerField()),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
                (
                    "unit",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"),
                ),
            ],
            options={
                "db_table": "opening_hours",
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "weekday"), name="hours_once_a_weekday"),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__gte", 1), ("weekday__lte", 7)), name="hours_weekday_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens"))), name="hours_close_after_opening"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("step", models.TextField()),
                ("role_before", models.TextField(blank=True, default="")),
                ("role_after", models.TextField(blank=True, default="")),
                ("from_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True, default="")),
                ("needs_second", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("agreed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "agreed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "staff_change",
                "indexes": [
                    models.Index(
                        condition=models.Q(("applied_at", None), ("withdrawn_at", None)),
                        fields=["from_at"],
                        name="staff_change_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["begin", "role", "end"])), name="staff_change_step_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role_after__in",
                                [
                                    "",
                                    "coordinator",
                                    "supervisor",
                                    "clinician",
                                    "front_desk",
                                    "billing",
                                    "patient",
                                    "proxy",
                                    "partner",
                                    "auditor",
                                    "system",
                                    "administrator",
                                ],
                            )
                        ),
                        name="staff_change_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed_by", None),
                            models.Q(("agreed_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="staff_change_agreed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("applied_at", None), ("needs_second", False), ("agreed_by__isnull", False), _connector="OR"
                        ),
                        name="staff_change_waits_for_second",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("applied_at", None), ("withdrawn_at", None), _connector="OR"),
                        name="staff_change_is_done_or_withdrawn",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("applied_at", None), ("withdrawn_at", None)),
                        fields=("person",),
                        name="staff_change_one_waits",
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "administration.sql").read_text()),
    ]
