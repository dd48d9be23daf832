"""What an answer can move: a time that was offered is booked or declined, and a word about a medicine is noted."""

from django.db import migrations, models

DID = ["nothing", "confirmed", "booked", "declined", "noted", "loop", "stopped", "started", "replied", "person"]


class Migration(migrations.Migration):
    dependencies = [("records", "0260_packets")]

    operations = [
        migrations.RemoveConstraint("answer", "answer_did_is_known"),
        migrations.AddConstraint(
            "answer", models.CheckConstraint(condition=models.Q(("did__in", DID)), name="answer_did_is_known")
        ),
    ]
