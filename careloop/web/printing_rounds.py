"""Rounds on paper: one line a patient with a box to tick, in the language that is active."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from careloop.catalog.speech import speak, speak_date, speak_long_day
from careloop.facts.rounds import RoundsLine, RoundsPage
from careloop.facts.sheets import Sheet, SheetLine, SheetSection
from careloop.web.labels import label_of
from careloop.web.printing import active_language, say_boxes, say_more, say_stamp


def make_rounds_sheet(shown: RoundsPage, *, is_large: bool) -> Sheet:
    """Return the rounds as a sheet with a box to tick by each patient."""
    today = shown.at.astimezone(ZoneInfo(shown.zone)).date()
    team = next((one.name for one in shown.teams if one.id == str(shown.team)), shown.printed_by)
    return Sheet(
        language=active_language(),
        title=_("Rounds"),
        about=(team, speak_long_day(today, active_language(), with_year=True)),
        head=((_("Patients"), str(len(shown.lines) + shown.beyond)),),
        sections=(
            SheetSection(
                _("The most pressing first"),
                tuple(_line(one, today) for one in shown.lines),
                _("Nothing is open."),
                has_boxes=True,
                beyond=shown.beyond,
            ),
        ),
        stamp=say_stamp(shown.at, shown.zone, shown.printed_by),
        say_more=say_more,
        say_boxes=say_boxes(),
        at=shown.at,
        is_large=is_large,
    )


def _line(one: RoundsLine, today: date) -> SheetLine:
    language = active_language()
    born = _("born %(day)s") % {"day": speak_date(one.birth_on, language) if one.birth_on else _("not known")}
    level = label_of(one.level) if one.level else ""
    owner = one.first.owner_name or one.first.queue_name
    waits = f"{speak(one.first.title, language, today=today)} ({speak(one.first.deadline.say, language, today=today)})"
    others = _("%(n)d more open") % {"n": one.others} if one.others else ""
    decides = _("with %(name)s") % {"name": owner} if owner else ""
    return SheetLine(born, tuple(part for part in (level, one.why, waits, decides, others) if part), one.name)
