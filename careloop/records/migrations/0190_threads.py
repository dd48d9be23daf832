"""Who is answering, how answers were understood, what waits for a name, who approved which words; and the walls."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("thread_lock", "answer")
OF_PATIENT = (*PATIENT_TABLES, "answer_review")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0180_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="ThreadLock",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="records.thread",
                    ),
                ),
                ("until", models.DateTimeField()),
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
                "db_table": "thread_lock",
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="records.message",
                    ),
                ),
                ("reference", models.TextField(blank=True, default="")),
                ("asked", models.TextField()),
                ("meaning", models.TextField()),
                ("also", models.JSONField(default=list)),
                ("hints", models.JSONField(default=list)),
                ("found", models.JSONField(default=list)),
                ("did", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "answers",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.outbox",
                    ),
                ),
                (
                    "inbox_item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.inboxitem"
                    ),
                ),
                (
                    "loop",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.loop",
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
                "db_table": "answer",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True), fields=("reference",), name="answer_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked__in", ["visit", "offer", "pills", "question", "nothing"])),
                        name="answer_asked_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "meaning__in",
                                ["urgent", "stop", "start", "help", "yes", "no", "change", "ride", "money", "words"],
                            )
                        ),
                        name="answer_meaning_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("did__in", ["nothing", "confirmed", "loop", "stopped", "started", "replied", "person"])
                        ),
                        name="answer_did_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("meaning", "urgent"), _negated=True), ("loop__isnull", False), _connector="OR"
                        ),
                        name="answer_of_danger_reached_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("road", models.TextField()),
                ("address", models.TextField()),
                ("words", models.TextField(blank=True, default="")),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                (
                    "inbox_item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.inboxitem"
                    ),
                ),
                (
                    "loop",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.loop"
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
                    "settled_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
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
                "db_table": "answer_review",
                "indexes": [
                    models.Index(condition=models.Q(("settled_at", None)), fields=["unit", "at"], name="review_waiting")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["unknown", "shared", "unreadable", "dead"])),
                        name="review_why_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("settled_by", None)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="review_settled_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WordsApproval",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.TextField()),
                ("language", models.TextField()),
                ("sha256", models.BinaryField()),
                ("state", models.TextField()),
                ("qualification", models.TextField()),
                ("note", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "words_approval",
                "indexes": [models.Index(fields=["key", "language", "-id"], name="approval_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "reviewed", "approved"])),
                        name="approval_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"), models.Q(("qualification", ""), _negated=True), _connector="OR"
                        ),
                        name="approval_says_what_one_is",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True), models.Q(("language", ""), _negated=True)
                        ),
                        name="approval_names_words",
                    ),
                ],
            },
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in OF_PATIENT),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in OF_PATIENT),
        migrations.RunSQL((SQL / "threads.sql").read_text("utf-8")),
    ]
