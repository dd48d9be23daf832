"""A family meeting books its room, interpreter and clinicians as a visit does: nothing is booked twice."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).with_name("sql") / "meeting_rooms.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0330_pages"),
    ]

    operations = [
        migrations.AddField(
            "bookingpart",
            "meeting",
            models.ForeignKey(
                null=True, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.familymeeting"
            ),
        ),
        migrations.RemoveConstraint("bookingpart", "part_is_of_booking_or_group"),
        migrations.AddConstraint(
            "bookingpart",
            models.CheckConstraint(
                name="part_is_of_booking_or_group",
                condition=Q(booking__isnull=False, group=None, meeting=None, patient__isnull=False)
                | Q(booking=None, group__isnull=False, meeting=None, patient=None)
                | Q(booking=None, group=None, meeting__isnull=False, patient__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "bookingpart",
            models.Index(name="part_by_meeting", fields=["meeting"], condition=Q(meeting__isnull=False)),
        ),
        migrations.RunSQL(SQL.read_text("utf-8")),
    ]
