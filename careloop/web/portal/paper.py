"""What a link shows, on paper in large letters and in the language that is active."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from careloop.catalog.plain import speak_plain, write_plain_day, write_wall
from careloop.facts.portal import NextLine, OwnVisit, PortalPage
from careloop.facts.sheets import Sheet, SheetLine, SheetSection
from careloop.web.printing import say_boxes, say_more


def make_next_sheet(shown: PortalPage, language: str) -> Sheet:
    """Return the sheet: the visits, what happens next, and whom to call. Set with 18 point letters."""
    sections = []
    if shown.visits:
        sections.append(SheetSection(_("Your visits"), tuple(_visit(one, language) for one in shown.visits), ""))
    if shown.message is not None:
        words = shown.message.words or _("What we wrote to you does not hold any more. Please call us.")
        lines_of = tuple(SheetLine(one) for one in words.split("\n") if one.strip())
        sections.append(SheetSection(_("Your care team wrote to you"), lines_of, ""))
    if shown.question:
        sections.append(SheetSection(_("We have a question for you"), (SheetLine(shown.question.words),), ""))
    if shown.lines or not sections:
        lines = tuple(_line(one, language) for one in shown.lines)
        sections.append(SheetSection(_("What happens next"), lines, _("There is nothing to do right now.")))
    call = _("Call us at %(phone)s.") % {"phone": settings.CLINIC_PHONE} if settings.CLINIC_PHONE else _("Call us.")
    helper = (_("%(name)s helps with your care.") % {"name": shown.helper},) if shown.helper else ()
    sections.append(SheetSection(_("Do you have a question?"), (SheetLine(call, helper),), ""))
    day = write_plain_day(shown.at.astimezone(ZoneInfo(shown.zone)).date(), language)
    return Sheet(
        language=language,
        title=_("What happens next"),
        about=(_("For %(name)s") % {"name": shown.name},) if shown.name else (),
        head=(),
        sections=tuple(sections),
        stamp=_("Printed on %(day)s. It may change after this day.") % {"day": day},
        say_more=say_more,
        say_boxes=say_boxes(),
        at=shown.at,
        is_large=True,
    )


def _visit(one: OwnVisit, language: str) -> SheetLine:
    said = _("You said you will come.") if one.is_confirmed else _("Please tell us if you can come.")
    return SheetLine(write_wall(one.wall, language), tuple(part for part in (one.place, said) if part))


def _line(one: NextLine, language: str) -> SheetLine:
    what, *more = (speak_plain(say, language) for say in one.says)
    return SheetLine(what, tuple(more))
