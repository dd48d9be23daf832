"""Counts without names: what was set aside counts among what was not acted on, and how long an answer took."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [("records", "0006_check_settings")]

    operations = [migrations.RunSQL((SQL / "answers.sql").read_text())]
