"""Family meetings: the meeting, who comes and was told, what was decided, and its history."""

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0210_covering"),
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
    ]
