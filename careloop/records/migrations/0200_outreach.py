"""Outreach lists: whom they name, who calls whom, and the walls around them."""

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
PATIENT_TABLES = ("outreach_entry",)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0190_threads"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutreachEntry",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("label_mask", models.IntegerField(default=0)),
                ("state", models.TextField(default="waiting")),
                ("place", models.IntegerField()),
                ("language", models.TextField(blank=True, default="")),
                ("band", models.TextField(blank=True, default="")),
                ("claimed_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("next_on", models.DateField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("last_result", models.TextField(blank=True, default="")),
                ("left_out_why", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("claimed_by", models.ForeignKey(null=True, to="records.person", **BESIDE)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "outreach_entry",
            },
        ),
        migrations.CreateModel(
            name="OutreachList",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("name", models.TextField()),
                ("rule", models.JSONField()),
                ("per_day", models.SmallIntegerField()),
                ("quiet_days", models.SmallIntegerField()),
                ("most_tries", models.SmallIntegerField()),
                ("state", models.TextField(default="open")),
                ("made_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.IntegerField(default=1)),
                ("made_by", models.ForeignKey(to="records.person", **BESIDE)),
                ("unit", models.ForeignKey(to="records.unit", **NAMED)),
            ],
            options={
                "db_table": "outreach_list",
            },
        ),
        migrations.AddField(
            model_name="outreachentry",
            name="list",
            field=models.ForeignKey(to="records.outreachlist", **NAMED),
        ),
        migrations.AddConstraint(
            model_name="outreachlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="outreach_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="outreachlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "closed"])), name="outreach_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="outreachlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at", None)),
                    _connector="OR",
                ),
                name="outreach_closed_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="outreachlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("most_tries__range", (1, 9)), ("per_day__range", (1, 1000)), ("quiet_days__range", (1, 365))
                ),
                name="outreach_pace_is_some",
            ),
        ),
        migrations.AddIndex(
            model_name="outreachentry",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "claimed"])),
                fields=["list", "place"],
                name="outreach_next",
            ),
        ),
        migrations.AddIndex(
            model_name="outreachentry",
            index=models.Index(fields=["patient"], name="outreach_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="outreachentry",
            constraint=models.UniqueConstraint(fields=("list", "patient"), name="outreach_person_once_a_list"),
        ),
        migrations.AddConstraint(
            model_name="outreachentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "claimed")), fields=("patient",), name="outreach_called_by_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="outreachentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "claimed", "ended", "left_out"])),
                name="entry_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outreachentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "last_result__in",
                        [
                            "",
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
                name="entry_result_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outreachentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("claimed_at__isnull", False),
                        ("claimed_by__isnull", False),
                        ("lease_until__gt", models.F("claimed_at")),
                        ("state", "claimed"),
                    ),
                    models.Q(models.Q(("state", "claimed"), _negated=True), ("lease_until", None)),
                    _connector="OR",
                ),
                name="entry_claimed_by_somebody_for_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="outreachentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "left_out_why__in",
                            ["died", "asked_not", "no_number", "hospice", "recent", "on_another_list", "list_closed"],
                        ),
                        ("state", "left_out"),
                    ),
                    models.Q(models.Q(("state", "left_out"), _negated=True), ("left_out_why", "")),
                    _connector="OR",
                ),
                name="entry_left_out_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="outreachentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ["ended", "left_out"])),
                    models.Q(("ended_at", None), ("state__in", ["waiting", "claimed"])),
                    _connector="OR",
                ),
                name="entry_over_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="outreachentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ended"), _negated=True),
                    models.Q(("tries__gte", 1), models.Q(("last_result", ""), _negated=True)),
                    _connector="OR",
                ),
                name="entry_ended_was_tried",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "outreach.sql").read_text("utf-8")),
    ]
