"""Putting right how an answer was read, in the talk where it stands."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.answer_corrections import correct_answer
from careloop.facts.access import Acting
from careloop.facts.answers import Meaning
from careloop.rules.answer_corrections import MEANINGS, WHY_LONGEST
from careloop.web.labels_mailbox import MAILBOX_LABELS
from careloop.web.screen import ActingRequest, Told, deed
from careloop.web.staff.forms import read_form
from careloop.web.staff.threads import back_to_thread, show_thread_again


class CorrectForm(forms.Form):
    """What an answer means, and how one knows."""

    thread = forms.UUIDField()
    message = forms.UUIDField()
    meaning = forms.TypedChoiceField(
        coerce=Meaning,
        choices=[(str(one), str(one)) for one in MEANINGS],
        error_messages={"required": gettext_lazy("Choose one."), "invalid_choice": gettext_lazy("Choose one.")},
    )
    why = forms.CharField(
        max_length=WHY_LONGEST, error_messages={"required": gettext_lazy("Say how you know what they meant.")}
    )


@deed(back_to=back_to_thread, again=show_thread_again)
def correct(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Put right how an answer was read."""
    typed = read_form(CorrectForm, request)
    undone = correct_answer(
        acting, patient_id, message_id=typed["message"], meaning=typed["meaning"], why=typed["why"]
    )  # fmt: skip
    said = MAILBOX_LABELS[type(undone)][undone]
    return Told(_("Put right. %(undone)s Nothing was sent: write to them, or call.") % {"undone": said})
