"""What lists and figures of referrals ask lies whole in their indexes: a team's rows lie far apart in a large house."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0340_meeting_rooms")]

    operations = [
        migrations.RemoveIndex(model_name="referral", name="referral_by_unit_state"),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                name="referral_by_unit_state",
                fields=["unit", "state", "state_since", "loop"],
                include=["id", "patient", "label_mask", "specialty", "urgency", "made_at"],
            ),
        ),
        migrations.AlterField(
            model_name="referralstay",
            name="referral",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=models.deletion.PROTECT, to="records.referral"
            ),
        ),
        migrations.AddIndex(
            model_name="referralstay",
            index=models.Index(
                name="referral_stay_by_referral",
                fields=["referral", "since", "id"],
                include=["state", "patient", "unit", "label_mask"],
            ),
        ),
        migrations.RemoveIndex(model_name="loop", name="loop_referrals_closed"),
        migrations.RemoveIndex(model_name="loop", name="loop_referrals_by_unit"),
        migrations.AddIndex(
            model_name="loop",
            index=models.Index(
                name="loop_referrals_by_unit",
                fields=["unit", "sort_at", "id"],
                include=["owner", "patient", "label_mask"],
                condition=Q(kind="referral") & ~Q(state="closed"),
            ),
        ),
    ]
