"""Family meetings fall out with whom or what is booked for them; nobody forgets to ask for another time."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "outage_meetings.sql"


class Migration(migrations.Migration):
    dependencies = [("records", "0360_visit_referrals")]

    operations = [migrations.RunSQL(SQL.read_text("utf-8"))]
