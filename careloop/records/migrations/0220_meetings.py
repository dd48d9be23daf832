"""Family meetings, support and crisis: who comes and was told, what was offered, what happened; the walls."""

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
        ("records", "0170_handoffs"),
    ]

    operations = [
        migrations.CreateModel(
            name="FamilyMeeting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("reason", models.TextField()),
                ("wishes", models.TextField(blank=True, default="")),
                ("agenda", models.TextField(blank=True, default="")),
                ("state", models.TextField(default="to_arrange")),
                ("state_since", models.DateTimeField()),
                ("starts_at", models.DateTimeField(null=True)),
                ("minutes", models.IntegerField(default=60)),
                ("form", models.TextField(blank=True, default="")),
                ("place", models.TextField(blank=True, default="")),
                ("interprets", models.TextField(blank=True, default="")),
                ("made_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                (
                    "interpreter_loop",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.loop",
                    ),
                ),
                (
                    "loop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.loop"
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
                "db_table": "family_meeting",
            },
        ),
        migrations.CreateModel(
            name="MeetingDecision",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("topic", models.TextField()),
                ("words", models.TextField()),
                (
                    "loop",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.loop"
                    ),
                ),
                ("meeting", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.familymeeting")),
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
                "db_table": "meeting_decision",
            },
        ),
        migrations.CreateModel(
            name="MeetingGuest",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("came", models.BooleanField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("told_road", models.TextField(blank=True, default="")),
                ("untold", models.TextField(blank=True, default="")),
                (
                    "meeting",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.familymeeting"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.circlemember",
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "told_by",
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
                "db_table": "meeting_guest",
            },
        ),
        migrations.CreateModel(
            name="MeetingStep",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("person_id", models.UUIDField()),
                ("event", models.TextField()),
                ("to_state", models.TextField()),
                (
                    "meeting",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.familymeeting"
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
                "db_table": "meeting_step",
            },
        ),
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
            model_name="familymeeting",
            index=models.Index(fields=["patient", "-made_at"], name="meeting_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="familymeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["to_arrange", "set", "held", "told", "cancelled"])),
                name="meeting_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="familymeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="meeting_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="familymeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ["", "in_person", "video", "phone"])), name="meeting_form_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="familymeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("interprets__in", ["", "nobody", "qualified", "adult_asked"])),
                name="meeting_child_never_interprets",
            ),
        ),
        migrations.AddConstraint(
            model_name="familymeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["set", "held", "told"]), _negated=True),
                    models.Q(
                        ("starts_at__isnull", False),
                        models.Q(("form", ""), _negated=True),
                        models.Q(("interprets", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="meeting_set_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="familymeeting",
            constraint=models.CheckConstraint(condition=models.Q(("minutes__range", (15, 480))), name="meeting_length"),
        ),
        migrations.AddConstraint(
            model_name="meetingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("topic__in", ["visits", "medicines", "results", "money", "mental", "substance", "emergency"])
                ),
                name="decision_topic_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="decision_is_said"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "patient"), ("member", None), ("person", None)),
                    models.Q(("kind", "member"), ("member__isnull", False), ("person", None)),
                    models.Q(("kind", "staff"), ("member", None), ("person__isnull", False)),
                    _connector="OR",
                ),
                name="guest_is_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_at", None), ("told_by", None), ("told_road", "")),
                    models.Q(
                        ("told_at__isnull", False),
                        ("told_by__isnull", False),
                        ("told_road__in", ["phone", "text", "email", "letter", "in_person", "portal"]),
                        ("untold", ""),
                    ),
                    _connector="OR",
                ),
                name="guest_told_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.CheckConstraint(
                condition=models.Q(("untold__in", ["", "no_consent", "did_not_want"])), name="guest_untold_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.UniqueConstraint(
                fields=("meeting", "kind", "member", "person"), name="guest_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingstep",
            constraint=models.UniqueConstraint(fields=("meeting", "version"), name="meeting_step_once_a_version"),
        ),
        migrations.AddConstraint(
            model_name="meetingstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("event__in", ["make", "set_time", "miss", "hold", "tell_last", "cancel"])),
                name="meeting_step_is_known",
            ),
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
