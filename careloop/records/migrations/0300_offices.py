"""Letters to offices, clinicians and health plans: what left, its way through the outbox, and its walls."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
LOOSE = {"db_constraint": False, "db_index": False, **KEPT}
PATIENT_TABLES = ("office_letter",)
KINDS = ["message", "packet", "invitation", "office"]
STOPPED = [
    "dead", "stopped", "no_consent", "frozen", "moved", "medicine_changed", "too_late", "by_person", "not_sent_again",
    "office_changed",
]  # fmt: skip
LETTERS = [
    "own_words", "referral_status", "missing_records", "corrected_details", "approval_status", "thank_close",
]  # fmt: skip
CHANGED = (
    ("outbox_kind_is_known", Q(kind__in=KINDS)),
    (
        "outbox_withdrawn_says_why",
        Q(state="withdrawn", stopped_because__in=STOPPED) | ~Q(state="withdrawn") & Q(stopped_because=""),
    ),
    (
        "outbox_packet_has_a_sending",
        Q(kind="packet", sending__isnull=False, point=None, member=None, road__in=["email", "letter"])
        | ~Q(kind="packet") & Q(sending=None) & (Q(point__isnull=False) | Q(kind="office")),
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0280_joins"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficeLetter",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("message", models.OneToOneField(primary_key=True, serialize=False, to="records.message", **KEPT)),
                ("to_name", models.TextField()),
                ("way", models.TextField()),
                ("address", models.TextField()),
                ("kind", models.TextField()),
                ("code", models.TextField()),
                ("basis", models.TextField(default="treatment")),
                ("asks", models.BooleanField(default=False)),
                ("knows_dead", models.BooleanField(default=False)),
                ("manifest", models.BinaryField()),
                ("manifest_sha256", models.BinaryField()),
                ("content", models.BinaryField()),
                ("sha256", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(db_index=False, related_name="+", to="records.directoryentry", **KEPT),
                ),
                ("made_by", models.ForeignKey(db_index=False, related_name="+", to="records.person", **KEPT)),
                ("patient", models.ForeignKey(to="records.patient", **LOOSE)),
                ("unit", models.ForeignKey(to="records.unit", **LOOSE)),
            ],
            options={
                "db_table": "office_letter",
                "indexes": [
                    models.Index(fields=["code"], name="letter_by_code"),
                    models.Index(fields=["patient", "-made_at"], name="letter_by_patient"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(way__in=["email", "fax", "letter"]), name="letter_way_is_known"),
                    models.CheckConstraint(condition=Q(kind__in=LETTERS), name="letter_kind_is_known"),
                    models.CheckConstraint(
                        condition=Q(basis__in=["treatment", "payment", "operations"]), name="letter_has_a_ground"
                    ),
                    models.CheckConstraint(
                        condition=~Q(address="") & ~Q(to_name="") & ~Q(code=""), name="letter_says_where_to"
                    ),
                ],
            },
        ),
        *(migrations.RemoveConstraint("outbox", name) for name, _ in CHANGED),
        *(
            migrations.AddConstraint("outbox", models.CheckConstraint(condition=condition, name=name))
            for name, condition in CHANGED
        ),
        migrations.AddConstraint(
            "outbox",
            models.CheckConstraint(
                condition=~Q(kind="office")
                | Q(message=F("id"), thread__isnull=False, point=None, member=None, road__in=["email", "letter"]),
                name="outbox_letter_is_to_an_office",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "offices.sql").read_text("utf-8")),
    ]
