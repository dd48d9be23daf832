"""A visit that counts as seen by mistake has a way back; a referral never waits for a visit that is over."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "visit_referrals.sql"


class Migration(migrations.Migration):
    dependencies = [("records", "0350_figures_of_referrals")]

    operations = [migrations.RunSQL(SQL.read_text("utf-8"))]
