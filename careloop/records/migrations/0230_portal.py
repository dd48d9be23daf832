"""Links for patients: each opens one thing for a while and acts for itself; what was done with it, and the walls."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("patient_link", "patient_link_step")
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
NAMED = KEPT | {"db_index": False}
OF_PATIENT = NAMED | {"db_constraint": False}
KEY = {"default": careloop.basics.ids.new_id, "editable": False, "primary_key": True, "serialize": False}


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0221_support"),
    ]

    operations = [
        migrations.CreateModel(
            name="PatientLink",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("label_mask", models.IntegerField(default=0)),
                ("purpose", models.TextField()),
                ("question", models.TextField(blank=True, default="")),
                ("answer_form", models.TextField(blank=True, default="")),
                ("token_hash", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("locked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("uses", models.IntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("booking", models.ForeignKey(null=True, to="records.booking", **KEPT)),
                ("ended_by", models.ForeignKey(null=True, related_name="+", to="records.person", **NAMED)),
                ("loop", models.ForeignKey(null=True, to="records.loop", **KEPT)),
                ("made_by", models.ForeignKey(related_name="+", to="records.person", **NAMED)),
                ("member", models.ForeignKey(null=True, to="records.circlemember", **NAMED)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("person", models.OneToOneField(related_name="+", to="records.person", **KEPT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "patient_link",
            },
        ),
        migrations.CreateModel(
            name="PatientLinkStep",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("step", models.TextField()),
                ("words", models.TextField(blank=True, default="")),
                ("booking", models.ForeignKey(null=True, to="records.booking", **NAMED)),
                ("link", models.ForeignKey(to="records.patientlink", **KEPT)),
                ("loop", models.ForeignKey(null=True, to="records.loop", **NAMED)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("person", models.ForeignKey(related_name="+", to="records.person", **NAMED)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={
                "db_table": "patient_link_step",
            },
        ),
        migrations.AddIndex(
            model_name="patientlink",
            index=models.Index(fields=["patient", "-made_at"], name="patient_link_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.UniqueConstraint(fields=("token_hash",), name="link_token_once"),
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["visit", "question", "next", "all"])), name="link_purpose_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer_form", ""),
                        ("booking__isnull", False),
                        ("loop", None),
                        ("purpose", "visit"),
                        ("question", ""),
                    ),
                    models.Q(
                        ("booking", None),
                        ("loop__isnull", False),
                        ("member", None),
                        ("purpose", "question"),
                        models.Q(("question", ""), _negated=True),
                        ("answer_form__in", ["yes_no", "words"]),
                    ),
                    models.Q(
                        ("answer_form", ""),
                        ("booking", None),
                        ("loop", None),
                        ("purpose__in", ["next", "all"]),
                        ("question", ""),
                    ),
                    _connector="OR",
                ),
                name="link_about_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))), name="link_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("locked_at", None), ("tries__range", (0, 4))),
                    models.Q(("locked_at__isnull", False), ("tries", 5)),
                    _connector="OR",
                ),
                name="link_locked_after_tries",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="link_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("used_at", None), ("uses", 0)),
                    models.Q(("used_at__isnull", False), ("uses__gt", 0)),
                    _connector="OR",
                ),
                name="link_used_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientlinkstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        ["given", "wrong", "locked", "ended", "opened", "confirmed", "asked_change", "answered"],
                    )
                ),
                name="link_step_is_known",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "portal.sql").read_text("utf-8")),
    ]
