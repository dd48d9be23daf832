"""Handoffs: who hands on to whom, what is said of each patient; the walls around them and what must never be."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("handoff_patient", "handoff_loop", "handoff_what_if")
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
OF_PATIENT = KEPT | {"db_constraint": False, "db_index": False}
NAMED = KEPT | {"db_index": False}


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0160_consents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handoff",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scope", models.TextField()),
                ("state", models.TextField(default="draft")),
                ("state_since", models.DateTimeField()),
                ("patient_count", models.IntegerField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
                ("giver", models.ForeignKey(to="records.person", related_name="+", **KEPT)),
                ("receiver", models.ForeignKey(to="records.person", related_name="+", **KEPT)),
                ("unit", models.ForeignKey(to="records.unit", **NAMED)),
            ],
            options={
                "db_table": "handoff",
            },
        ),
        migrations.CreateModel(
            name="HandoffLoop",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("handoff", models.ForeignKey(to="records.handoff", **NAMED)),
                ("loop", models.ForeignKey(to="records.loop", **KEPT)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "handoff_loop",
            },
        ),
        migrations.CreateModel(
            name="HandoffPatient",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("level", models.TextField(blank=True, default="")),
                ("summary", models.TextField(blank=True, default="")),
                ("question", models.TextField(blank=True, default="")),
                ("answer", models.TextField(blank=True, default="")),
                ("said_back", models.TextField(blank=True, default="")),
                ("handoff", models.ForeignKey(to="records.handoff", **NAMED)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "handoff_patient",
            },
        ),
        migrations.CreateModel(
            name="HandoffStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("event", models.TextField()),
                ("to_state", models.TextField()),
                ("handoff", models.ForeignKey(to="records.handoff", **NAMED)),
                ("person", models.ForeignKey(to="records.person", related_name="+", **NAMED)),
            ],
            options={
                "db_table": "handoff_step",
            },
        ),
        migrations.CreateModel(
            name="HandoffWhatIf",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("if_words", models.TextField()),
                ("then_words", models.TextField()),
                ("on", models.DateField()),
                ("handoff", models.ForeignKey(to="records.handoff", **KEPT)),
                ("loop", models.ForeignKey(null=True, to="records.loop", **KEPT)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "handoff_what_if",
            },
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=Q(("state__in", ["offered", "asked"])), fields=["expires_at"], name="handoff_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=Q(("scope__in", ["loops", "patients"])), name="handoff_scope_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("state__in", ["draft", "offered", "asked", "accepted", "declined", "withdrawn", "expired"])
                ),
                name="handoff_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=Q(("giver", models.F("receiver")), _negated=True), name="handoff_to_somebody_else"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(condition=Q(("patient_count__gte", 1)), name="handoff_has_patients"),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("state__in", ["offered", "asked"]), _negated=True),
                    ("expires_at__isnull", False),
                    _connector="OR",
                ),
                name="handoff_offered_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("ended_at__isnull", False), ("state__in", ["accepted", "declined", "withdrawn", "expired"])),
                    Q(
                        Q(("state__in", ["accepted", "declined", "withdrawn", "expired"]), _negated=True),
                        ("ended_at", None),
                    ),
                    _connector="OR",
                ),
                name="handoff_ended_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("reason__in", ["too_much", "away", "other_person", "let_us_talk"]), ("state", "declined")),
                    Q(Q(("state", "declined"), _negated=True), ("reason", "")),
                    _connector="OR",
                ),
                name="handoff_declined_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoffloop",
            constraint=models.UniqueConstraint(fields=("handoff", "loop"), name="handoff_loop_once"),
        ),
        migrations.AddIndex(
            model_name="handoffpatient",
            index=models.Index(fields=["patient"], name="handoff_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="handoffpatient",
            constraint=models.UniqueConstraint(fields=("handoff", "patient"), name="handoff_patient_once"),
        ),
        migrations.AddConstraint(
            model_name="handoffpatient",
            constraint=models.CheckConstraint(
                condition=Q(("level__in", ["", "stable", "watcher", "unstable"])), name="handoff_level_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoffpatient",
            constraint=models.CheckConstraint(
                condition=Q(("answer", ""), Q(("question", ""), _negated=True), _connector="OR"),
                name="handoff_answer_has_question",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoffpatient",
            constraint=models.CheckConstraint(
                condition=Q(("said_back", ""), Q(("said_back", models.F("summary")), _negated=True), _connector="OR"),
                name="handoff_said_back_in_own_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoffstep",
            constraint=models.UniqueConstraint(fields=("handoff", "version"), name="handoff_step_once_a_version"),
        ),
        migrations.AddConstraint(
            model_name="handoffstep",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("event__in", ["make", "offer", "ask", "answer", "accept", "decline", "withdraw", "expire"])
                ),
                name="handoff_step_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoffwhatif",
            constraint=models.CheckConstraint(
                condition=Q(Q(("if_words", ""), _negated=True), Q(("then_words", ""), _negated=True)),
                name="what_if_is_said",
            ),
        ),
        migrations.AddIndex(
            model_name="loop",
            index=models.Index(
                condition=Q(("clock", "colleague.answer")), fields=["owner"], name="loop_questions_by_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="loop",
            index=models.Index(
                condition=Q(("clock", "colleague.answer")),
                fields=["asked_by", "-opened_at"],
                name="loop_questions_by_asker",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "handoffs.sql").read_text("utf-8")),
    ]
