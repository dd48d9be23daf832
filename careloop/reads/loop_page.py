"""One loop as a page of its own: why it is here, who has it, and every change that was made to it."""

from dataclasses import replace

from careloop.facts.access import Acting, Right
from careloop.facts.loop_page import LoopPage
from careloop.facts.pages import HistoryLine
from careloop.facts.tips import TipAbout
from careloop.facts.worklist import Event
from careloop.guard.doors import reading
from careloop.reads.explain import explain_loop, read_line
from careloop.reads.rows import Viewer
from careloop.reads.who import load_receivers
from careloop.records.models import Loop, LoopEvent
from careloop.rules.ladder import is_climbed
from careloop.worklist.settle import clinic_zone
from careloop.worklist.tips import make_box
from careloop.worklist.tries import find_ladder

# A loop is changed a few times; this is where a page ends.
HISTORY = 300


@reading(needs=Right.LOOP_READ, about=Loop)
def get_loop_page(acting: Acting, loop: Loop) -> LoopPage:
    """Return the page of one loop; moments are in UTC, ``zone`` is the clinic's."""
    zone = clinic_zone()
    explained = explain_loop(acting, loop.pk, Viewer(acting.person_id, acting.at, zone))
    assert explained is not None
    history = _history(loop)
    people, teams = load_receivers(loop.unit_id)
    return LoopPage(
        at=acting.at,
        zone=zone,
        opened_at=loop.opened_at,
        asked_by=loop.asked_by.name if loop.asked_by else "",
        selected=replace(explained, history=history),
        tried=tuple(line for line in history if line.event is Event.LOG_CONTACT),
        earlier=max(0, loop.version - len(history)),
        people=people,
        teams=teams,
        tips=make_box(acting, TipAbout.LOOP_KIND, str(loop.kind)),
        ladder=find_ladder(loop, loop.state_since, zone) if is_climbed(explained.next_step) else None,
    )


def _history(loop: Loop) -> tuple[HistoryLine, ...]:
    events = LoopEvent.objects.filter(loop=loop).select_related("person").order_by("-version")[:HISTORY]
    return tuple(read_line(event) for event in events)
