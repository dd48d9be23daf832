"""The address under which patients reach this house can be given as the clinic is set up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0361_outage_meetings")]

    operations = [
        migrations.AddField(
            model_name="clinic", name="portal_url", field=models.TextField(blank=True, default="", db_default="")
        ),
    ]
