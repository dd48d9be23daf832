"""Messages behind a link: what a link shows can be one message, and what is answered there comes in as a row."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).with_name("sql")
PURPOSES = ["visit", "question", "next", "all", "message"]
STEPS = ["given", "wrong", "locked", "ended", "opened", "confirmed", "asked_change", "answered", "seen"]
ABOUT_ONE_THING = (
    Q(purpose="visit", booking__isnull=False, loop=None, question="", answer_form="")
    | Q(purpose="question", booking=None, loop__isnull=False, member=None)
    & ~Q(question="")
    & Q(answer_form__in=["yes_no", "words"])
    | Q(purpose__in=["next", "all", "message"], booking=None, loop=None, question="", answer_form="")
)
CHANGED = (
    ("patientlink", "link_purpose_is_known", Q(purpose__in=PURPOSES)),
    ("patientlink", "link_about_one_thing", ABOUT_ONE_THING),
    ("patientlinkstep", "link_step_is_known", Q(step__in=STEPS)),
    ("inboxitem", "inbox_item_source_is_known", Q(source__in=["text", "text_status", "mail", "page"])),
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0320_mailbox"),
    ]

    operations = [
        migrations.AddField(
            model_name="patientlink",
            name="message",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.message"
            ),
        ),
        *(migrations.RemoveConstraint(model, name) for model, name, _ in CHANGED),
        *(
            migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))
            for model, name, condition in CHANGED
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.CheckConstraint(
                condition=Q(purpose="message", message__isnull=False) | ~Q(purpose="message") & Q(message=None),
                name="link_message_is_there",
            ),
        ),
        migrations.RunSQL((SQL / "pages.sql").read_text("utf-8")),
    ]
