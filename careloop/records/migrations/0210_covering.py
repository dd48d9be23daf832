"""Absences whose patients several colleagues share, how people work, and notes on what worked."""

from pathlib import Path

import careloop.basics.ids
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("absence_share", "absence_loop")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0201_reach"),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("units", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("is_sudden", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"),
                ),
            ],
            options={
                "db_table": "absence",
            },
        ),
        migrations.CreateModel(
            name="AbsenceLoop",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("moved_at", models.DateTimeField()),
                ("back_at", models.DateTimeField(null=True)),
                (
                    "absence",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.absence"
                    ),
                ),
                ("loop", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.loop")),
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
                "db_table": "absence_loop",
            },
        ),
        migrations.CreateModel(
            name="AbsencePart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("state", models.TextField(default="offered")),
                ("expires_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "absence",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.absence"
                    ),
                ),
                (
                    "covering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
                    ),
                ),
            ],
            options={
                "db_table": "absence_part",
            },
        ),
        migrations.CreateModel(
            name="AbsenceShare",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("because", models.JSONField(default=list)),
                ("given_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "absence",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.absence"
                    ),
                ),
                (
                    "covering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
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
                "db_table": "absence_share",
            },
        ),
        migrations.CreateModel(
            name="Tip",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("about", models.TextField()),
                ("about_key", models.TextField()),
                ("words", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("good_until", models.DateField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
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
                "db_table": "tip",
            },
        ),
        migrations.CreateModel(
            name="TipHelp",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
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
                    "tip",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.tip"),
                ),
            ],
            options={
                "db_table": "tip_help",
            },
        ),
        migrations.CreateModel(
            name="WorkProfile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("from_on", models.DateField()),
                ("minutes", django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=7)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "specialties",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("said_at", models.DateTimeField()),
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
                    "said_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "work_profile",
            },
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["made_at"], name="absence_live"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("during__upper_inf", False), ("during__isempty", False)), name="absence_has_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="absenceloop",
            constraint=models.UniqueConstraint(fields=("absence", "loop"), name="absence_loop_once"),
        ),
        migrations.AddConstraint(
            model_name="absencepart",
            constraint=models.UniqueConstraint(fields=("absence", "covering"), name="absence_part_once"),
        ),
        migrations.AddConstraint(
            model_name="absencepart",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["offered", "accepted", "declined", "expired"])),
                name="absence_part_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="absencepart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("expires_at__isnull", False), ("state", "offered")),
                    models.Q(models.Q(("state", "offered"), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="absence_part_answered_says_when",
            ),
        ),
        migrations.AddIndex(
            model_name="absenceshare",
            index=models.Index(fields=["patient"], name="absence_share_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="absenceshare",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("absence", "patient"), name="absence_share_one"
            ),
        ),
        migrations.AddIndex(
            model_name="tip",
            index=models.Index(fields=["about", "about_key"], name="tip_by_thing"),
        ),
        migrations.AddConstraint(
            model_name="tip",
            constraint=models.CheckConstraint(
                condition=models.Q(("about__in", ["entry", "payer", "message", "visit_type", "loop_kind"])),
                name="tip_about_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="tip",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("words", ""), _negated=True), models.Q(("about_key", ""), _negated=True)),
                name="tip_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="tip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="tip_withdrawn_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="tiphelp",
            constraint=models.UniqueConstraint(fields=("tip", "person"), name="tip_helps_once"),
        ),
        migrations.AddIndex(
            model_name="workprofile",
            index=models.Index(
                models.F("person"),
                models.OrderBy(models.F("from_on"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="work_profile_newest",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "covering.sql").read_text("utf-8")),
        migrations.RunSQL((SQL / "tips.sql").read_text("utf-8")),
    ]
