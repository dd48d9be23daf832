"""What is typed about letters to offices, read with care."""

from django import forms
from django.utils.translation import gettext_lazy as _

from careloop.facts.disclosures import Basis
from careloop.facts.offices import GROUNDS, Detail, HeardBy, LetterAsk, LetterKind, Way
from careloop.rules.offices import FIELD_SIGNS
from careloop.rules.threads import MOST_SIGNS
from careloop.web.days import DayField
from careloop.web.staff.thread_forms import ThreadForm

_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one.")}


class LetterForm(ThreadForm):
    """What somebody wants to write to an office, and the letter that was seen."""

    key = forms.CharField(max_length=60)
    way = forms.TypedChoiceField(coerce=Way, choices=[(str(w), str(w)) for w in Way], error_messages=_CHOOSE)
    kind = forms.TypedChoiceField(
        coerce=LetterKind, choices=[(str(k), str(k)) for k in LetterKind], required=False,
        empty_value=LetterKind.OWN_WORDS,
    )  # fmt: skip
    words = forms.CharField(required=False, max_length=MOST_SIGNS)
    what = forms.CharField(required=False, max_length=FIELD_SIGNS)
    number = forms.CharField(required=False, max_length=FIELD_SIGNS)
    day = DayField(required=False, error_messages={"invalid": _("Choose a day.")})
    detail_name = forms.BooleanField(required=False)
    detail_phone = forms.BooleanField(required=False)
    detail_address = forms.BooleanField(required=False)
    basis = forms.TypedChoiceField(
        coerce=Basis, choices=[(str(b), str(b)) for b in GROUNDS], required=False, empty_value=None
    )
    knows_dead = forms.BooleanField(required=False)
    asks = forms.BooleanField(required=False)
    seen = forms.CharField(required=False, max_length=64)
    referral = forms.UUIDField(required=False)

    def ask(self) -> LetterAsk:
        """Return what is to be written."""
        typed = self.cleaned_data
        return LetterAsk(
            way=typed["way"],
            key=typed["key"],
            kind=typed["kind"],
            words=typed["words"],
            what=typed["what"],
            number=typed["number"],
            day=typed["day"],
            details=tuple(one for one in Detail if typed[f"detail_{one}"]),
            basis=typed["basis"],
            knows_dead=typed["knows_dead"],
            asks=typed["asks"],
            referral_id=typed["referral"],
        )


class AnswerForm(ThreadForm):
    """What an office answered elsewhere, how it came, and whether we owe them an answer to it."""

    heard = forms.TypedChoiceField(coerce=HeardBy, choices=[(str(h), str(h)) for h in HeardBy], error_messages=_CHOOSE)
    answer = forms.CharField(max_length=MOST_SIGNS, error_messages={"required": _("Write something first.")})
    owed = forms.BooleanField(required=False)
