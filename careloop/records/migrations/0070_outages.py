"""Outages and what became of the visits in them, and the walls around them."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
OF_PATIENT = {"db_constraint": False, "db_index": False, "on_delete": django.db.models.deletion.PROTECT}
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
PATIENT_TABLES = ("outage_move",)
SOMEBODY = {"db_index": False, "related_name": "+", "to": "records.person"}


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0061_waiting"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("opens", models.TimeField(null=True)),
                ("closes", models.TimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("entry", models.ForeignKey(to="records.directoryentry", **KEPT)),
                ("made_by", models.ForeignKey(**SOMEBODY, **KEPT)),
                ("undone_by", models.ForeignKey(null=True, **SOMEBODY, **KEPT)),
            ],
            options={"db_table": "outage"},
        ),
        migrations.AddConstraint(
            "outage",
            models.CheckConstraint(condition=models.Q(("last_on__gte", models.F("first_on"))), name="outage_lasts"),
        ),
        migrations.AddConstraint(
            "outage",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes", None), ("opens", None)),
                    models.Q(("closes__gt", models.F("opens")), ("closes__isnull", False), ("opens__isnull", False)),
                    _connector="OR",
                ),
                name="outage_is_whole_or_part",
            ),
        ),
        migrations.AddConstraint(
            "outage",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="outage_undone_by_somebody",
            ),
        ),
        migrations.AddField("calendarday", "outage", models.ForeignKey(null=True, to="records.outage", **KEPT)),
        migrations.CreateModel(
            name="OutageMove",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("label_mask", models.IntegerField(default=0)),
                ("became", models.TextField()),
                ("was_confirmed", models.BooleanField(default=False)),
                ("why", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("booking", models.ForeignKey(related_name="+", to="records.booking", **KEPT)),
                ("loop", models.ForeignKey(db_index=False, to="records.loop", **KEPT)),
                ("made_by", models.ForeignKey(**SOMEBODY, **KEPT)),
                ("new_booking", models.ForeignKey(null=True, related_name="+", to="records.booking", **KEPT)),
                ("outage", models.ForeignKey(db_index=False, to="records.outage", **KEPT)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={"db_table": "outage_move"},
        ),
        migrations.AddConstraint(
            "outagemove", models.UniqueConstraint(fields=("outage", "booking"), name="outage_move_once")
        ),
        migrations.AddConstraint(
            "outagemove",
            models.CheckConstraint(
                condition=models.Q(("became__in", ["moved", "left", "put_back", "stays"])),
                name="outage_move_is_known",
            ),
        ),
        migrations.AddConstraint(
            "outagemove",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("became", "left"), ("new_booking", None)),
                    models.Q(models.Q(("became", "left"), _negated=True), ("new_booking__isnull", False)),
                    _connector="OR",
                ),
                name="outage_move_has_place",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "outages.sql").read_text("utf-8")),
    ]
