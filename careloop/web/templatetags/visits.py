"""What templates need to show visits: the time of the place, the shape of a state, times as a form asks for them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.template import Library

from careloop.basics.words import Say
from careloop.catalog.speech import speak_clock
from careloop.facts.directory import EntryKind
from careloop.facts.outages import NeedsPerson
from careloop.facts.preparation import Item, ItemState, Readiness
from careloop.facts.scheduling import MOVABLE, BookingState, CancelledBy, CancelReason, VisitRow, Which
from careloop.facts.visits import Barrier, BoardVisit, DayPage, Deed, Known, PartOfDay, TimeOffer, TimesPage, VisitPage
from careloop.facts.worklist import Tone
from careloop.rules.amounts import write_amount
from careloop.rules.outages import say_person
from careloop.rules.preparation import say_item
from careloop.rules.scheduling import ALTERNATIVES, OCCUPYING
from careloop.web.labels import label_of
from careloop.web.labels_admin import WEEKDAYS
from careloop.web.labels_visits import ITEM_TONES, VISIT_TONES
from careloop.web.screen import Attempt

register = Library()


@register.filter
def wall_clock(wall: datetime) -> str:
    """Return the time that the clock on the wall shows where the visit takes place: "9:30 am"."""
    return speak_clock(wall)


@register.filter
def minute_clock(minute: int) -> str:
    """Return a minute of the day as a time: 570 is "9:30 am"."""
    return wall_clock(datetime.combine(date.min, time.min) + timedelta(minutes=minute % (24 * 60)))


@register.simple_tag
def visits_by_hour(page: DayPage) -> list[tuple[int, list[BoardVisit]]]:
    """Return the visits of a day by the full hour in which they begin."""
    hours: dict[int, list[BoardVisit]] = {}
    for visit in sorted(page.visits, key=lambda one: (one.start, one.name)):
        hours.setdefault(visit.start // 60 * 60, []).append(visit)
    return list(hours.items())


@register.filter
def zone_name(zone: str) -> str:
    """Return a time zone as people read it: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.filter
def is_of_before(page: VisitPage) -> bool:
    """Tell whether the day of a visit is over where it takes place."""
    promised = page.row.promised
    return page.at.astimezone(ZoneInfo(promised.zone)).date() > promised.wall.date()


@register.filter
def is_movable(visit: BoardVisit) -> bool:
    """Tell whether a visit on the board can get another time there: one that is to come, and of no group."""
    return visit.state in MOVABLE and visit.seats is None


@register.filter
def why_person(why: NeedsPerson) -> Say:
    """Return why a person sees to a visit of somebody who is out."""
    return say_person(why)


@register.filter
def visit_tone(state: BookingState) -> Tone:
    """Return the shape and colour of where a visit stands."""
    return VISIT_TONES[state]


@register.filter
def known_tone(known: Known) -> Tone:
    """Return the shape and colour of whether something is seen to."""
    return Tone.OK if known is Known.KNOWN else Tone.TO_DO


@register.filter
def item_tone(state: ItemState) -> Tone:
    """Return the shape and colour of where an item before a visit stands."""
    return ITEM_TONES[state]


@register.filter
def dollars(cents: int) -> str:
    """Write an amount: "$30", "$30.50"."""
    return write_amount(cents)


@register.filter
def pickup_clock(pickup: time) -> str:
    """Return when a ride comes as people read it: "7:15 am"."""
    return wall_clock(datetime.combine(date.min, pickup))


@register.filter
def has_approval(readiness: Readiness) -> bool:
    """Tell whether something is noted of an approval before a visit."""
    return any(one.item is Item.APPROVAL for one in readiness.items)


@register.filter
def item_words(item: Item) -> Say:
    """Return what is so when an item before a visit is done, to be said."""
    return say_item(item)


@register.filter
def may_do(page: VisitPage, name: str) -> bool:
    """Tell whether a deed is offered on the page of a visit."""
    return Deed(name) in page.deeds


@register.simple_tag
def ahead_and_past(visits: tuple[VisitRow, ...]) -> tuple[list[VisitRow], list[VisitRow]]:
    """Return the visits that keep a time, the next one first, and the others, the last one first."""
    ahead = [row for row in visits if row.state in OCCUPYING]
    return ahead[::-1], [row for row in visits if row.state not in OCCUPYING]


@register.simple_tag
def other_times(page: TimesPage, attempt: Attempt | None) -> list[TimeOffer]:
    """Return the next times that fit after one that was taken meanwhile, with who and where."""
    if attempt is None or attempt.say is None or attempt.say.key != "refusal.time_taken":
        return []
    wanted = attempt.values.get("offer", "").partition("|")[0]
    later = [one for day in page.days for one in day.offers if one.promised.wall.isoformat() >= wanted]
    return later[:ALTERNATIVES]


@register.simple_tag
def with_whom(page: TimesPage) -> bool:
    """Tell whether whoever is wished for does this kind of visit."""
    return any(one.id == page.wish.entry_id for one in page.people)


@register.simple_tag
def asks_which(attempt: Attempt | None) -> bool:
    """Tell whether the time that was asked for comes twice, so that one must say which."""
    return attempt is not None and attempt.say is not None and attempt.say.key == "refusal.time_twice"


@register.simple_tag
def times_query(page: TimesPage, **other: object) -> str:
    """Return the question of this page with something else in it, as an address carries it."""
    wish = page.wish
    asked: Mapping[str, object] = {
        "type": page.chosen.id if page.chosen else "",
        "loop": page.loop_id or "",
        "since": wish.since_on or "",
        "part": wish.part or "",
        "weekday": wish.weekday or "",
        "who": wish.entry_id or "",
    } | {name: _text(value) for name, value in other.items()}
    return urlencode({name: value for name, value in asked.items() if value})


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@register.simple_tag
def weekdays() -> list[tuple[int, str]]:
    """Return the days of the week for a choice."""
    return [(number, str(words)) for number, words in WEEKDAYS]


@register.simple_tag
def parts_of_day() -> list[PartOfDay]:
    """Return the parts of a day for a choice."""
    return list(PartOfDay)


@register.simple_tag
def whiches() -> list[Which]:
    """Return which of two equal times can be meant, for a choice."""
    return list(Which)


@register.simple_tag
def barriers() -> list[Barrier]:
    """Return what can stand in the way of a visit, for a choice; that nobody asked stands last."""
    return list(Barrier)


@register.simple_tag
def who_cancels() -> list[CancelledBy]:
    """Return who can want a visit cancelled, for a choice. A death is noted elsewhere."""
    return [one for one in CancelledBy if one is not CancelledBy.DEATH]


@register.simple_tag
def why_cancelled() -> list[CancelReason]:
    """Return why a visit can be cancelled, for a choice."""
    return [one for one in CancelReason if one is not CancelReason.DIED]


@register.filter
def entry_kind(name: str) -> str:
    """Return the words for the kind of an entry of the directory."""
    return label_of(EntryKind(name))
