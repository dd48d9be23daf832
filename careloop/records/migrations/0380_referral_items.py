"""What is in order before a specialist sees a patient, and the walls around it."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("referral_item",)
LOOSE = {"db_constraint": False, "db_index": False, "on_delete": django.db.models.deletion.PROTECT}
ITEMS = ["coverage", "approval", "interpreter", "ride", "instructions"]


class Migration(migrations.Migration):
    dependencies = [("records", "0370_portal_address")]

    operations = [
        migrations.AddField("referral", "approval_since", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="ReferralItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("label_mask", models.IntegerField(default=0)),
                ("item", models.TextField()),
                ("state", models.TextField()),
                ("note", models.TextField(blank=True, default="")),
                ("first_on", models.DateField(null=True)),
                ("last_on", models.DateField(null=True)),
                ("covered_by", models.TextField(blank=True, default="")),
                ("to_name", models.TextField()),
                ("starts_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                ("referral", models.ForeignKey(to="records.referral", **LOOSE)),
                ("patient", models.ForeignKey(to="records.patient", **LOOSE)),
                ("unit", models.ForeignKey(to="records.unit", **LOOSE)),
                (
                    "noted_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "referral_item",
                "constraints": [
                    models.CheckConstraint(name="referral_item_is_known", condition=Q(item__in=ITEMS)),
                    models.CheckConstraint(
                        name="referral_item_state_is_known", condition=Q(state__in=["open", "done", "not_needed"])
                    ),
                    models.CheckConstraint(
                        name="referral_item_says_what_shows_it", condition=Q(state="open") | ~Q(note="")
                    ),
                    models.CheckConstraint(
                        name="referral_item_approval_has_days",
                        condition=Q(item="approval", state="done", first_on__isnull=False, last_on__gte=F("first_on"))
                        | Q(first_on=None, last_on=None) & ~Q(item="approval", state="done"),
                    ),
                ],
                "indexes": [models.Index(name="referral_item_newest", fields=["referral", "item", "-at", "-id"])],
            },
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "referral_items.sql").read_text("utf-8")),
    ]
