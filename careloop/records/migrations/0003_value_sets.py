"""Value sets that a clinic loads: read by the application, written by the operator's door."""

import django.db.models.deletion
from django.db import migrations, models

RIGHTS = """
GRANT SELECT, INSERT, UPDATE ON value_set TO careloop_app;
GRANT SELECT, INSERT, DELETE, UPDATE ON value_set_code TO careloop_app;
GRANT SELECT ON value_set, value_set_code TO careloop_seer, careloop_backup;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="ValueSetRow",
            fields=[
                ("oid", models.TextField(primary_key=True, serialize=False)),
                ("version", models.TextField(blank=True)),
                ("name", models.TextField()),
                ("source", models.TextField(blank=True)),
                ("loaded_at", models.DateTimeField()),
                ("sha256", models.BinaryField()),
            ],
            options={
                "db_table": "value_set",
                "constraints": [
                    models.CheckConstraint(
                        name="value_set_has_oid",
                        condition=models.Q(oid__regex=r"^[0-2](\.(0|[1-9][0-9]*))+$"),
                    ),
                    models.CheckConstraint(name="value_set_has_name", condition=~models.Q(name="")),
                ],
            },
        ),
        migrations.CreateModel(
            name="ValueSetCode",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "value_set_id", "system", "code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "value_set",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="records.valuesetrow"
                    ),
                ),
                ("system", models.TextField()),
                ("code", models.TextField()),
            ],
            options={
                "db_table": "value_set_code",
                "constraints": [
                    models.CheckConstraint(
                        name="value_set_code_is_whole",
                        condition=~models.Q(system="") & ~models.Q(code=""),
                    )
                ],
            },
        ),
        migrations.RunSQL(RIGHTS),
    ]
