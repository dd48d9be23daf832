"""Records that reach their end: wishes, tombstones, and the one function that deletes a record whole."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("deletion_wish",)


def _key_of(to: str, *, null: bool = False, tied: bool = True) -> models.ForeignKey:
    named = {"related_name": "+"} if to == "records.person" else {}
    return models.ForeignKey(
        db_constraint=tied, db_index=False, null=null, on_delete=django.db.models.deletion.PROTECT, to=to, **named
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0009_sensitive")]

    operations = [
        migrations.CreateModel(
            name="DeletionWish",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", _key_of("records.person")),
                ("patient", _key_of("records.patient", tied=False)),
                ("unit", _key_of("records.unit", tied=False)),
            ],
            options={
                "db_table": "deletion_wish",
                "constraints": [models.UniqueConstraint(fields=["patient"], name="deletion_asked_once")],
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("was_patient", models.UUIDField(unique=True)),
                ("keys", django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(), size=None)),
                ("last_on", models.DateField()),
                ("kept_until", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("deleted_at", models.DateTimeField()),
                ("counts", models.JSONField()),
                ("sha256", models.BinaryField()),
                ("readmitted_at", models.DateTimeField(null=True)),
                ("asked_by", _key_of("records.person")),
                ("confirmed_by", _key_of("records.person")),
                ("readmitted_by", _key_of("records.person", null=True)),
                ("unit", _key_of("records.unit")),
            ],
            options={
                "db_table": "tombstone",
                "constraints": [
                    models.CheckConstraint(condition=~Q(asked_by=F("confirmed_by")), name="deletion_by_two_people"),
                    models.CheckConstraint(condition=Q(kept_until__gte=F("last_on")), name="deleted_after_its_time"),
                    models.CheckConstraint(
                        condition=Q(readmitted_by=None, readmitted_at=None)
                        | Q(readmitted_by__isnull=False, readmitted_at__isnull=False),
                        name="readmitted_by_somebody",
                    ),
                ],
            },
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "retention.sql").read_text()),
    ]
