"""Bookings, what takes part in them, and what the database refuses of them."""

import careloop.basics.ids
import careloop.records.scheduling
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0021_calendars"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="loop",
            name="loop_kind_is_known",
        ),
        migrations.AddConstraint(
            model_name="loop",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["task", "gap", "safety", "review", "visit"])),
                name="loop_kind_is_known",
            ),
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("zone", models.TextField()),
                ("starts_wall", careloop.records.scheduling.WallTimeField()),
                ("seat_no", models.SmallIntegerField(null=True)),
                ("state", models.TextField(default="held")),
                ("state_since", models.DateTimeField()),
                ("minutes", models.SmallIntegerField()),
                ("hold_token", models.UUIDField()),
                ("hold_until", models.DateTimeField()),
                ("cancelled_by", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("note", models.TextField(blank=True, default="")),
                ("made_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                ("awaits_word", models.BooleanField(default=False)),
                (
                    "occupies",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Q(("state__in", ["held", "booked", "confirmed", "arrived"])),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "booked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                ("loop", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.loop")),
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
                (
                    "visit_type",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.visittype"
                    ),
                ),
            ],
            options={
                "db_table": "booking",
            },
        ),
        migrations.CreateModel(
            name="ExtraSeat",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("seat", models.SmallIntegerField()),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("reason", models.TextField()),
                ("allowed_at", models.DateTimeField()),
                (
                    "allowed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.directoryentry")),
            ],
            options={
                "db_table": "extra_seat",
            },
        ),
        migrations.CreateModel(
            name="GroupVisit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("zone", models.TextField()),
                ("starts_wall", careloop.records.scheduling.WallTimeField()),
                ("seats", models.SmallIntegerField()),
                ("minutes", models.SmallIntegerField()),
                ("is_cancelled", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
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
                    "unit",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"),
                ),
                (
                    "visit_type",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.visittype"
                    ),
                ),
            ],
            options={
                "db_table": "group_visit",
            },
        ),
        migrations.CreateModel(
            name="BookingPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("label_mask", models.IntegerField(default=0)),
                ("is_patient", models.BooleanField(default=False)),
                ("occupant_no", models.BigIntegerField(default=0)),
                ("seat", models.SmallIntegerField(default=0)),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("occupies", models.BooleanField(default=True)),
                (
                    "booking",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.booking",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.directoryentry",
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
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.unit",
                    ),
                ),
                (
                    "extra_seat",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="records.extraseat"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="records.groupvisit"),
                ),
            ],
            options={
                "db_table": "booking_part",
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="group",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="records.groupvisit"
            ),
        ),
        migrations.CreateModel(
            name="AnsweredRequest",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.TextField()),
                ("sha256", models.BinaryField()),
                ("answer", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "answered_request",
                "indexes": [models.Index(fields=["at"], name="answered_request_by_at")],
            },
        ),
    ]
