"""When people and things are busy elsewhere, as their own calendars say; who leads a group is read by every team."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0110_referral_list"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideCalendar",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="records.directoryentry",
                    ),
                ),
                ("read_at", models.DateTimeField()),
                ("known_until", models.DateTimeField()),
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
                "db_table": "outside_calendar",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("known_until__gt", models.F("read_at"))), name="outside_calendar_lasts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideBusy",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.outsidecalendar",
                    ),
                ),
            ],
            options={
                "db_table": "outside_busy",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="outside_busy_lasts"
                    ),
                ],
                "indexes": [models.Index(fields=["calendar", "ends_at"], name="outside_busy_by_end")],
            },
        ),
        migrations.RunSQL((SQL / "outside_busy.sql").read_text("utf-8")),
        migrations.RunSQL((SQL / "group_parts.sql").read_text("utf-8")),
    ]
