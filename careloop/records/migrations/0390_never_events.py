"""Nothing goes to the address of somebody else; views for never events of reaching people that had none."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [("records", "0380_referral_items")]

    operations = [migrations.RunSQL((SQL / "never_events.sql").read_text("utf-8"))]
