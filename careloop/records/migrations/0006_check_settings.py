"""What the clinic's clinicians sign about the checks, and the counts that say how often a check helps."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import careloop.basics.ids

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [("records", "0008_orders")]

    operations = [
        migrations.CreateModel(
            name="CheckSetting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("check_name", models.TextField()),
                ("version", models.IntegerField()),
                ("is_on", models.BooleanField()),
                ("is_unverified_on", models.BooleanField(default=False)),
                ("thresholds", models.JSONField(default=dict)),
                ("note", models.TextField(blank=True, default="")),
                ("from_at", models.DateTimeField()),
                (
                    "signed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "check_setting",
                "indexes": [models.Index(fields=["check_name", "-from_at", "-id"], name="check_setting_newest")],
                "constraints": [
                    models.CheckConstraint(condition=~Q(check_name=""), name="check_setting_names_a_check"),
                    models.CheckConstraint(condition=Q(version__gte=1), name="check_setting_has_version"),
                    models.CheckConstraint(
                        condition=Q(is_on=True) | Q(is_unverified_on=False), name="check_setting_off_is_off_whole"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="loop",
            index=models.Index(
                condition=Q(state="closed") & ~Q(check_name=""),
                fields=["check_name", "closed_at"],
                name="loop_closed_by_check",
            ),
        ),
        migrations.RunSQL((SQL / "signing.sql").read_text()),
    ]
