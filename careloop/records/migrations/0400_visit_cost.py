"""What the patient pays for a visit, and for which coverage that was asked."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0390_never_events")]

    operations = [
        migrations.AddField("visititem", "pays", models.IntegerField(null=True)),
        migrations.AddField("visititem", "covered_by", models.TextField(null=True)),
        migrations.AddConstraint(
            "visititem",
            models.CheckConstraint(
                name="visit_item_only_coverage_is_paid_for",
                condition=Q(pays=None) | Q(item="coverage", state="done", pays__gte=0, covered_by__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "visititem",
            models.CheckConstraint(
                name="visit_item_only_the_plan_covers",
                condition=Q(covered_by=None) | Q(item__in=["coverage", "approval"]),
            ),
        ),
    ]
