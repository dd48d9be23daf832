"""Calendars from elsewhere are fetched when their turn comes: the only errand that leaves the house."""

from collections.abc import Callable
from datetime import datetime

from careloop.actions.outside_fetch import claim_fetch, keep_fetched, note_trouble
from careloop.actions.outside_silent import ask_about_silent
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.channels.https import PUBLIC, NoAnswer, Way, fetch
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.fetching import Fetched, Fetching, Trouble
from careloop.formats.busy import MAX_BYTES
from careloop.jobs.reading import read_apart


def fetch_calendar(clock: Callable[[], datetime], way: Way = PUBLIC) -> bool:
    """Fetch and read one calendar whose turn it is; tell whether there was one.

    Killed at any moment, the busy times are those known before or those that came, whole.
    """
    fetching = claim_fetch(_as(clock()))
    if fetching is None:
        return False
    try:
        fetched = _bring(fetching, way, clock())
    except NoAnswer as no:
        said = Say(f"fetching.{no.trouble}", status=no.status)
        note_trouble(_as(clock()), fetching, said, wait_until=no.wait_until)
    except Refusal as no:
        note_trouble(_as(clock()), fetching, no.say)
    else:
        keep_fetched(_as(clock()), fetching, fetched)
    ask_about_silent(_as(clock()))
    return True


def _bring(fetching: Fetching, way: Way, at: datetime) -> Fetched:
    if fetching.url is None:
        raise NoAnswer(Trouble.KEY)
    answer = fetch(fetching.url, at=at, most=MAX_BYTES, marks=fetching.marks, way=way)
    if answer.data is None:
        return Fetched(None, answer.marks)
    spans = read_apart(answer.data, zone=fetching.zone, since=fetching.since, until=fetching.until)
    return Fetched(spans, answer.marks)


def _as(at: datetime) -> Acting:
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=Purpose.SWEEP)
