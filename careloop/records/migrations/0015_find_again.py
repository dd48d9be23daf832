"""Finding in the order of names from the index alone; of several names as well."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [("records", "0015_first_run")]

    operations = [
        migrations.RemoveIndex(model_name="patient", name="patient_by_unit_name"),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["unit", "name_key"], include=["id", "label_mask"], name="patient_by_unit_name"),
        ),
        migrations.RunSQL((SQL / "find_again.sql").read_text("utf-8"), migrations.RunSQL.noop),
    ]
