"""Finding by any part of a name, and by telephone; who has whom, by the person."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [("records", "0011_administration")]

    operations = [migrations.RunSQL((SQL / "find.sql").read_text("utf-8"), migrations.RunSQL.noop)]
