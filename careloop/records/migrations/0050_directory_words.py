"""What an entry of the directory is in plain words, who can use it, what it costs, when it is open, how to apply."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0040_visit_types"),
    ]

    operations = [
        migrations.AddField(
            model_name="directoryentry",
            name="about",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="directoryentry",
            name="eligibility",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="directoryentry",
            name="cost",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="directoryentry",
            name="hours",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="directoryentry",
            name="how_to_apply",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
