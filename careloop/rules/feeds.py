"""Calendar addresses: how many one person has, how often each is answered, and what stands in what it answers."""

from datetime import datetime, timedelta

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.feeds import Window

# So many addresses of one person work at the same time: a telephone, a desk, and some to spare.
FEEDS = 10
# An address is answered so often in an hour: calendars ask every few minutes at most. A product choice.
AN_HOUR, ASKED = timedelta(hours=1), 60
# A visit that was cancelled, or that is over, stays so long: calendars that ask seldom hear of it too.
BACK, AHEAD = timedelta(days=30), timedelta(days=400)


class TooOften(Refusal):
    """An address was asked more often than it is answered."""

    status = 429

    def __init__(self) -> None:
        super().__init__(Say("refusal.feed_too_often"))


def count_asking(window: Window | None, at: datetime) -> Window:
    """Return the window with this asking counted; a new one begins when the hour is over.

    :raises TooOften: if it was asked too often in this hour
    """
    if window is None or at >= window.since + AN_HOUR:
        return Window(at, 1)
    if window.count >= ASKED:
        raise TooOften
    return Window(window.since, window.count + 1)
