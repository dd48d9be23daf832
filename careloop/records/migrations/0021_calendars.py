"""Calendars and what a visit is."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0020_directory"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("is_open", models.BooleanField(default=False)),
                ("opens", models.TimeField(null=True)),
                ("closes", models.TimeField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("set_at", models.DateTimeField()),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.directoryentry")),
                (
                    "set_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "calendar_day",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))), name="calendar_day_lasts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes", None), ("opens", None)),
                            models.Q(
                                ("closes__gt", models.F("opens")), ("closes__isnull", False), ("opens__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="calendar_day_is_whole_or_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarHours",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("weekday", models.SmallIntegerField()),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
                ("from_on", models.DateField(null=True)),
                ("until_on", models.DateField(null=True)),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.directoryentry")),
            ],
            options={
                "db_table": "calendar_hours",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__range", (1, 7))), name="calendar_weekday_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens"))), name="calendar_closes_after_opening"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_on", None),
                            ("until_on", None),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="calendar_hours_last",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitType",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("is_active", models.BooleanField(default=True)),
                ("minutes", models.SmallIntegerField()),
                ("gap_before", models.SmallIntegerField(default=0)),
                ("gap_after", models.SmallIntegerField(default=0)),
                ("preparation", models.TextField(default="none")),
                ("needs_practitioner", models.BooleanField(default=True)),
                ("needs_escort", models.BooleanField(default=False)),
                ("needs_fasting", models.BooleanField(default=False)),
                ("room_sort", models.TextField(blank=True, default="")),
                ("device_sort", models.TextField(blank=True, default="")),
                ("seats", models.SmallIntegerField(default=1)),
                ("labels", models.IntegerField(default=0)),
                ("version", models.IntegerField(default=1)),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "visit_type",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="visit_type_has_name"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True)), fields=("name",), name="visit_type_named_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("minutes__range", (5, 720))), name="visit_type_lasts"),
                    models.CheckConstraint(
                        condition=models.Q(("gap_before__range", (0, 240)), ("gap_after__range", (0, 240))),
                        name="visit_type_gaps_are_short",
                    ),
                    models.CheckConstraint(condition=models.Q(("seats__range", (1, 200))), name="visit_type_has_seats"),
                    models.CheckConstraint(
                        condition=models.Q(("labels__range", (0, 255))), name="visit_type_labels_are_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("preparation__in", ["none", "fasting", "medicine_list", "escort", "records"])
                        ),
                        name="visit_type_preparation_is_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "calendars.sql").read_text("utf-8")),
    ]
