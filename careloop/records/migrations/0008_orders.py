"""Orders for services and devices are facts of the chart too."""

from django.db import migrations, models

KINDS = [
    "problem",
    "medicine",
    "allergy",
    "result",
    "visit",
    "procedure",
    "immunization",
    "document",
    "coverage",
    "order",
]


class Migration(migrations.Migration):
    dependencies = [("records", "0007_safety")]

    operations = [
        migrations.RemoveConstraint(model_name="chartfactrow", name="fact_kind_is_known"),
        migrations.AddConstraint(
            model_name="chartfactrow",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="fact_kind_is_known"),
        ),
    ]
