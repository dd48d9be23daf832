"""Words for paper: an accounting of disclosures, in the language that is active.

What it holds and what it leaves out: 45 CFR 164.528, with the date of the text that was read.
"""

from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from careloop.catalog.speech import speak_date
from careloop.facts.disclosures import DisclosureLine, DisclosuresPage
from careloop.facts.sheets import Sheet, SheetLine, SheetSection
from careloop.web.labels import label_of
from careloop.web.printing import say_boxes, say_more, say_stamp


def make_accounting(shown: DisclosuresPage, *, is_large: bool) -> Sheet:
    """Return the accounting as a sheet: when, to whom, what, why; and what it does not hold."""
    language = (translation.get_language() or "en").split("-")[0]
    born = speak_date(shown.whose.birth_on, language) if shown.whose.birth_on else _("not known")
    today = shown.at.astimezone(ZoneInfo(shown.whose.zone)).date()
    span = _("%(first)s to %(last)s") % {
        "first": speak_date(shown.since, language),
        "last": speak_date(today, language),
    }
    return Sheet(
        language=language,
        title=_("What left the clinic about you"),
        about=(shown.whose.name, _("born %(day)s") % {"day": born}),
        head=((_("Clinic"), shown.clinic), (_("Time"), span), (_("Lines"), str(shown.counted))),
        warning=_("This list is not whole: some lines may be seen by others only. Ask the clinic.")
        if shown.hidden
        else "",
        sections=(
            SheetSection(
                _("Told or handed to others"),
                tuple(_line(one, shown.whose.zone, language) for one in shown.lines),
                _("Nothing that this list must name left the clinic in this time."),
            ),
            SheetSection(_("What is not on this list"), _left_out(shown)),
        ),
        stamp=say_stamp(shown.at, shown.whose.zone, shown.printed_by),
        say_more=say_more,
        say_boxes=say_boxes(),
        at=shown.at,
        is_large=is_large,
    )


def _line(one: DisclosureLine, zone: str, language: str) -> SheetLine:
    on = speak_date(one.at.astimezone(ZoneInfo(zone)).date(), language)
    what = label_of(one.what)
    said = f"{what}: {one.words}" if one.words else what
    return SheetLine(f"{on}. {one.to}", (said, one.reason, label_of(one.basis)))


def _left_out(shown: DisclosuresPage) -> tuple[SheetLine, ...]:
    count = _("Left out in this time: %(n)d.") % {"n": shown.left_out}
    return (
        SheetLine(_("What was shared for your care, for payment or to run the clinic."), ("45 CFR 164.528(a)(1)(i)",)),
        SheetLine(_("What was given to you, or to others because you signed for it."), ("(ii), (iv)",)),
        SheetLine(_("What was told to the people around you, as you agreed."), ("(v)",)),
        SheetLine(count, (_("You can ask to see these too."),)),
        SheetLine(_("The rule was read on 23 November 2026 in the print of 2004. A lawyer has not checked it."), ()),
    )
