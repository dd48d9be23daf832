"""Documents, words to search, requests to amend, disclosures and legal holds, with their walls."""

from pathlib import Path

import careloop.basics.ids
from django.db import migrations, models

from careloop.records.walls import tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql") / "files.sql"

# Rows of a patient, walled by the template.
PATIENT_TABLES = ("document", "document_source", "note", "amendment", "amendment_event", "disclosure")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Amendment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("asked_by", models.TextField()),
                ("asked_on", models.DateField()),
                ("wrong", models.TextField()),
                ("should_say", models.TextField()),
                ("due_on", models.DateField()),
                ("extended_because", models.TextField(blank=True, default="")),
                ("state", models.TextField(default="open")),
                ("basis", models.TextField(blank=True, default="")),
                ("answer", models.TextField(blank=True, default="")),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("disagreement", models.TextField(blank=True, default="")),
                ("made_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                ("loop", models.OneToOneField(db_constraint=False, on_delete=models.PROTECT, to="records.loop")),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.patient"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(db_constraint=False, null=True, on_delete=models.PROTECT, to="records.resource"),
                ),
                (
                    "unit",
                    models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.unit"),
                ),
            ],
            options={
                "db_table": "amendment",
                "indexes": [models.Index(fields=["patient"], name="amendment_by_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "accepted", "denied"])),
                        name="amendment_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("decided_at", None), ("decided_by", None), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="amendment_is_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("basis__in", ["not_ours", "not_in_record_set", "not_open_to_patient", "accurate"]),
                                ("state", "denied"),
                            ),
                            models.Q(models.Q(("state", "denied"), _negated=True), ("basis", ""), ("disagreement", "")),
                            _connector="OR",
                        ),
                        name="amendment_denied_says_on_what_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gt", models.F("asked_on"))), name="amendment_due_after_asked"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AmendmentEvent",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("person_id", models.UUIDField()),
                ("event", models.TextField()),
                ("words", models.TextField(blank=True, default="")),
                ("due_on", models.DateField()),
                ("amendment", models.ForeignKey(db_constraint=False, on_delete=models.PROTECT, to="records.amendment")),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.patient"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.unit"),
                ),
            ],
            options={
                "db_table": "amendment_event",
                "constraints": [models.UniqueConstraint(fields=("amendment", "version"), name="amendment_event_once")],
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("person_id", models.UUIDField()),
                ("what", models.TextField()),
                ("recipient", models.TextField()),
                ("reason", models.TextField()),
                ("sha256", models.BinaryField()),
                ("counts", models.JSONField()),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.patient"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.unit"),
                ),
            ],
            options={
                "db_table": "disclosure",
                "indexes": [models.Index(fields=["patient", "-id"], name="disclosure_by_patient")],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("sha256", models.BinaryField()),
                ("content", models.BinaryField()),
                ("size", models.IntegerField()),
                ("media_type", models.TextField()),
                ("title", models.TextField(blank=True, default="")),
                ("dated_on", models.DateField(null=True)),
                ("added_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.patient"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.unit"),
                ),
            ],
            options={
                "db_table": "document",
                "constraints": [models.UniqueConstraint(fields=("patient", "sha256"), name="document_once_a_patient")],
            },
        ),
        migrations.CreateModel(
            name="DocumentSource",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("is_current", models.BooleanField(default=True)),
                ("document", models.ForeignKey(db_constraint=False, on_delete=models.PROTECT, to="records.document")),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.patient"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(db_constraint=False, null=True, on_delete=models.PROTECT, to="records.resource"),
                ),
                (
                    "unit",
                    models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.unit"),
                ),
            ],
            options={
                "db_table": "document_source",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resource__isnull", False)),
                        fields=("document", "resource"),
                        name="document_source_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("label_mask", models.IntegerField(default=0)),
                ("reason", models.TextField()),
                ("set_by", models.UUIDField()),
                ("since", models.DateTimeField()),
                ("lifted_by", models.UUIDField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_because", models.TextField(blank=True, default="")),
                (
                    "patient",
                    models.ForeignKey(db_constraint=False, null=True, on_delete=models.PROTECT, to="records.patient"),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, null=True, on_delete=models.PROTECT, to="records.unit"
                    ),
                ),
            ],
            options={
                "db_table": "legal_hold",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_because", ""), ("lifted_by", None)),
                            models.Q(
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                models.Q(("lifted_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hold_is_lifted_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("patient", None), ("unit", None)),
                            models.Q(("patient__isnull", False), ("unit__isnull", False)),
                            _connector="OR",
                        ),
                        name="hold_is_of_patient_and_unit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("title", models.TextField(blank=True, default="")),
                ("dated_on", models.DateField(null=True)),
                ("words", models.TextField()),
                (
                    "document",
                    models.ForeignKey(db_constraint=False, null=True, on_delete=models.PROTECT, to="records.document"),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.patient"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(db_constraint=False, null=True, on_delete=models.PROTECT, to="records.resource"),
                ),
                (
                    "unit",
                    models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.PROTECT, to="records.unit"),
                ),
            ],
            options={
                "db_table": "note",
                "indexes": [models.Index(fields=["patient"], name="note_by_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document__isnull", False), ("resource", None)),
                            models.Q(("document", None), ("resource__isnull", False)),
                            _connector="OR",
                        ),
                        name="note_has_one_source",
                    )
                ],
            },
        ),
        migrations.RunSQL("\n".join(wall_rows_of_patient(table) for table in PATIENT_TABLES)),
        migrations.RunSQL("\n".join(tie_to_patient(table) for table in (*PATIENT_TABLES, "legal_hold"))),
        migrations.RunSQL(SQL.read_text()),
    ]
