"""What is typed about group visits, read with care."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careloop.facts.groups import GroupsPage
from careloop.facts.scheduling import Which
from careloop.web.days import DayField
from careloop.web.staff.admin_forms import Options


class GroupForm(forms.Form):
    """A new group time: what, with whom, when, and which team keeps it. ``which`` is for a time that comes twice."""

    kind = forms.UUIDField(label=_("Kind of visit"), error_messages={"required": _("Choose the kind of visit.")})
    leader = forms.UUIDField(label=_("With"), required=False)
    on = DayField(label=_("Day"), error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")})
    time = forms.TimeField(
        label=_("Time there, as in 08:30"),
        error_messages={"required": _("Write a time as in 08:30."), "invalid": _("Write a time as in 08:30.")},
    )
    team = forms.IntegerField(label=_("Team"), error_messages={"required": _("Choose the team that keeps it.")})
    which = forms.TypedChoiceField(
        coerce=Which, choices=[(str(one), str(one)) for one in Which], required=False, empty_value=None
    )

    def clean(self) -> dict[str, Any]:
        """Put the day and the time together."""
        typed = super().clean() or self.cleaned_data
        if not self.errors:
            typed["wall"] = datetime.combine(typed["on"], typed["time"])
            typed["entries"] = (typed["leader"],) if typed["leader"] else ()
        return typed


def group_options(shown: GroupsPage) -> dict[str, Options]:
    """Return what a new group time can be made of, in words; the first is chosen."""
    return {
        "kind": [(str(key), name) for key, name in shown.kinds],
        "leader": [("", str(_("Nobody"))), *((str(key), name) for key, name in shown.people)],
        "team": [(str(key), name) for key, name in shown.teams],
    }
