"""Reaching people: every try, numbers that are shut, who was called unreachable; and their walls."""

from pathlib import Path

import careloop.basics.ids
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
NAMED = KEPT | {"db_index": False}
OF_PATIENT = NAMED | {"db_constraint": False}
BESIDE = NAMED | {"related_name": "+"}
KEY = {"default": careloop.basics.ids.new_id, "editable": False, "primary_key": True, "serialize": False}
PATIENT_TABLES = ("contact_try", "contact_try_loop", "reach_block", "reach_end")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0200_outreach"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactTry",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("label_mask", models.IntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("zone", models.TextField()),
                ("road", models.TextField()),
                ("address", models.TextField(blank=True, default="")),
                ("result", models.TextField()),
                ("is_checked", models.BooleanField(default=False)),
                ("minutes", models.SmallIntegerField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("language", models.TextField(blank=True, default="")),
                ("interpreter", models.TextField(default="none")),
                ("why_no", models.TextField(blank=True, default="")),
                ("until", models.DateField(null=True)),
                (
                    "barriers",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("member", models.ForeignKey(null=True, to="records.circlemember", **BESIDE)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("person", models.ForeignKey(to="records.person", **BESIDE)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
                ("entry", models.ForeignKey(null=True, to="records.outreachentry", **BESIDE)),
            ],
            options={
                "db_table": "contact_try",
            },
        ),
        migrations.CreateModel(
            name="ReachBlock",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("road", models.TextField()),
                ("address", models.TextField(blank=True, default="")),
                ("why", models.TextField()),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_because", models.TextField(blank=True, default="")),
                ("by", models.ForeignKey(to="records.person", **BESIDE)),
                ("ended_by", models.ForeignKey(null=True, to="records.person", **BESIDE)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "reach_block",
            },
        ),
        migrations.CreateModel(
            name="ReachEnd",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("rule", models.TextField()),
                ("rule_from", models.DateField()),
                ("calls_needed", models.SmallIntegerField()),
                ("parts_needed", models.SmallIntegerField()),
                ("written_needed", models.SmallIntegerField()),
                ("days_needed", models.SmallIntegerField()),
                ("by", models.ForeignKey(to="records.person", **BESIDE)),
                ("loop", models.ForeignKey(to="records.loop", **NAMED)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "reach_end",
            },
        ),
        migrations.CreateModel(
            name="ContactTryLoop",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("contact_try", models.ForeignKey(to="records.contacttry", **NAMED)),
                ("loop", models.ForeignKey(to="records.loop", **KEPT)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "contact_try_loop",
                "constraints": [models.UniqueConstraint(fields=("contact_try", "loop"), name="try_names_a_loop_once")],
            },
        ),
        migrations.AddIndex(
            model_name="contacttry",
            index=models.Index(fields=["patient", "-at"], name="try_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="contacttry",
            constraint=models.CheckConstraint(
                condition=models.Q(("road__in", ["call", "text", "portal", "letter", "certified", "other", "visit"])),
                name="try_road_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "result__in",
                        [
                            "booked",
                            "will_call",
                            "declined",
                            "voicemail",
                            "no_answer",
                            "busy",
                            "wrong_number",
                            "needs_nurse",
                            "asked_not",
                            "later",
                            "reached",
                            "sent",
                        ],
                    )
                ),
                name="try_result_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttry",
            constraint=models.CheckConstraint(
                condition=models.Q(("interpreter__in", ["none", "by_phone", "staff", "own"])),
                name="try_interpreter_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", "sent"), _negated=True),
                    ("road__in", ["text", "portal", "letter", "certified"]),
                    _connector="OR",
                ),
                name="try_sent_in_writing",
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("result", "declined"),
                        ("why_no__in", ["not_now", "done_elsewhere", "cost", "fear", "no_need", "no_trust", "other"]),
                    ),
                    models.Q(models.Q(("result", "declined"), _negated=True), ("why_no", "")),
                    _connector="OR",
                ),
                name="try_declined_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", "later"), _negated=True), ("until__isnull", False), _connector="OR"
                ),
                name="try_later_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttry",
            constraint=models.CheckConstraint(
                condition=models.Q(("flags", []), ("result", "needs_nurse"), _connector="OR"),
                name="try_flags_go_to_a_nurse",
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttry",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes", None), ("minutes__range", (0, 240)), _connector="OR"),
                name="try_minutes_are_some",
            ),
        ),
        migrations.AddConstraint(
            model_name="reachblock",
            constraint=models.CheckConstraint(
                condition=models.Q(("road__in", ["call", "text", "portal", "letter", "certified", "other", "visit"])),
                name="block_road_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reachblock",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["wrong_number", "asked_not"])), name="block_why_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="reachblock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("why", "wrong_number"), _negated=True),
                    models.Q(("address", ""), _negated=True),
                    _connector="OR",
                ),
                name="block_wrong_number_names_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="reachblock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_because", ""), ("ended_by", None)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        models.Q(("ended_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="block_lifted_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="reachblock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("patient", "road", "address"), name="block_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reachend",
            constraint=models.UniqueConstraint(fields=("loop", "at"), name="reach_end_once"),
        ),
        migrations.AddConstraint(
            model_name="reachend",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("calls_needed__gte", 0),
                    ("days_needed__gte", 0),
                    ("parts_needed__gte", 0),
                    ("written_needed__gte", 0),
                ),
                name="reach_end_counts",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "contact_tries.sql").read_text("utf-8")),
    ]
