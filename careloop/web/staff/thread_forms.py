"""What is typed about threads, read with care."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from careloop.actions.threads import WRITTEN_ROADS, Wording
from careloop.facts.consents import TOLD_TOPICS, Road, Topic
from careloop.facts.outbox import ThreadWith
from careloop.facts.portal import LINK_ROADS
from careloop.rules.situation_fields import PREFIX
from careloop.rules.threads import MOST_SIGNS
from careloop.web.days import DayField

# A message behind a link, and on which road the link goes.
BEHIND_LINK = tuple(f"{Road.PORTAL}-{one}" for one in LINK_ROADS)
_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one."), "invalid": _("Choose one.")}


def _choice(kind: Any, among: Any, **more: Any) -> forms.TypedChoiceField:  # noqa: ANN401
    return forms.TypedChoiceField(
        coerce=kind, choices=[(str(one), str(one)) for one in among], error_messages=_CHOOSE, **more
    )


class ThreadForm(forms.Form):
    """A form about one thread."""

    thread = forms.UUIDField()


class WriteForm(ThreadForm):
    """What somebody wants to say: on which road, from the catalog or in own words."""

    key = forms.CharField(max_length=60)
    road = forms.ChoiceField(
        choices=[(one, one) for one in (*WRITTEN_ROADS, *BEHIND_LINK)], required=False, error_messages=_CHOOSE
    )
    topic = _choice(Topic, TOLD_TOPICS, required=False, empty_value=Topic.VISITS)
    situation = forms.CharField(required=False, max_length=60)
    language = forms.CharField(required=False, max_length=20)
    words = forms.CharField(required=False, max_length=MOST_SIGNS)

    def wording(self) -> Wording:
        """Return what is to be said; own words count where no situation is chosen."""
        typed = self.cleaned_data
        road, _dash, carrier = str(typed["road"] or Road.TEXT).partition("-")
        return Wording(
            road=Road(road),
            carrier=Road(carrier) if carrier else None,
            topic=typed["topic"],
            key=typed["key"],
            situation=typed["situation"],
            words="" if typed["situation"] else typed["words"],
            language=typed["language"],
            typed={name: str(value) for name, value in self.data.items() if name.startswith(PREFIX)},
        )


class WordsForm(ThreadForm):
    """A note among ourselves, or what was said."""

    said = forms.CharField(max_length=MOST_SIGNS, error_messages={"required": _("Write something first.")})
    fyi = forms.BooleanField(required=False)


class GiveForm(ThreadForm):
    """Who owns a thread from now on."""

    version = forms.IntegerField(min_value=1)
    to = forms.UUIDField(error_messages={"required": _("Choose a person."), "invalid": _("Choose a person.")})


class PutOffForm(ThreadForm):
    """Until when a thread is put off."""

    version = forms.IntegerField(min_value=1)
    until = DayField(error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")})


class TakeBackForm(ThreadForm):
    """Which message is taken back."""

    message = forms.UUIDField()


class WhoseForm(forms.Form):
    """Which message is from this patient or about them, from whom, and whether its address is theirs."""

    review = forms.UUIDField()
    office = forms.UUIDField(required=False)
    keep = forms.BooleanField(required=False)


class AsideForm(forms.Form):
    """Why something is nobody's."""

    reason = forms.CharField(max_length=200, error_messages={"required": _("Say why, in a few words.")})


class BeginForm(forms.Form):
    """With whom one writes: the patient, or kind and key of somebody else."""

    to = forms.CharField(max_length=60, error_messages=_CHOOSE)

    def partner(self) -> tuple[ThreadWith, UUID | None] | None:
        """Return with whom, None if it is not clear."""
        kind, _colon, key = str(self.cleaned_data["to"]).partition(":")
        try:
            return ThreadWith(kind), UUID(key) if key else None
        except ValueError:
            return None
