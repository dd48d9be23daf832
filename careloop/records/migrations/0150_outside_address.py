"""The address from which a calendar elsewhere is fetched."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0140_misfiled_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideAddress",
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
                ("sealed", models.TextField()),
                ("shown", models.TextField()),
                ("set_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("wait_until", models.DateTimeField(null=True)),
                ("claim", models.UUIDField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("reached_at", models.DateTimeField(null=True)),
                ("trouble", models.JSONField(null=True)),
                ("failures", models.SmallIntegerField(default=0)),
                ("etag", models.TextField(blank=True, default="")),
                ("modified", models.TextField(blank=True, default="")),
                ("zone", models.TextField(blank=True, default="")),
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
                "db_table": "outside_address",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claim__isnull", True), ("claimed_until__isnull", True)),
                            models.Q(("claim__isnull", False), ("claimed_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="outside_address_claim_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failures", 0), ("trouble__isnull", True)),
                            models.Q(("failures__gt", 0), ("trouble__isnull", False)),
                            _connector="OR",
                        ),
                        name="outside_address_trouble_counts",
                    ),
                ],
                "indexes": [models.Index(fields=["due_at"], name="outside_address_by_due")],
            },
        ),
        migrations.RunSQL((SQL / "outside_address.sql").read_text("utf-8")),
    ]
