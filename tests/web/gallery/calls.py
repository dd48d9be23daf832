"""The call card and outreach lists for the gallery: everything at once, nothing at all, refused, closed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.catalog.calls import load_barriers, load_flags
from careloop.facts.calls import CallCard, Listen, Reason, ShutLine, Spoken
from careloop.facts.consents import ConsentPurpose, Hearing, NearAndTold, Relation, Road, Topic
from careloop.facts.outreach import (
    Claim,
    Found,
    Interval,
    ListPage,
    ListRow,
    ListsPage,
    ListState,
    NewListPage,
    WhyLeftOut,
)
from careloop.facts.outreach import Figures as Shares
from careloop.facts.pages import Choice
from careloop.facts.reach import (
    BestTime,
    BlockWhy,
    Lacking,
    NextTry,
    Number,
    PartOfCall,
    TryLine,
    TryResult,
    TryRoad,
)
from careloop.rules.checks import find_checks
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.calls import render_card
from careloop.web.staff.outreach import render_list, render_lists, render_new
from tests.web.gallery.values import AT, LONG_NAME, MORE_ROWS, ON, ROSA, ROWS, ZONE

LISTED = UUID(int=5900)
LADDER = "Order of roads: Medical Economics. How many and how far apart: product default, for the clinic to set"
REASONS = (
    Reason(
        ROWS[0], True, True, NextTry(4, TryRoad.CERTIFIED, AT + timedelta(days=2)),
        Lacking(1, 1, 2, 1, 9, clinician=True), LADDER, is_ours=False,
        matters=Say("if_waits.task"),
    ),
    Reason(
        ROWS[1], False, True, NextTry(2, TryRoad.CALL, AT, (PartOfCall.AFTERNOON, PartOfCall.EVENING)),
        Lacking(calls=1), "Product default, for the clinic to set", is_ours=True, matters=Say("if_waits.task"),
    ),
    Reason(MORE_ROWS[0], False, False, None, Lacking(), "Product default, for the clinic to set", is_ours=True),
)  # fmt: skip
TALK = "Hello, this is Dana. May I speak with Rosa?\n\nWhat is your birth date, please?\n\nYour eyes are due. " * 2
SPOKEN = (
    Spoken("es", "Hola, soy Dana. ¿Puedo hablar con Rosa?\n\n¿Me dice su fecha de nacimiento?", "Hola.", True),
    Spoken("en", TALK, "Hello. This is Dana. I have a message for Rosa. Please call me back.", True),
)
ANA = NearAndTold(
    UUID(int=5901), LONG_NAME, Relation.CHILD, ("+1 555 010 0199",), True,
    (Hearing((Topic.VISITS, Topic.MEDICINES), (Road.PHONE,), (ConsentPurpose.CARE,), ON),),
)  # fmt: skip
FLAGS = Listen(
    load_flags().ids, "Warning signs of an emergency, as MedlinePlus printed them (article 001927)", ON, False
)
BARRIERS = Listen(load_barriers().ids, "The reasons that Careloop keeps of missed visits, a list of our own", ON, False)
CARD = CallCard(
    at=AT, patient_id=ROSA, name=LONG_NAME, birth_on=date(1958, 3, 14), zone=ZONE, is_dead=False, language="es",
    needs_interpreter=True,
    numbers=(
        Number("phone", "home", "+1 555 010 0142"),
        Number("phone", "work", "+1 555 010 0143", BlockWhy.WRONG_NUMBER),
    ),
    people=(ANA, replace(ANA, id=UUID(int=5902), name="Luis", hearing=())), reasons=REASONS, others=2,
    best=BestTime(PartOfCall.EVENING, 3, 4), calls=9,
    tries=(
        TryLine(AT, "Dana Okafor", "", TryRoad.CALL, TryResult.VOICEMAIL, "+1 555 010 0142", 3, "Rang long. " * 20),
        TryLine(AT, LONG_NAME, "Ana", TryRoad.OTHER, TryResult.LATER, "+1 555 010 0199", None, ""),
    ),
    shut=(ShutLine(1, TryRoad.CALL, "+1 555 010 0143", BlockWhy.WRONG_NUMBER, AT, "Lee Martin"),
          ShutLine(None, TryRoad.EMAIL, "", BlockWhy.ASKED_NOT, AT, "")),
    spoken=SPOKEN, has_own_words=True, flags=FLAGS, barriers=BARRIERS,
)  # fmt: skip
BARE = replace(
    CARD, name="Ben Cole", language="ar", needs_interpreter=False, numbers=(), people=(), reasons=(), best=None,
    calls=1, tries=(), shut=(), spoken=SPOKEN[1:], has_own_words=False,
)  # fmt: skip
MANY = replace(
    CARD,
    reasons=tuple(
        replace(REASONS[n % 3], row=replace(REASONS[n % 3].row, id=UUID(int=5920 + n)), is_chosen=n % 3 != 2)
        for n in range(12)
    ),
)
FROM_LIST = replace(
    CARD, entry_id=UUID(int=5903), list_id=LISTED, list_name="Autumn calls", lease_until=AT + timedelta(minutes=30)
)
RULE = (
    Say("outreach.rule_check"), Say("check.diabetic_eye.name"), Say("outreach.rule_no_visit", count=365),
    Say("outreach.rule_from_age", age=40), Say("outreach.rule_language", language="es"),
)  # fmt: skip
ROW = ListRow(
    LISTED, "Pneumonoultramicroscopicsilicovolcanoconiosis in autumn", ListState.OPEN, RULE, "Sol", AT, 31, 2, 9, 7
)
LISTS = ListsPage(
    (ROW, replace(ROW, id=UUID(int=5904), name="Spring calls", state=ListState.CLOSED, waiting=0, claimed=0)), True
)
LEFT = ((WhyLeftOut.DIED, 1), (WhyLeftOut.HOSPICE, 2), (WhyLeftOut.RECENT, 14))
NEW = NewListPage((Choice("1", "Elm Street team"),), tuple(sorted(find_checks())), ("en", "es"))
COUNTED = replace(NEW, found=Found(42, LEFT), rule=RULE)
ALL = Shares("", 41, Interval(30, 41, 58, 84, is_small=False), Interval(12, 41, 18, 45, is_small=False))
FEW = Shares("es", 9, Interval(7, 9, 45, 94, is_small=True), Interval(3, 9, 12, 65, is_small=True))
LIST = ListPage(
    at=AT, row=ROW, version=3, per_day=20, quiet_days=7, most_tries=3, today=6, later=4, next_on=ON + timedelta(days=1),
    mine=None, mine_name="", left_out=LEFT,
    results=((TryResult.BOOKED, 12), (TryResult.DECLINED, 4), (TryResult.NO_ANSWER, 11)),
    by_language=(FEW, replace(ALL, name="en"), replace(FEW, name="")),
    by_group=(replace(FEW, name="45-64"), replace(FEW, name="")), all=ALL, may_make=True,
)  # fmt: skip
MINE = replace(LIST, mine=Claim(UUID(int=5903), ROSA, AT + timedelta(minutes=20)), mine_name=LONG_NAME)
NONE_YET = replace(LIST, results=(), by_language=(), by_group=(), left_out=(), later=0, next_on=None, may_make=False)
TYPED = {
    "name": "Autumn calls", "check": "diabetic_eye", "per_day": "20", "quiet_days": "7", "most_tries": "3", "unit": "1",
}  # fmt: skip


def _card_refused(request: ActingRequest) -> HttpResponse:
    typed = {"result": "booked", "note": "Her face droops.", "until": ""}
    return render_card(request, CARD, Attempt("save", None, typed, say=Say("refusal.call_flag_to_nurse")))


def _card_unclear(request: ActingRequest) -> HttpResponse:
    errors = {"result": "Choose one.", "until": "Choose a day.", "minutes": "Give a whole number."}
    return render_card(request, CARD, Attempt("save", None, {"minutes": "x"}, errors=errors))


def _new_unclear(request: ActingRequest) -> HttpResponse:
    wrong = Attempt("make", None, TYPED | {"per_day": "x"}, errors={"per_day": "Give a whole number."})
    return render_new(request, NEW, wrong)


CALLS_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "call": lambda request: render_card(request, CARD),
    "call-many": lambda request: render_card(request, MANY),
    "call-bare": lambda request: render_card(request, BARE),
    "call-from-list": lambda request: render_card(request, FROM_LIST),
    "call-dead": lambda request: render_card(request, replace(BARE, is_dead=True, language="")),
    "call-refused": _card_refused,
    "call-unclear": _card_unclear,
    "outreach": lambda request: render_lists(request, LISTS),
    "outreach-none": lambda request: render_lists(request, ListsPage((), True)),
    "outreach-new": lambda request: render_new(request, NEW),
    "outreach-counted": lambda request: render_new(request, COUNTED, Attempt("make", None, TYPED)),
    "outreach-unclear": _new_unclear,
    "outreach-list": lambda request: render_list(request, LIST),
    "outreach-list-mine": lambda request: render_list(request, MINE),
    "outreach-list-none": lambda request: render_list(request, NONE_YET),
    "outreach-list-closed": lambda request: render_list(
        request, replace(LIST, row=replace(ROW, state=ListState.CLOSED, waiting=0, claimed=0))
    ),
}
