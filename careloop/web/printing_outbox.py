"""A letter as a sheet of paper: the address, the day, the words, nothing else."""

import re
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from careloop.catalog.speech import speak_long_day
from careloop.facts.sheets import Sheet, SheetLine, SheetSection
from careloop.reads.outbox import LetterPage
from careloop.web.printing import active_language, say_boxes, say_more

SENTENCE = re.compile(r"(?<=[.?!])\s+")


def make_letter(shown: LetterPage, *, is_large: bool) -> Sheet:
    """Return a letter as a sheet, a line for each sentence: no line is so long that it would be cut."""
    on = shown.at.astimezone(ZoneInfo(shown.whose.zone)).date()
    language = active_language()
    sentences = [one.strip() for one in SENTENCE.split(shown.words.replace("\n", " ")) if one.strip()]
    return Sheet(
        language=language,
        title=_("A letter for you"),
        about=(shown.address, speak_long_day(on, language, with_year=True)),
        head=(),
        sections=(SheetSection(_("What we want to tell you"), tuple(SheetLine(one) for one in sentences)),),
        stamp=speak_long_day(on, language, with_year=True),
        say_more=say_more,
        say_boxes=say_boxes(),
        at=shown.at,
        is_large=is_large,
    )
