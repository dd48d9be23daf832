"""Meetings on paper: the sheet of whoever leads one, and what one person may hear, in large type."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override

from careloop.catalog.speech import speak_date, speak_long_day
from careloop.facts.meetings import DecisionLine, GuestKind, GuestLine, MeetingPage, SummaryPage
from careloop.facts.sheets import Sheet, SheetLine, SheetSection
from careloop.web.labels import label_of
from careloop.web.printing import active_language, say_boxes, say_more, say_stamp
from careloop.web.steps import hears_of


def make_meeting_sheet(shown: MeetingPage, *, is_large: bool) -> Sheet:
    """Return a meeting as a sheet: when, who comes, what the patient wants, the agenda, what was decided."""
    language, who = active_language(), shown.whose
    born = speak_date(who.birth_on, language) if who.birth_on else _("not known")
    return Sheet(
        language=language,
        title=_("Family meeting"),
        about=(shown.row.reason, f"{who.name}, " + _("born %(day)s") % {"day": born}),
        head=_head(shown),
        sections=(
            SheetSection(_("Who comes"), tuple(_guest(one) for one in shown.guests), "", has_boxes=True),
            SheetSection(
                _("What the patient wants, in their words"), _lines(shown.wishes), _("Nothing is written yet.")
            ),
            SheetSection(_("What to speak of"), _lines(shown.agenda), _("Nothing is written yet.")),
            SheetSection(_("Decided"), tuple(_decision(one) for one in shown.decisions), _("Nothing yet.")),
        ),
        stamp=say_stamp(shown.at, who.zone, shown.printed_by),
        say_more=say_more,
        say_boxes=say_boxes(),
        at=shown.at,
        is_large=is_large,
    )


def make_summary_sheet(shown: SummaryPage) -> Sheet:
    """Return what one person may hear as a sheet in large type and in their language; nothing else is on it."""
    with override(shown.language):
        return Sheet(
            language=shown.language,
            title=shown.title,
            about=(shown.guest.name,),
            head=((_("From"), shown.clinic or "Careloop"),),
            sections=(SheetSection(_("What we said"), tuple(SheetLine(one) for one in shown.lines), ""),),
            stamp=say_stamp(shown.at, shown.whose.zone, shown.printed_by),
            say_more=say_more,
            say_boxes=say_boxes(),
            at=shown.at,
            is_large=True,
        )


def _head(shown: MeetingPage) -> tuple[tuple[str, str], ...]:
    setting = shown.setting
    if setting is None:
        return ((_("Stands"), label_of(shown.row.state)),)
    at = setting.starts_at.astimezone(ZoneInfo(shown.whose.zone))
    when = f"{speak_long_day(at.date(), active_language(), with_year=True)}, {at:%H:%M}"
    lasts = _("%(n)d minutes") % {"n": setting.minutes}
    where = ", ".join(part for part in (label_of(setting.form), setting.place) if part)
    return ((_("When"), f"{when}, {lasts}"), (_("Where"), where), (_("Interpreter"), label_of(setting.interprets)))


def _guest(one: GuestLine) -> SheetLine:
    part = label_of(one.relation) if one.relation else label_of(one.kind)
    more = [part, *((_("needs an interpreter"),) if one.needs_interpreter else ())]
    if one.kind is GuestKind.MEMBER:
        more.append(hears_of(one))
    return SheetLine(one.name, tuple(more))


def _decision(one: DecisionLine) -> SheetLine:
    by = speak_date(one.decided.by, active_language()) if one.decided.by else ""
    return SheetLine(
        one.decided.words, tuple(part for part in (label_of(one.decided.topic), one.decided.owner, by) if part)
    )


def _lines(text: str) -> tuple[SheetLine, ...]:
    return tuple(SheetLine(line.strip()) for line in text.splitlines() if line.strip())
