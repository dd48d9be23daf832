"""A team's referrals in the order of their list, from the index alone: those that are open, and those that are over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0091_calendar_feeds")]

    operations = [
        migrations.AddIndex(
            model_name="loop",
            index=models.Index(
                name="loop_referrals_by_unit",
                fields=["unit", "sort_at", "id"],
                condition=models.Q(("kind", "referral"), models.Q(("state", "closed"), _negated=True)),
            ),
        ),
        migrations.AddIndex(
            model_name="loop",
            index=models.Index(
                name="loop_referrals_closed",
                fields=["unit", "closed_at", "id"],
                condition=models.Q(("kind", "referral"), ("state", "closed")),
            ),
        ),
    ]
