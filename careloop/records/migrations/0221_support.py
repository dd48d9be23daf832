"""Support and crisis: what was heard and offered, what happened; and the walls of these and of family meetings."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = (
    "family_meeting", "meeting_guest", "meeting_decision", "meeting_step", "distress_note", "support_offer",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0220_meetings"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportOffer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("entry_name", models.TextField()),
                ("because", models.JSONField(default=list)),
                ("state", models.TextField(default="chosen")),
                ("offered_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.directoryentry",
                    ),
                ),
                (
                    "loop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.loop"
                    ),
                ),
                (
                    "offered_by",
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
                "db_table": "support_offer",
            },
        ),
        migrations.CreateModel(
            name="CrisisNumberRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("number", models.TextField()),
                ("hours", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
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
            ],
            options={
                "db_table": "crisis_number",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("number", ""), _negated=True)
                        ),
                        name="crisis_number_is_said",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="crisis_number_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CrisisReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("kind", models.TextField()),
                ("about", models.TextField(blank=True, default="")),
                ("words", models.TextField()),
                ("done", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "loop",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.loop"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.patient",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
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
                "db_table": "crisis_report",
                "indexes": [
                    models.Index(condition=models.Q(("loop", None)), fields=["at"], name="crisis_to_open"),
                    models.Index(fields=["patient"], name="crisis_by_patient"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["self_harm", "violence", "poison", "medical", "other"])),
                        name="crisis_kind_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="crisis_is_said"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DistressNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("words", models.TextField()),
                ("heard_from", models.TextField()),
                ("heard_at", models.DateTimeField()),
                ("state", models.TextField(default="call")),
                ("said", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
                (
                    "heard_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "loop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.loop"
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
                "db_table": "distress_note",
                "indexes": [models.Index(fields=["patient", "-heard_at"], name="distress_by_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["call", "check", "ended"])), name="distress_state_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("heard_from__in", ["patient", "family", "colleague"])),
                        name="distress_from_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="distress_is_said"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "check"), _negated=True),
                            models.Q(("said", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="distress_called_is_said",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="supportoffer",
            index=models.Index(fields=["patient", "-offered_at"], name="support_offer_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="supportoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["chosen", "told", "joined", "declined", "ended"])),
                name="support_offer_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["chosen", "told"])),
                fields=("patient", "entry"),
                name="support_offer_once",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in (*PATIENT_TABLES, "crisis_report")),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL(let_go_with_patient("crisis_report")),
        migrations.RunSQL((SQL / "meetings.sql").read_text("utf-8")),
    ]
