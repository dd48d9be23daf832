"""Why somebody is no longer the coordinator of a patient, or in the care team, and who said so."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# A reason stands with who gave it, and only on a time that is over.
LEFT = Q(left_by=None, left_reason="") | (~Q(left_reason="") & Q(left_by__isnull=False, during__upper_inf=False))


def add(table: str) -> list[migrations.AddField]:
    """Return the two columns for a table."""
    return [
        migrations.AddField(table, "left_reason", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField(
            table,
            "left_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("records", "0013_deaths")]

    operations = [
        *add("caseload"),
        *add("careteammember"),
        migrations.AddConstraint(
            "caseload", models.CheckConstraint(condition=LEFT, name="caseload_left_says_why_and_who")
        ),
        migrations.AddConstraint(
            "careteammember", models.CheckConstraint(condition=LEFT, name="care_team_left_says_why_and_who")
        ),
    ]
