"""Findings about medicines that were set aside: the table, its walls, and the trigger that lets it only be ended."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from careloop.records.walls import tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("safety_override",)
REASONS = ["clinician_aware", "tolerated_and_watched", "list_is_wrong", "ended", "other"]


class Migration(migrations.Migration):
    dependencies = [("records", "0005_files")]

    operations = [
        migrations.CreateModel(
            name="SafetyOverride",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("check_name", models.TextField()),
                ("finding_key", models.TextField()),
                ("finding_print", models.TextField()),
                ("reason", models.TextField()),
                ("note", models.TextField(blank=True, default="")),
                ("clinician", models.TextField()),
                ("until_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
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
                "db_table": "safety_override",
                "constraints": [
                    models.CheckConstraint(name="override_reason_is_known", condition=Q(reason__in=REASONS)),
                    models.CheckConstraint(name="override_names_a_clinician", condition=~Q(clinician="")),
                    models.CheckConstraint(name="override_other_says_why", condition=~Q(reason="other") | ~Q(note="")),
                    models.CheckConstraint(
                        name="override_ends_with_somebody",
                        condition=Q(ended_at=None, ended_by=None)
                        | Q(ended_at__isnull=False, ended_at__gte=F("made_at"), ended_by__isnull=False),
                    ),
                    models.UniqueConstraint(
                        name="override_one_a_finding",
                        fields=["patient", "check_name", "finding_key"],
                        condition=Q(ended_at=None),
                    ),
                ],
            },
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "safety.sql").read_text()),
    ]
