"""Documents that are given a sensitivity label by hand."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [("records", "0009_answers")]

    operations = [migrations.RunSQL((SQL / "sensitive.sql").read_text())]
