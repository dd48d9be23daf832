"""The forms of administration, and each as fields that a template shows, with what was typed and what stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from careloop.facts.access import Role
from careloop.web.days import DayField
from careloop.web.labels import label_of
from careloop.web.labels_admin import WEEKDAYS
from careloop.web.screen import Attempt
from careloop.web.staff.forms import SHORT_LIMIT

ROLES = tuple(role for role in Role if role not in (Role.PATIENT, Role.PROXY, Role.PARTNER, Role.SYSTEM))
# A check box for each team: "team-<number>".
TEAM = "team-"
_NAME = {"required": _("Give a name.")}
_DAY = {"invalid": _("Choose a day."), "required": _("Choose a day.")}
Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a template shows it; ``kind`` is that of parts/field.html."""

    id: str
    name: str
    words: str
    kind: str
    value: object
    options: Options
    hint: str
    error: str
    must: bool
    most: int


class NewPersonForm(forms.Form):
    """Somebody new: name, how they sign in, and the part they play."""

    name = forms.CharField(label=_("Name"), max_length=SHORT_LIMIT, error_messages=_NAME)
    email = forms.EmailField(
        label=_("E-mail, to sign in with"),
        max_length=SHORT_LIMIT,
        error_messages={
            "required": _("Give an e-mail address."),
            "invalid": _("Give an e-mail address such as name@example.org."),
        },
    )
    role = forms.TypedChoiceField(
        label=_("Role"), coerce=Role, choices=[(str(r), str(r)) for r in ROLES],
        error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose a role.")},
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the screens"), choices=settings.LANGUAGES)


class PersonForm(forms.Form):
    """Which person, and which version of them was seen."""

    person = forms.UUIDField()
    version = forms.IntegerField(min_value=0)


class RoleForm(PersonForm):
    """Another role, from a day on."""

    role = forms.TypedChoiceField(
        label=_("New role"), coerce=Role, choices=[(str(r), str(r)) for r in ROLES],
        error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose a role.")},
    )  # fmt: skip
    from_on = DayField(
        label=_("From which day"), required=False, error_messages=_DAY, help_text=_("Leave it empty for today.")
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=500)


class EndForm(PersonForm):
    """The end of somebody's work here."""

    from_on = DayField(
        label=_("From which day"), required=False, error_messages=_DAY,
        help_text=_("Leave it empty to end it now: they are signed out at once."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), required=False, max_length=500)


class NameForm(PersonForm):
    """The name that colleagues see, and the language of the screens."""

    name = forms.CharField(label=_("Name"), max_length=SHORT_LIMIT, error_messages=_NAME)
    language = forms.ChoiceField(label=_("Language of the screens"), choices=settings.LANGUAGES)


class ChangeForm(forms.Form):
    """Which planned change, on whose page."""

    person = forms.UUIDField()
    change = forms.UUIDField()


class UnitForm(forms.Form):
    """A team or a site; ``unit`` is empty for a new one. Hours have two fields for each day of the week."""

    unit = forms.IntegerField(required=False)
    version = forms.IntegerField(required=False)
    kind = forms.ChoiceField(
        label=_("What it is"), choices=[("team", "team"), ("site", "site")],
        error_messages={"required": _("Choose a team or a site.")},
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=SHORT_LIMIT, error_messages=_NAME)
    zone = forms.CharField(
        label=_("Time zone"), required=False, max_length=60,
        help_text=_("As in America/New_York. Empty: the zone of the clinic."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Read the hours too: both times of a day, or none."""
        typed = super().clean() or self.cleaned_data
        typed["hours"] = {}
        for day, words in WEEKDAYS:
            opens, closes = (self._read_time(f"{end}-{day}") for end in ("opens", "closes"))
            if opens and closes:
                typed["hours"][day] = (opens, closes)
            elif opens or closes:
                self.add_error(None, _("Give both times or none: %(day)s.") % {"day": words})
        return typed

    def _read_time(self, name: str) -> time | None:
        given = str(self.data.get(name, "")).strip()
        if not given:
            return None
        try:
            return time.fromisoformat(given if ":" in given else "")
        except ValueError:
            self.add_error(None, _("“%(given)s” is no time. Write one as in 08:30.") % {"given": given[:20]})
            return None


class DayForm(forms.Form):
    """A day on which the clinic differs."""

    on = DayField(label=_("Day"), error_messages=_DAY)
    name = forms.CharField(label=_("What it is called"), max_length=SHORT_LIMIT, error_messages=_NAME)
    state = forms.ChoiceField(
        label=_("The clinic is"), choices=[("closed", "closed"), ("open", "open")],
        error_messages={"required": _("Choose closed or open.")},
    )  # fmt: skip


KINDS: dict[type[forms.Field], str] = {
    forms.DateField: "date",
    forms.ChoiceField: "choice",
    forms.TypedChoiceField: "choice",
    forms.BooleanField: "check",
    forms.TimeField: "time",
}


def list_fields(
    form: type[forms.Form],
    verb: str,
    *,
    now: Mapping[str, object] | None = None,
    attempt: Attempt | None = None,
    options: Mapping[str, Options] | None = None,
) -> list[Field]:
    """Return the fields of a form that have words: what was typed if ``attempt`` was this verb, else what stands."""
    tried = attempt if attempt and attempt.verb == verb else None
    given: Mapping[str, object] = tried.values if tried else (now or {})
    choices = options or {}
    found = []
    for name, field in form.base_fields.items():
        if not field.label:
            continue
        kind = "choice" if name in choices else next((KINDS[one] for one in type(field).__mro__ if one in KINDS), "")
        found.append(
            Field(
                id=f"{verb}-{name}",
                name=name,
                words=str(field.label),
                kind=kind,
                value=_text(given.get(name, "")),
                options=choices.get(name) or _own_choices(name, field),
                hint=str(field.help_text),
                error=tried.errors.get(name, "") if tried else "",
                must=field.required,
                most=getattr(field, "max_length", None) or SHORT_LIMIT,
            )
        )
    return found


def list_team_boxes(
    verb: str, units: Sequence[tuple[int, str]], chosen: Sequence[int], attempt: Attempt | None
) -> list[Field]:
    """Return a check box for each team and site."""
    tried = attempt if attempt and attempt.verb == verb else None
    return [
        Field(
            f"{verb}-{TEAM}{number}", f"{TEAM}{number}", name, "check",
            f"{TEAM}{number}" in tried.values if tried else number in chosen, (), "", "", must=False, most=0,
        )
        for number, name in units
    ]  # fmt: skip


def read_teams(posted: Mapping[str, object]) -> list[int]:
    """Return the numbers of the teams whose boxes are ticked."""
    return [int(name.removeprefix(TEAM)) for name in posted if name.startswith(TEAM) and name[5:].isascii()
            and name.removeprefix(TEAM).isdigit() and len(name) < 15]  # fmt: skip


def list_differences(fields: Sequence[Field], now: Mapping[str, object]) -> list[tuple[str, object, object]]:
    """Return, for each field in which what was typed differs from what stands now: its words, typed, and now."""
    shown = [(f.words, _shown(f, f.value), _shown(f, _text(now.get(f.name, "")))) for f in fields if f.name in now]
    return [one for one in shown if one[1] != one[2]]


def _own_choices(name: str, field: forms.Field) -> Options:
    if name == "role":
        return [(str(role), str(label_of(role))) for role in ROLES]
    words = {"team": _("A team"), "site": _("A site"), "closed": _("closed"), "open": _("open all the same")}
    return [(str(key), str(words.get(key, said))) for key, said in getattr(field, "choices", [])]


def _shown(field: Field, value: object) -> object:
    return dict(field.options).get(str(value), value)


def _text(value: object) -> object:
    return value if isinstance(value, bool) else str(value or "")
