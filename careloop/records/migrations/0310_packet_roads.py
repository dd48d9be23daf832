"""Packets to FHIR servers; a visit that was not missed after all; when a page that waits was last looked at."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).with_name("sql")
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
ADDRESS = r"^(https://[^/@\s?#]+|http://(127\.[0-9.]+|localhost|\[::1\]):[0-9]+)(/[^\s?#]*)?$"
CHANNELS = ["phone", "fax", "letter", "portal", "email", "by_hand", "fhir"]
ROADS = ["phone", "text", "email", "letter", "in_person", "portal", "fhir"]
STOPPED = [
    "dead", "stopped", "no_consent", "frozen", "moved", "medicine_changed", "too_late", "by_person", "not_sent_again",
    "document_changed", "office_changed",
]  # fmt: skip


def again(model: str, name: str, condition: Q) -> list[migrations.operations.base.Operation]:
    """Return what puts a constraint in place of the one of its name."""
    made = models.CheckConstraint(name=name, condition=condition)
    return [migrations.RemoveConstraint(model, name), migrations.AddConstraint(model, made)]


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0300_offices"),
    ]

    operations = [
        migrations.CreateModel(
            name="FhirEndpoint",
            fields=[
                ("entry", models.OneToOneField(primary_key=True, serialize=False, to="records.directoryentry", **KEPT)),
                ("url", models.TextField()),
                ("sealed", models.TextField(blank=True, default="")),
                ("set_at", models.DateTimeField()),
                ("set_by", models.ForeignKey(db_index=False, related_name="+", to="records.person", **KEPT)),
            ],
            options={
                "db_table": "fhir_endpoint",
                "constraints": [models.CheckConstraint(name="endpoint_is_on_the_web", condition=Q(url__regex=ADDRESS))],
            },
        ),
        *again("referralsending", "sending_channel_is_known", Q(channel__in=CHANNELS)),
        *again("outbox", "outbox_road_is_known", Q(road__in=ROADS)),
        *again(
            "outbox",
            "outbox_withdrawn_says_why",
            Q(state="withdrawn", stopped_because__in=STOPPED) | ~Q(state="withdrawn") & Q(stopped_because=""),
        ),
        *again(
            "outbox",
            "outbox_packet_has_a_sending",
            Q(kind="packet", sending__isnull=False, point=None, member=None, road__in=["email", "letter", "fhir"])
            | ~Q(kind="packet") & ~Q(road="fhir") & Q(sending=None) & (Q(point__isnull=False) | Q(kind="office")),
        ),
        migrations.AddField("plansearch", "seen_at", models.DateTimeField(null=True)),
        migrations.RunSQL((SQL / "packet_roads.sql").read_text("utf-8")),
    ]
