"""What the database refuses of referrals, and the walls around them."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = (
    "referral",
    "referral_packet",
    "referral_sending",
    "referral_answer",
    "referral_report",
    "stray_report",
    "referral_stay",
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0030_referrals"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferralStay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("label_mask", models.IntegerField(default=0)),
                ("state", models.TextField()),
                ("since", models.DateTimeField()),
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
                    "referral",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.referral",
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
                "db_table": "referral_stay",
            },
        ),
        migrations.AddField(
            model_name="referralsending",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.patient"
            ),
        ),
        migrations.AddField(
            model_name="referralsending",
            name="referral",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, to="records.referral"
            ),
        ),
        migrations.AddField(
            model_name="referralsending",
            name="sent_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="referralsending",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"
            ),
        ),
        migrations.AddField(
            model_name="strayreport",
            name="came_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="strayreport",
            name="decided_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="strayreport",
            name="document",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.document",
            ),
        ),
        migrations.AddField(
            model_name="strayreport",
            name="loop",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="records.loop"),
        ),
        migrations.AddField(
            model_name="strayreport",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="records.patient",
            ),
        ),
        migrations.AddField(
            model_name="strayreport",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["patient", "made_at"], name="referral_by_patient"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["unit", "state", "state_since"], name="referral_by_unit_state"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["unit", "made_at"], name="referral_by_unit_made"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "to_send",
                            "needs_info",
                            "checking",
                            "sent",
                            "delivered",
                            "silent",
                            "declined",
                            "accepted",
                            "date_set",
                            "missed",
                            "seen",
                            "report_in",
                            "read",
                            "closed",
                        ],
                    )
                ),
                name="referral_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__in", ["emergent", "urgent", "routine"])), name="referral_urgency_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("question", ""), _negated=True),
                    models.Q(("question_key", ""), _negated=True),
                    models.Q(("specialty", ""), _negated=True),
                    models.Q(("to_name", ""), _negated=True),
                ),
                name="referral_says_what_and_to_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), models.Q(("ended_as", ""), _negated=True)),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("ended_as", "")),
                    _connector="OR",
                ),
                name="referral_closed_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_as__in", ["done", "done_elsewhere"]), _negated=True),
                    models.Q(
                        ("read_by__isnull", False),
                        ("told_by__isnull", False),
                        models.Q(("told_how", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referral_closed_is_read_and_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("read_at", None), ("read_by", None)),
                    models.Q(("read_at__isnull", False), ("read_by__isnull", False)),
                    _connector="OR",
                ),
                name="referral_read_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("teach_back", ""), ("told_at", None), ("told_by", None), ("told_how", "")),
                    models.Q(
                        ("told_at__isnull", False),
                        ("told_by__isnull", False),
                        ("told_how__in", ["phone", "visit", "interpreter", "letter"]),
                    ),
                    _connector="OR",
                ),
                name="referral_told_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("starts_at", None), ("starts_wall", None), ("zone", "")),
                    models.Q(
                        ("starts_at__isnull", False),
                        ("starts_wall__isnull", False),
                        models.Q(("zone", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referral_date_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "date_set"), _negated=True), ("starts_at__isnull", False), _connector="OR"
                ),
                name="referral_with_date_has_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=("patient", "specialty", "question_key"),
                name="referral_once_a_question",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["delivered", "accepted", "declined", "needs_info", "silent"])),
                name="answer_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("evidence", []), _negated=True), name="report_has_evidence"
            ),
        ),
        migrations.AddConstraint(
            model_name="referralreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("read_at", None), ("read_by", None)),
                    models.Q(("read_at__isnull", False), ("read_by__isnull", False)),
                    _connector="OR",
                ),
                name="report_read_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralreport",
            constraint=models.UniqueConstraint(fields=("referral", "document"), name="report_once"),
        ),
        migrations.AddConstraint(
            model_name="referralsending",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["phone", "fax", "letter", "portal", "email", "by_hand"])),
                name="sending_channel_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralsending",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["checking", "sent", "delivered", "not_sent"])),
                name="sending_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralsending",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "checking"), models.Q(("evidence", ""), _negated=True), _connector="OR"),
                name="sending_has_evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralsending",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "checking")), fields=("referral",), name="sending_one_unsure"
            ),
        ),
        migrations.AddIndex(
            model_name="strayreport",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["unit", "came_at"], name="stray_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="strayreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by", None),
                        ("document", None),
                        ("patient", None),
                        ("reason", ""),
                        ("state", "waiting"),
                    ),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("document__isnull", False),
                        ("patient__isnull", False),
                        ("state", "matched"),
                    ),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("document", None),
                        ("patient", None),
                        ("state", "set_aside"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="stray_is_in_one_place",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "referrals.sql").read_text("utf-8")),
    ]
