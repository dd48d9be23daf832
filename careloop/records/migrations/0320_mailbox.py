"""The mailbox of answers, answers that were read wrongly, offers that somebody else took, and replies in their order."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("answer_correction",)
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
NAMED = KEPT | {"db_index": False}
OF_PATIENT = NAMED | {"db_constraint": False}
DID = [
    "nothing", "confirmed", "booked", "declined", "noted", "loop", "stopped", "started", "replied", "person",
    "automatic",
]  # fmt: skip
MEANINGS = ["urgent", "stop", "start", "help", "yes", "no", "change", "ride", "money", "words"]
TROUBLES = ["silent", "certificate", "sign_in", "folder", "odd", "key", "plain"]
UNDONE = ["nothing", "visit", "stop", "start", "offer"]
REVIEWS = ["unknown", "shared", "unreadable", "dead", "left"]
CHECKS = (
    ("answercorrection", "correction_meaning_is_known", Q(meaning__in=MEANINGS)),
    ("answercorrection", "correction_is_another_meaning", ~Q(meaning=F("was"))),
    ("answercorrection", "correction_says_why", ~Q(why="")),
    ("answercorrection", "correction_undone_is_known", Q(undone__in=UNDONE)),
    ("mailbox", "mailbox_is_one", Q(id=1)),
    ("mailbox", "mailbox_security_is_known", Q(security__in=["tls", "starttls", "plain"])),
    ("mailbox", "mailbox_trouble_counts", Q(trouble="", failures=0) | Q(trouble__in=TROUBLES, failures__gt=0)),
    (
        "mailboxletter",
        "letter_left_says_why",
        Q(became="kept", why="") | Q(became="left", why__in=["too_large", "unreadable"], marked_at=None),
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0310_packet_roads"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerCorrection",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                (
                    "answer",
                    models.OneToOneField(primary_key=True, serialize=False, to="records.answer", **KEPT),
                ),
                ("was", models.TextField()),
                ("meaning", models.TextField()),
                ("asked", models.TextField()),
                ("language", models.TextField(blank=True, default="")),
                ("phrases", models.JSONField(default=list)),
                ("undone", models.TextField()),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(related_name="+", to="records.person", **NAMED)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
            ],
            options={"db_table": "answer_correction"},
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("generation", models.IntegerField(default=1)),
                ("host", models.TextField()),
                ("port", models.IntegerField()),
                ("security", models.TextField()),
                ("folder", models.TextField()),
                ("username", models.TextField()),
                ("sealed", models.TextField()),
                ("is_on", models.BooleanField(default=True)),
                ("set_at", models.DateTimeField()),
                ("uid_validity", models.BigIntegerField(default=0)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("reached_at", models.DateTimeField(null=True)),
                ("trouble", models.TextField(blank=True, default="")),
                ("failures", models.SmallIntegerField(default=0)),
                ("set_by", models.ForeignKey(related_name="+", to="records.person", **NAMED)),
            ],
            options={"db_table": "mailbox"},
        ),
        migrations.CreateModel(
            name="MailboxLetter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("generation", models.IntegerField()),
                ("uid_validity", models.BigIntegerField()),
                ("uid", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("became", models.TextField()),
                ("why", models.TextField(blank=True, default="")),
                ("marked_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "mailbox_letter"},
        ),
        migrations.AddField("waitlistoffer", "told_taken_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("answer", "answer_did_is_known"),
        migrations.AddConstraint(
            "answer", models.CheckConstraint(condition=Q(did__in=DID), name="answer_did_is_known")
        ),
        migrations.RemoveConstraint("answerreview", "review_why_is_known"),
        migrations.AddConstraint(
            "answerreview", models.CheckConstraint(condition=Q(why__in=REVIEWS), name="review_why_is_known")
        ),
        migrations.AddIndex(
            "mailboxletter",
            models.Index(condition=Q(became="kept", marked_at=None), fields=["uid"], name="letter_unmarked"),
        ),
        migrations.AddIndex("answercorrection", models.Index(fields=["-at"], name="correction_newest")),
        migrations.AddConstraint(
            "mailboxletter",
            models.UniqueConstraint(fields=("generation", "uid_validity", "uid"), name="letter_once"),
        ),
        *(
            migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))
            for model, name, condition in CHECKS
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "mailbox.sql").read_text("utf-8")),
    ]
