"""Referrals: the question, what was sent and answered, reports, and reports of nobody yet."""

import careloop.basics.ids
import careloop.records.scheduling
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0023_booking_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("state", models.TextField(default="to_send")),
                ("state_since", models.DateTimeField()),
                ("before", models.TextField(blank=True, default="")),
                ("ended_as", models.TextField(blank=True, default="")),
                ("urgency", models.TextField()),
                ("specialty", models.TextField()),
                ("question", models.TextField()),
                ("question_key", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("to_name", models.TextField()),
                ("see_by", models.DateField()),
                ("starts_at", models.DateTimeField(null=True)),
                ("zone", models.TextField(blank=True, default="")),
                ("starts_wall", careloop.records.scheduling.WallTimeField(null=True)),
                ("late_because", models.TextField(blank=True, default="")),
                ("silences", models.SmallIntegerField(default=0)),
                ("misses", models.SmallIntegerField(default=0)),
                ("is_elsewhere", models.BooleanField(default=False)),
                ("had_date", models.BooleanField(default=False)),
                ("decline_reason", models.TextField(blank=True, default="")),
                ("seen_on", models.DateField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("told_how", models.TextField(blank=True, default="")),
                ("teach_back", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "db_table": "referral",
            },
        ),
        migrations.CreateModel(
            name="ReferralAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("kind", models.TextField()),
                ("said_by", models.TextField(blank=True, default="")),
                ("note", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "referral_answer",
            },
        ),
        migrations.CreateModel(
            name="ReferralPacket",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("profile", models.TextField()),
                ("manifest", models.BinaryField()),
                ("manifest_sha256", models.BinaryField()),
                ("content", models.BinaryField()),
                ("sha256", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "referral_packet",
            },
        ),
        migrations.CreateModel(
            name="ReferralReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("evidence", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("came_at", models.DateTimeField()),
                ("is_amended", models.BooleanField(default=False)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "referral_report",
            },
        ),
        migrations.CreateModel(
            name="ReferralSending",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("to_name", models.TextField()),
                ("address", models.TextField(blank=True, default="")),
                ("channel", models.TextField()),
                ("state", models.TextField()),
                ("evidence", models.TextField(blank=True, default="")),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "db_table": "referral_sending",
            },
        ),
        migrations.CreateModel(
            name="StrayReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("state", models.TextField(default="waiting")),
                ("title", models.TextField()),
                ("claimed_name", models.TextField(blank=True, default="")),
                ("claimed_birth_on", models.DateField(null=True)),
                ("claimed_number", models.TextField(blank=True, default="")),
                ("came_for", models.TextField()),
                ("content", models.BinaryField()),
                ("sha256", models.BinaryField()),
                ("words", models.TextField(blank=True, default="")),
                ("came_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "db_table": "stray_report",
            },
        ),
        migrations.RemoveConstraint(
            model_name="loop",
            name="loop_kind_is_known",
        ),
        migrations.AddConstraint(
            model_name="loop",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["task", "gap", "safety", "review", "visit", "referral"])),
                name="loop_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="asked_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="booking",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.booking",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="loop",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="records.loop"),
        ),
        migrations.AddField(
            model_name="referral",
            name="made_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.patient"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="read_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="to_entry",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.directoryentry",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="told_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"
            ),
        ),
        migrations.AddField(
            model_name="referralanswer",
            name="noted_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="referralanswer",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.patient"
            ),
        ),
        migrations.AddField(
            model_name="referralanswer",
            name="referral",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, to="records.referral"
            ),
        ),
        migrations.AddField(
            model_name="referralanswer",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"
            ),
        ),
        migrations.AddField(
            model_name="referralpacket",
            name="made_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="referralpacket",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.patient"
            ),
        ),
        migrations.AddField(
            model_name="referralpacket",
            name="referral",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, to="records.referral"
            ),
        ),
        migrations.AddField(
            model_name="referralpacket",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"
            ),
        ),
        migrations.AddField(
            model_name="referralreport",
            name="came_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="referralreport",
            name="document",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.document"
            ),
        ),
        migrations.AddField(
            model_name="referralreport",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.patient"
            ),
        ),
        migrations.AddField(
            model_name="referralreport",
            name="read_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="referralreport",
            name="referral",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, to="records.referral"
            ),
        ),
        migrations.AddField(
            model_name="referralreport",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"
            ),
        ),
        migrations.AddField(
            model_name="referralsending",
            name="packet",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="records.referralpacket",
            ),
        ),
    ]
