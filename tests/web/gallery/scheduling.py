"""Times, visits and days for the gallery, filled by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.facts.chart import Sex
from careloop.facts.directory import EntryKind
from careloop.facts.feeds import FeedRow, FeedsPage
from careloop.facts.fetching import AddressShown
from careloop.facts.groups import GroupPage, GroupSeat, GroupsPage, GroupTime
from careloop.facts.pages import HistoryLine, Identifier
from careloop.facts.preparation import Arranged, Item, ItemState, PreparedItem, Readiness
from careloop.facts.referrals import ReferralState
from careloop.facts.scheduling import (
    BookingState,
    CalendarException,
    CancelledBy,
    CancelReason,
    Preparation,
    Promised,
    VisitRow,
    VisitTypeDraft,
    VisitTypeRow,
    WeeklyHours,
)
from careloop.facts.tips import TipAbout, TipsBox
from careloop.facts.visits import (
    BoardColumn,
    BoardVisit,
    CalendarLine,
    CalendarPage,
    CheckItem,
    DayPage,
    Deed,
    DifferentDay,
    Elsewhere,
    KindsPage,
    Known,
    OfferDay,
    PartOfDay,
    Pick,
    ReferralBeside,
    TimeOffer,
    TimesPage,
    VisitPage,
    Whose,
    Wish,
)
from careloop.facts.worklist import Event
from careloop.rules.day_board import lay_out
from careloop.rules.scheduling import VisitsFallOut, say_preparation
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.calendars import render_calendars, render_hours, render_kinds
from careloop.web.staff.feeds import render_feeds
from careloop.web.staff.groups import render_group, render_groups
from careloop.web.staff.visits import render_day, render_times, render_visit
from tests.web.gallery import reminders
from tests.web.gallery.values import AT, LONG_NAME, ROSA, ZONE

DOCTOR, ROOM = UUID(int=700), UUID(int=701)
MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
WHOSE = Whose(
    ROSA, LONG_NAME, date(1958, 3, 14), Sex.FEMALE, (Identifier("MRN", "00 418 227", ""),), ("es", "en"),
    needs_interpreter=True, is_dead=False,
)  # fmt: skip
KINDS = tuple(
    VisitTypeRow(UUID(int=720 + n), VisitTypeDraft(name, minutes, preparation=todo), say_preparation(todo), 1)
    for n, (name, minutes, todo) in enumerate(
        (
            ("Cardiology visit", 30, Preparation.MEDICINE_LIST),
            ("Echocardiogram", 60, Preparation.NONE),
            ("Blood test", 15, Preparation.FASTING),
        )
    )
)
PICKS = (Pick(DOCTOR, EntryKind.PRACTITIONER, "Dr. Ana Rivera"), Pick(ROOM, EntryKind.ROOM, "Exam room 2"))


def _at(day: int, minutes: int) -> Promised:
    moment = MONDAY + timedelta(days=day, minutes=minutes)
    return Promised(moment, ZONE, (moment - timedelta(hours=5)).replace(tzinfo=None))


def _day(day: int) -> OfferDay:
    offers = [TimeOffer(_at(day, minutes), PICKS, (DOCTOR,), "Harbor Heart") for minutes in (0, 45, 90, 240)]
    if not day:
        offers[0] = replace(offers[0], why=(Say("visit.first_that_fits"),))
    return OfferDay(offers[0].promised.wall.date(), tuple(offers))


TIMES = TimesPage(
    at=AT, zone=ZONE, whose=WHOSE, kinds=KINDS, chosen=KINDS[0], people=PICKS[:1],
    wish=Wish(date(2026, 11, 23), PartOfDay.MORNING, 1, DOCTOR), days=tuple(_day(n) for n in range(3)), lacking=(),
    next_on=date(2026, 11, 26), may_book=True,
)  # fmt: skip
CHOICE = replace(TIMES, chosen=None, days=(), people=(), wish=Wish())
NONE = replace(TIMES, days=(), lacking=(Say("visit.interpreter_busy"), Say("visit.room_busy")))


def line(number: int, state: BookingState, day: int, **more: object) -> VisitRow:
    made = VisitRow(
        id=UUID(int=740 + number), loop_id=UUID(int=760), patient_id=ROSA, visit_type="Cardiology visit", state=state,
        promised=_at(day, 30), minutes=30, version=2,
        takes_part=(("practitioner", "Dr. Ana Rivera"), ("room", "Exam room 2")),
        preparation=say_preparation(Preparation.MEDICINE_LIST),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


CANCELLED = line(
    2, BookingState.CANCELLED, -7, cancelled_by=CancelledBy.PATIENT, reason=CancelReason.RIDE, note="Her son was ill."
)
MISSED = line(3, BookingState.NO_SHOW, -3)
VISITS = (line(1, BookingState.CONFIRMED, 3), line(0, BookingState.BOOKED, 0), MISSED, CANCELLED)
READINESS = Readiness(
    (
        PreparedItem(Item.COVERAGE, version=3, who="Dana Okafor", at=AT, is_open_again=True, has_other_coverage=True),
        PreparedItem(
            Item.APPROVAL,
            version=2,
            who="Dana Okafor",
            at=AT,
            is_open_again=True,
            arranged=Arranged(date(2026, 11, 1), date(2026, 11, 20)),
        ),
        PreparedItem(Item.FORMS, ItemState.DONE, 1, "All three signed, in the record.", LONG_NAME, AT),
        PreparedItem(Item.INTERPRETER),
        PreparedItem(Item.RIDE, ItemState.NOT_NEEDED, 1, "Her daughter drives.", "Dana Okafor", AT),
        PreparedItem(Item.INSTRUCTIONS),
    )
)
VISIT = VisitPage(
    at=AT, whose=WHOSE, row=VISITS[1], state_since=AT, hold_token=None, hold_until=None, site="Harbor Heart",
    address="1 Pier Road",
    checklist=(
        CheckItem(Say("visit.check_interpreter"), Known.NOT_YET), CheckItem(Say("visit.check_room"), Known.KNOWN),
    ),
    deeds=(Deed.CONFIRM, Deed.ARRIVE, Deed.MISS, Deed.CANCEL, Deed.MOVE), others=(CANCELLED,), readiness=READINESS,
    may_prepare=True,
    history=(HistoryLine(AT, "Dana Okafor", Event.VISIT, Say("event.visit_arrived"), "By bus."),),
    loop_is_open=True, may_see_loop=True, reminders=reminders.OF_VISIT,
)  # fmt: skip
HELD = replace(
    VISIT, row=line(4, BookingState.HELD, 0), hold_token=UUID(int=9), hold_until=AT + timedelta(minutes=15),
    deeds=(Deed.BOOK, Deed.RELEASE), reminders=None,
)  # fmt: skip
MISSED_PAGE = replace(
    VISIT, row=MISSED, deeds=(Deed.CORRECT, Deed.AGAIN), missed=2, decision_id=UUID(int=761),
)  # fmt: skip
ASKING_PAGE = replace(
    MISSED_PAGE, decision_id=None, asking_id=UUID(int=801),
    referrals=(ReferralBeside(UUID(int=801), "Cardiology", ReferralState.MISSED, Say("visit.referral_moved")),),
)  # fmt: skip
ARRIVED = replace(
    VISIT, reminders=reminders.PAUSED, row=line(5, BookingState.ARRIVED, 0), deeds=(Deed.FINISH, Deed.CANCEL)
)
DONE = replace(
    VISIT,
    tips=TipsBox(TipAbout.VISIT_TYPE, "", (), may_write=True),
    reminders=reminders.NOT_PLANNED,
    may_prepare=False,
    row=line(6, BookingState.DONE, 0),
    deeds=(Deed.TAKE_BACK,),
    loop_is_open=False,
    referrals=(
        ReferralBeside(UUID(int=801), "Cardiology", ReferralState.SEEN, Say("visit.referral_moved")),
        ReferralBeside(UUID(int=802), LONG_NAME, ReferralState.REPORT_IN, Say("visit.referral_stays")),
    ),
)


def _group(number: int, taken: int) -> GroupTime:
    names = ("Nurse Orla Quinn", "Exam room 2")
    return GroupTime(
        UUID(int=795 + number), "Class: living with diabetes", _at(number * 7, 0), 60, names, "Harbor Heart", taken, 8
    )


GROUPS = GroupsPage(
    AT, tuple(_group(n, taken) for n, taken in enumerate((3, 8, 0))), kinds=((KINDS[0].id, LONG_NAME),),
    people=((DOCTOR, "Dr. Ana Rivera"),), teams=((1, "North"),), may_open=True,
)  # fmt: skip
GROUP = GroupPage(
    AT, GROUPS.groups[0], "North",
    tuple(
        GroupSeat(UUID(int=740 + n), name, state)
        for n, (name, state) in enumerate(((LONG_NAME, BookingState.BOOKED), ("فاطمة الزهراء", BookingState.CONFIRMED)))
    ),
    others=1, is_cancelled=False, may_cancel=True,
)  # fmt: skip


def _on_board(number: int, start: int, minutes: int, name: str, state: BookingState) -> BoardVisit:
    key, who = UUID(int=770 + number), ("Dr. Ana Rivera", "Exam room 2")
    return BoardVisit(
        key, start, start + minutes, name, "Cardiology visit", state, who, (3 + number, 5) if number < 3 else None,
        seats=(3, 8) if number == 1 else None,
    )  # fmt: skip


ON_BOARD = (
    _on_board(0, 540, 30, LONG_NAME, BookingState.BOOKED),
    _on_board(1, 570, 15, "Ben Cole", BookingState.CONFIRMED),
    _on_board(2, 585, 45, "فاطمة الزهراء", BookingState.ARRIVED),
    _on_board(3, 785, 20, "Ada Whitfield", BookingState.NO_SHOW),
    _on_board(4, 800, 60, "Minh Trần", BookingState.DONE),
)
COLUMNS = (
    BoardColumn(
        DOCTOR, "Dr. Ana Rivera", EntryKind.PRACTITIONER, "Harbor Heart", ((510, 720), (780, 1020)),
        ((540, 630), (690, 720), (785, 860)), ON_BOARD,
    ),
    BoardColumn(ROOM, "Exam room 2", EntryKind.ROOM, "Harbor Heart", ((480, 1020),), ((540, 630),), ON_BOARD[:2]),
    BoardColumn(UUID(int=702), "Linh Tran", EntryKind.INTERPRETER, "", (), (), ()),
)  # fmt: skip
DAY = DayPage(
    at=AT, on=date(2026, 11, 23), columns=COLUMNS, rows=lay_out(COLUMNS), visits=ON_BOARD,
    sites=((UUID(int=703), "Harbor Heart"),), site_id=UUID(int=703), kind=None, hidden=3, groups=GROUPS.groups[:1],
)  # fmt: skip


def _taken(request: ActingRequest) -> HttpResponse:
    tried = Attempt("hold", None, {"offer": TIMES.days[0].offers[0].code}, say=Say("refusal.time_taken", count=3))
    return render_times(request, TIMES, tried)


def _twice(request: ActingRequest) -> HttpResponse:
    said = Say("refusal.time_twice", day=date(2026, 11, 1), time="01:30", zone=ZONE)
    tried = Attempt("hold", None, {"own_on": "2026-11-01", "own_at": "01:30"}, say=said)
    return render_times(request, TIMES, tried)


def _move_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt("move", None, {"by": "patient"}, errors={"reason": "Choose why."})
    return render_times(request, replace(TIMES, moves=VISITS[1]), tried)


def _item_unclear(request: ActingRequest) -> HttpResponse:
    typed = {"item": "interpreter", "state": "done", "note": ""}
    return render_visit(request, VISIT, Attempt("prepare", None, typed, errors={"note": "Say what shows it."}))


def _cancel_unclear(request: ActingRequest) -> HttpResponse:
    return render_visit(request, VISIT, Attempt("cancel", None, {"by": "patient"}, errors={"reason": "Choose why."}))


def _group_full(request: ActingRequest) -> HttpResponse:
    kind = replace(KINDS[0], draft=replace(KINDS[0].draft, name="Class: living with diabetes", seats=8))
    shown = replace(TIMES, chosen=kind, days=(), groups=(GROUPS.groups[0], GROUPS.groups[2]))
    return render_times(request, shown, Attempt("hold", None, {"seat": "x"}, say=Say("refusal.group_full")))


CALENDARS = (
    CalendarLine(DOCTOR, LONG_NAME, EntryKind.PRACTITIONER, "Harbor Heart", has_hours=True, is_silent=True),
    CalendarLine(ROOM, "Exam room 2", EntryKind.ROOM, "", has_hours=False),
)
CALENDAR = CalendarPage(
    DOCTOR, LONG_NAME, EntryKind.PRACTITIONER, "Harbor Heart", ZONE,
    (WeeklyHours(1, time(8), time(12)), WeeklyHours(1, time(13), time(17)), WeeklyHours(3, time(8), time(17))),
    (
        DifferentDay(7, CalendarException(date(2026, 12, 21), date(2027, 1, 1), is_open=False), "Leave", "Sol"),
        DifferentDay(
            8, CalendarException(date(2026, 12, 5), date(2026, 12, 5), is_open=True, opens=time(9), closes=time(12)),
            "Vaccine day", "Sol",
        ),
    ),
    Elsewhere(AT, LONG_NAME, 57, AT + timedelta(days=400), is_old=True, clashes=(_at(0, 30), _at(7, 30))),
    may_read=True, tips=TipsBox(TipAbout.ENTRY, str(DOCTOR), (), may_write=True),
    address=AddressShown(
        "calendar.example.org (… .ics)", LONG_NAME, AT, AT, AT, AT + timedelta(hours=4), is_due=False, failures=3,
        trouble=Say("fetching.odd", status=418), is_silent=True,
    ),
)  # fmt: skip
FETCHED_SOON = AddressShown(
    "calendar.example.org (… .ics)", "Sol", AT, None, None, AT, is_due=True, failures=0, trouble=None, is_silent=False
)
KINDS_PAGE = KindsPage(KINDS, PICKS[:1])


def _hours_outside(request: ActingRequest) -> HttpResponse:
    no = VisitsFallOut(((UUID(int=740), Say("visit.outside_line", day=date(2026, 11, 23), time="9:30 am")),))
    return render_hours(request, CALENDAR, Attempt("save_hours", None, {"opens-1-0": "10:00"}, say=no.say, refusal=no))


def _kind_unclear(request: ActingRequest) -> HttpResponse:
    return render_kinds(request, KINDS_PAGE, Attempt("save_kind", None, {"name": ""}, errors={"name": "Give a name."}))


FEEDS = FeedsPage(
    AT, (FeedRow(UUID(int=790), "Dana Okafor", AT, AT), FeedRow(UUID(int=791), LONG_NAME, AT, None)), may_add=True
)
VISITS_SHOWN = {
    "feeds": lambda request: render_feeds(request, FEEDS, address="https://elm.example/feeds/4Zk0/visits.ics"),
    "feeds-none": lambda request: render_feeds(
        request, FeedsPage(AT, (), may_add=True), Attempt("make", None, {"name": ""}, errors={"name": "Give a name."})
    ),
    "calendars": lambda request: render_calendars(request, CALENDARS),
    "calendars-none": lambda request: render_calendars(request, ()),
    "hours": lambda request: render_hours(request, CALENDAR),
    "hours-outside": _hours_outside,
    "hours-first-fetch": lambda request: render_hours(request, replace(CALENDAR, elsewhere=None, address=FETCHED_SOON)),
    "kinds": lambda request: render_kinds(request, KINDS_PAGE),
    "kinds-unclear": _kind_unclear,
    "kind": lambda request: render_kinds(request, KINDS_PAGE, kind=KINDS[0]),
    "times": lambda request: render_times(request, TIMES),
    "times-kinds": lambda request: render_times(request, CHOICE),
    "times-none": lambda request: render_times(request, NONE),
    "times-taken": _taken,
    "times-twice": _twice,
    "times-look": lambda request: render_times(request, replace(TIMES, may_book=False)),
    "times-dead": lambda request: render_times(request, replace(TIMES, whose=replace(WHOSE, is_dead=True))),
    "times-move": lambda request: render_times(request, replace(TIMES, moves=VISITS[1])),
    "times-move-unclear": _move_unclear,
    "times-group": _group_full,
    "groups": lambda request: render_groups(request, GROUPS),
    "group": lambda request: render_group(request, GROUP),
    "visits": lambda request: render_day(request, DAY),
    "visits-none": lambda request: render_day(request, replace(DAY, columns=(), rows=(), visits=(), hidden=0)),
    "visit": lambda request: render_visit(request, VISIT),
    "visit-held": lambda request: render_visit(request, HELD),
    "visit-missed": lambda request: render_visit(request, MISSED_PAGE),
    "visit-asking": lambda request: render_visit(request, ASKING_PAGE),
    "visit-again": lambda request: render_visit(request, replace(MISSED_PAGE, decision_id=None, missed=1)),
    "visit-arrived": lambda request: render_visit(request, ARRIVED),
    "visit-done": lambda request: render_visit(request, DONE),
    "visit-unclear": _cancel_unclear,
    "visit-item-unclear": _item_unclear,
}
