"""Itineraries and their steps, and the walls around them."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("itinerary", "itinerary_step")
OF_PATIENT = {"db_constraint": False, "db_index": False, "on_delete": django.db.models.deletion.PROTECT}
KEPT = {"on_delete": django.db.models.deletion.PROTECT}


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0050_directory_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="Itinerary",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("template", models.TextField()),
                ("template_version", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("loop", models.OneToOneField(to="records.loop", **KEPT)),
                ("made_by", models.ForeignKey(db_index=False, related_name="+", to="records.person", **KEPT)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={"db_table": "itinerary"},
        ),
        migrations.AddIndex("itinerary", models.Index(fields=["patient", "made_at"], name="itinerary_by_patient")),
        migrations.AddConstraint(
            "itinerary",
            models.CheckConstraint(condition=models.Q(("template", ""), _negated=True), name="itinerary_has_template"),
        ),
        migrations.CreateModel(
            name="ItineraryStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("label_mask", models.IntegerField(default=0)),
                ("key", models.TextField()),
                ("abnormal_at", models.DateTimeField(null=True)),
                ("abnormal_note", models.TextField(blank=True, default="")),
                ("itinerary", models.ForeignKey(db_index=False, to="records.itinerary", **KEPT)),
                ("loop", models.OneToOneField(to="records.loop", **KEPT)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
                ("visit_type", models.ForeignKey(db_index=False, to="records.visittype", **KEPT)),
            ],
            options={"db_table": "itinerary_step"},
        ),
        migrations.AddConstraint(
            "itinerarystep",
            models.UniqueConstraint(fields=("itinerary", "key"), name="itinerary_step_once"),
        ),
        migrations.AddConstraint(
            "itinerarystep",
            models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="itinerary_step_has_key"),
        ),
        migrations.AddConstraint(
            "itinerarystep",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("abnormal_at", None), ("abnormal_note", "")),
                    models.Q(("abnormal_at__isnull", False), models.Q(("abnormal_note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="itinerary_step_abnormal_says_what",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "itineraries.sql").read_text("utf-8")),
    ]
