"""A death is of the person: what is open beside a linked record that tells of it is closed, and nothing is opened."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [("records", "0012_find")]

    operations = [migrations.RunSQL((SQL / "deaths.sql").read_text("utf-8"), migrations.RunSQL.noop)]
