"""The first run: a demo that was asked for, and a file that was tried and may be taken in."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [("records", "0014_leaving")]

    operations = [
        migrations.AddField(model_name="firstrun", name="demo_asked_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="firstrun", name="demo_broke_at", field=models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="HeldFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("dates", models.TextField()),
                ("body", models.BinaryField()),
                ("held_at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit"),
                ),
            ],
            options={"db_table": "held_file"},
        ),
        migrations.RunSQL((SQL / "first_run.sql").read_text("utf-8"), migrations.RunSQL.noop),
    ]
