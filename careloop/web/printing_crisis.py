"""The crisis protocol on paper: steps and numbers on one page, to hang by the telephone."""

from django.utils.translation import gettext as _

from careloop.basics.words import Say
from careloop.catalog.speech import speak, speak_date
from careloop.facts.crisis import CrisisNumber, CrisisPage
from careloop.facts.sheets import Sheet, SheetLine, SheetSection
from careloop.web.labels import label_of
from careloop.web.printing import active_language, say_boxes, say_more, say_stamp
from careloop.web.steps import list_steps


def make_crisis_sheet(shown: CrisisPage, *, is_large: bool) -> Sheet:
    """Return the protocol as a sheet: what to do, the clinic's own numbers, and the others with their sources."""
    return Sheet(
        language=active_language(),
        title=_("In a crisis"),
        about=(_("Somebody is in danger, or could be: do this."),),
        head=(),
        sections=(
            SheetSection(_("What to do"), tuple(SheetLine(f"{n}. {one}") for n, one in enumerate(list_steps(), 1)), ""),
            SheetSection(
                _("Our own numbers"),
                tuple(SheetLine(f"{one.number}: {one.name}", (one.hours,) if one.hours else ()) for one in shown.own),
                _("None is written down yet."),
            ),
            SheetSection(_("Whom else to call"), tuple(_number(one) for one in shown.numbers), ""),
        ),
        stamp=say_stamp(shown.at, shown.zone, shown.printed_by),
        say_more=say_more,
        say_boxes=say_boxes(),
        at=shown.at,
        is_large=is_large,
    )


def _number(one: CrisisNumber) -> SheetLine:
    language, key = active_language(), one.key
    checked = f"{label_of(one.checked)}, {speak_date(one.checked_on, language)}"
    return SheetLine(f"{one.number}: {speak(Say(f'crisis.number_{key}'), language)}", (checked,))
