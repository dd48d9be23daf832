"""With whom a kind of visit is."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [("records", "0031_referral_walls")]

    operations = [
        migrations.CreateModel(
            name="VisitTypeWith",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.directoryentry",
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
                "db_table": "visit_type_with",
                "constraints": [
                    models.UniqueConstraint(fields=("visit_type", "entry"), name="visit_type_with_once"),
                ],
            },
        ),
        migrations.RunSQL((SQL / "visit_types.sql").read_text("utf-8")),
    ]
