"""The circle of a patient: who stands around them, consents, code words, and what the ledger now says."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
NAMED = KEPT | {"db_index": False}
OF_PATIENT = NAMED | {"db_constraint": False}
BESIDE = NAMED | {"related_name": "+"}
KEY = {"default": careloop.basics.ids.new_id, "editable": False, "primary_key": True, "serialize": False}
PATIENT_TABLES = ("circle_member", "circle_change", "consent", "caller_code")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0150_outside_address"),
    ]

    operations = [
        migrations.AddField(
            model_name="disclosure",
            name="basis",
            field=models.TextField(db_default="unstated", default="unstated"),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="content",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="document",
            field=models.ForeignKey(null=True, to="records.document", **BESIDE),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="purpose",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="road",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="topic",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="words",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.CreateModel(
            name="CallerTry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("asked", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("person_id", models.UUIDField()),
                ("is_confirmed", models.BooleanField()),
            ],
            options={
                "db_table": "caller_try",
                "indexes": [models.Index(fields=["asked", "at"], name="caller_try_by_asked")],
            },
        ),
        migrations.CreateModel(
            name="CircleMember",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("label_mask", models.IntegerField(default=0)),
                ("name", models.TextField()),
                ("relation", models.TextField()),
                ("language", models.TextField(blank=True, default="")),
                ("needs_interpreter", models.BooleanField(default=False)),
                ("phone", models.TextField(blank=True, default="")),
                ("email", models.TextField(blank=True, default="")),
                ("address", models.TextField(blank=True, default="")),
                ("is_emergency", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
                ("added_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_because", models.TextField(blank=True, default="")),
                ("added_by", models.ForeignKey(to="records.person", **BESIDE)),
                ("changed_by", models.ForeignKey(to="records.person", **BESIDE)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "circle_member",
            },
        ),
        migrations.CreateModel(
            name="CircleChange",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("person_id", models.UUIDField()),
                ("body", models.JSONField()),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
                ("member", models.ForeignKey(to="records.circlemember", **NAMED)),
            ],
            options={
                "db_table": "circle_change",
            },
        ),
        migrations.CreateModel(
            name="CallerCode",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("label_mask", models.IntegerField(default=0)),
                ("code_hash", models.TextField()),
                ("set_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("set_by", models.ForeignKey(to="records.person", **BESIDE)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
                ("member", models.ForeignKey(null=True, to="records.circlemember", **NAMED)),
            ],
            options={
                "db_table": "caller_code",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="member",
            field=models.ForeignKey(null=True, to="records.circlemember", **NAMED),
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("label_mask", models.IntegerField(default=0)),
                ("topic", models.TextField()),
                ("purpose", models.TextField()),
                ("road", models.TextField()),
                ("named_labels", models.IntegerField(default=0)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("how", models.TextField()),
                ("entered_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("taken_back_because", models.TextField(blank=True, default="")),
                ("document", models.ForeignKey(null=True, to="records.document", **BESIDE)),
                ("entered_by", models.ForeignKey(to="records.person", **BESIDE)),
                ("member", models.ForeignKey(to="records.circlemember", **NAMED)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("taken_back_by", models.ForeignKey(null=True, to="records.person", **BESIDE)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
                ("witness", models.ForeignKey(null=True, to="records.person", **BESIDE)),
            ],
            options={
                "db_table": "consent",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="consent",
            field=models.ForeignKey(null=True, to="records.consent", **NAMED),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "basis__in",
                        [
                            "consent",
                            "authorization",
                            "treatment",
                            "payment",
                            "operations",
                            "law",
                            "patient_request",
                            "unstated",
                        ],
                    )
                ),
                name="disclosure_basis_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("consent", None),
                        ("member", None),
                        ("purpose", ""),
                        ("road", ""),
                        ("topic", ""),
                        models.Q(("basis", "consent"), _negated=True),
                    ),
                    models.Q(
                        ("basis", "consent"),
                        ("consent__isnull", False),
                        ("member__isnull", False),
                        ("purpose__in", ["care", "payment"]),
                        ("road__in", ["phone", "text", "email", "letter", "in_person", "portal"]),
                        ("topic__in", ["visits", "medicines", "results", "money", "mental", "substance", "emergency"]),
                    ),
                    _connector="OR",
                ),
                name="disclosure_to_circle_says_all",
            ),
        ),
        migrations.AddIndex(
            model_name="circlemember",
            index=models.Index(fields=["patient", "added_at"], name="member_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="circlemember",
            constraint=models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="member_has_name"),
        ),
        migrations.AddConstraint(
            model_name="circlemember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "relation__in",
                        [
                            "spouse",
                            "parent",
                            "child",
                            "sibling",
                            "family",
                            "friend",
                            "neighbour",
                            "guardian",
                            "proxy",
                            "other",
                        ],
                    )
                ),
                name="member_relation_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="circlemember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_because", "")),
                    models.Q(("ended_at__isnull", False), models.Q(("ended_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="member_ended_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="circlechange",
            constraint=models.UniqueConstraint(fields=("member", "version"), name="circle_change_once"),
        ),
        migrations.AddConstraint(
            model_name="callercode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("patient", "member"),
                name="caller_code_one_at_a_time",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["member"], name="consent_by_member"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["patient"], name="consent_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "topic__in",
                        ["visits", "medicines", "results", "money", "mental", "substance", "emergency", "everything"],
                    )
                ),
                name="consent_topic_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["care", "payment"])), name="consent_purpose_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("road__in", ["phone", "text", "email", "letter", "in_person", "portal"])),
                name="consent_road_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["screen", "paper", "voice"])), name="consent_how_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("named_labels__range", (0, 63))), name="consent_labels_are_nameable"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                name="consent_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document__isnull", False), ("how", "paper")),
                    models.Q(models.Q(("how", "paper"), _negated=True), ("document", None)),
                    _connector="OR",
                ),
                name="consent_on_paper_has_the_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ends_at__isnull", False),
                        ("how", "voice"),
                        ("witness__isnull", False),
                        models.Q(("witness", models.F("entered_by")), _negated=True),
                    ),
                    models.Q(models.Q(("how", "voice"), _negated=True), ("witness", None)),
                    _connector="OR",
                ),
                name="consent_by_voice_has_a_witness",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_back_at", None), ("taken_back_because", ""), ("taken_back_by", None)),
                    models.Q(
                        ("taken_back_at__isnull", False),
                        ("taken_back_by__isnull", False),
                        models.Q(("taken_back_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consent_taken_back_by_somebody",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "consents.sql").read_text("utf-8")),
    ]
