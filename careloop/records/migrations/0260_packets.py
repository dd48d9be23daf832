"""Referral packets on their way out: a row of the outbox for one sending, without an address of the patient's."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).with_name("sql")
KEPT = {"on_delete": django.db.models.deletion.PROTECT}


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0250_ways_back"),
    ]

    operations = [
        migrations.AlterField(
            "outbox", "point", models.ForeignKey(null=True, to="records.contactpoint", db_index=False, **KEPT)
        ),
        migrations.AddField(
            "outbox",
            "sending",
            models.OneToOneField(null=True, to="records.referralsending", db_constraint=False, **KEPT),
        ),
        migrations.AddConstraint(
            "outbox",
            models.CheckConstraint(
                name="outbox_packet_has_a_sending",
                condition=Q(kind="packet", sending__isnull=False, point=None, member=None, road__in=["email", "letter"])
                | ~Q(kind="packet") & Q(sending=None, point__isnull=False),
            ),
        ),
        migrations.RunSQL((SQL / "packets.sql").read_text("utf-8")),
    ]
