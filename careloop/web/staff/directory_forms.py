"""The forms of the directory, and an entry between its draft and the fields of its form."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careloop.facts.directory import WORDS_LIMIT, EntryDraft, EntryKind, EntryRow, ReferralBy
from careloop.formats.directory_table import LINKS, read_languages, read_list
from careloop.web.labels_directory import KINDS, WAYS
from careloop.web.screen import Attempt
from careloop.web.staff.admin_forms import Field, Options, list_fields
from careloop.web.staff.forms import SHORT_LIMIT

LIST_LIMIT = 1000
_KIND = {"required": _("Choose what it is."), "invalid_choice": _("Choose what it is.")}
_TRUTH = (("", pgettext_lazy("yes or no", "not known")), ("yes", _("yes")), ("no", _("no")))
_DEGREES = {"invalid": _("Write degrees as in 33.45 or -112.07.")}
_TRUTHS = ("accepts_new", "telehealth", "wheelchair")
_LISTS = ("specialties", "networks")
_SAME = ("name", "sort", "zone", "phone", "fax", "email", "wait_days", "address", "latitude", "longitude", "about",
         "eligibility", "cost", "hours", "how_to_apply")  # fmt: skip


def _truth(words: str | Promise) -> forms.ChoiceField:
    return forms.ChoiceField(label=cast("str", words), choices=_TRUTH, required=False)


def _words(words: str | Promise) -> forms.CharField:
    return forms.CharField(label=cast("str", words), required=False, max_length=WORDS_LIMIT)


class EntryForm(forms.Form):
    """An entry as somebody writes it down; ``entry`` is empty for a new one."""

    entry = forms.UUIDField(required=False)
    version = forms.IntegerField(required=False, min_value=0)
    kind = forms.ChoiceField(label=_("What it is"), choices=[(str(k), str(k)) for k in EntryKind], error_messages=_KIND)
    name = forms.CharField(label=_("Name"), max_length=SHORT_LIMIT, error_messages={"required": _("Give a name.")})
    about = _words(_("What it is, in plain words"))
    specialties = forms.CharField(
        label=_("Specialties or services"), required=False, max_length=LIST_LIMIT,
        help_text=_("Several with semicolons between them"),
    )  # fmt: skip
    organization = forms.CharField(label=_("Organization"), required=False, max_length=SHORT_LIMIT)
    site = forms.CharField(label=_("Site"), required=False, max_length=SHORT_LIMIT)
    practitioner = forms.CharField(label=_("Practitioner"), required=False, max_length=SHORT_LIMIT)
    languages = forms.CharField(
        label=_("Languages"), required=False, max_length=LIST_LIMIT, help_text=_("As in English; Spanish, or en; es")
    )
    networks = forms.CharField(
        label=_("Plans that are taken"), required=False, max_length=LIST_LIMIT,
        help_text=_("The whole name of each plan, with semicolons between them"),
    )  # fmt: skip
    accepts_new = _truth(_("Takes new patients"))
    telehealth = _truth(_("Visits by video"))
    wheelchair = _truth(_("Can be reached in a wheelchair"))
    wait_days = forms.IntegerField(
        label=_("Usual wait for new patients, in days"), required=False, min_value=0, max_value=3650,
        error_messages={"invalid": _("Write a whole number of days.")},
    )  # fmt: skip
    referral_by = forms.ChoiceField(
        label=_("Likes to receive referrals"),
        required=False,
        choices=[("", ""), *((str(w), str(w)) for w in ReferralBy)],
    )
    phone = forms.CharField(label=_("Phone"), required=False, max_length=SHORT_LIMIT)
    fax = forms.CharField(label=_("Fax"), required=False, max_length=SHORT_LIMIT)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=SHORT_LIMIT)
    address = forms.CharField(label=_("Address"), required=False, max_length=WORDS_LIMIT)
    latitude = forms.DecimalField(
        label=_("Latitude"), required=False, max_digits=9, decimal_places=6, error_messages=_DEGREES
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), required=False, max_digits=9, decimal_places=6, error_messages=_DEGREES
    )
    hours = _words(_("Hours"))
    eligibility = _words(_("Who can use it"))
    cost = _words(_("What it costs"))
    how_to_apply = _words(_("How to apply"))
    zone = forms.CharField(
        label=_("Time zone"), required=False, max_length=60,
        help_text=_("As in America/New_York: for sites and for who or what can be booked"),
    )  # fmt: skip
    sort = forms.CharField(label=_("Kind of room or device"), required=False, max_length=SHORT_LIMIT)
    state = forms.ChoiceField(
        label=_("In use"), required=False, choices=[("", _("yes")), ("no", _("no, not any more"))]
    )

    def make_draft(self, base: EntryDraft | None = None) -> EntryDraft:
        """Return what was typed as a draft, over what is not in the form. Names of others are not in it."""
        typed: dict[str, Any] = self.cleaned_data
        kind = EntryKind(typed["kind"])
        draft = base or EntryDraft(kind, "")
        said: dict[str, Any] = {name: typed[name] for name in _SAME}
        said |= {name: {"yes": True, "no": False}.get(typed[name]) for name in _TRUTHS}
        said |= {name: read_list(typed[name]) for name in _LISTS}
        said["languages"] = read_languages(typed["languages"])
        said["referral_by"] = ReferralBy(typed["referral_by"]) if typed["referral_by"] else None
        said["is_active"] = typed["state"] != "no"
        return replace(draft, kind=kind, **said)

    def list_names(self) -> dict[str, str]:
        """Return the names of organization, site and practitioner that were typed."""
        return {name: self.cleaned_data[name] for name in LINKS}


def read_now(row: EntryRow) -> dict[str, object]:
    """Return an entry as the fields of its form show it."""
    draft = row.draft
    shown: dict[str, object] = {name: _show(getattr(draft, name)) for name in _SAME}
    shown |= {name: {True: "yes", False: "no", None: ""}[getattr(draft, name)] for name in _TRUTHS}
    shown |= {name: "; ".join(getattr(draft, name)) for name in (*_LISTS, "languages")}
    shown |= {
        "kind": str(draft.kind),
        "referral_by": str(draft.referral_by or ""),
        "state": "" if draft.is_active else "no",
    }
    names = {"organization": row.organization_name, "site": row.site_name, "practitioner": row.practitioner_name}
    return shown | names


def list_entry_fields(now: dict[str, object], attempt: Attempt | None, *, is_new: bool) -> Sequence[Field]:
    """Return the fields of the form; what an entry is can be chosen only once."""
    fields = list_fields(EntryForm, "save_entry", now=now, attempt=attempt, options=_options())
    return [field for field in fields if is_new or field.name != "kind"]


def _show(value: object) -> str:
    return "" if value is None else str(value)


def _options() -> dict[str, Options]:
    truth = [(key, str(words)) for key, words in _TRUTH]
    return {
        "kind": [("", str(_("Choose"))), *((str(kind), str(words)) for kind, words in KINDS.items())],
        "referral_by": [truth[0], *((str(way), str(words)) for way, words in WAYS.items())],
        "state": [("", str(_("yes"))), ("no", str(_("no, not any more")))],
        **dict.fromkeys(_TRUTHS, truth),
    }


class CheckedForm(forms.Form):
    """Which entry was checked, as it was seen."""

    entry = forms.UUIDField()
    version = forms.IntegerField(min_value=0)


class SearchForm(forms.Form):
    """By what the directory is searched."""

    q = forms.CharField(required=False, max_length=SHORT_LIMIT)
    kind = forms.TypedChoiceField(
        required=False, coerce=EntryKind, empty_value=None, choices=[("", ""), *((str(k), str(k)) for k in EntryKind)]
    )
    language = forms.CharField(required=False, max_length=40)
    network = forms.CharField(required=False, max_length=SHORT_LIMIT)
    place = forms.CharField(required=False, max_length=SHORT_LIMIT)


class FinderForm(forms.Form):
    """What is looked for, and for whom."""

    patient = forms.UUIDField(required=False)
    need = forms.CharField(max_length=SHORT_LIMIT, error_messages={"required": _("Say what is needed.")})
    place = forms.CharField(required=False, max_length=SHORT_LIMIT)
    language = forms.CharField(required=False, max_length=40)
    network = forms.CharField(required=False, max_length=SHORT_LIMIT)
    telehealth = forms.BooleanField(required=False)
    wheelchair = forms.BooleanField(required=False)


class TableForm(forms.Form):
    """A table that was tried, as text, and the name of the list that it is."""

    table = forms.CharField(strip=False, max_length=300_000)
    source = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{0,39}$",
        error_messages={"invalid": _("Name the list with small letters, digits, dots and hyphens.")},
    )
