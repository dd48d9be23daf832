"""Pages of family meetings, support and crises for the gallery."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.catalog.crisis import load_crisis_numbers
from careloop.facts.consents import CircleWho, ConsentPurpose, Hearing, NearAndTold, Relation, Road, Topic
from careloop.facts.crisis import CrisisPage, OwnNumber, OwnNumbersPage
from careloop.facts.directory import EntryKind
from careloop.facts.finder import Fit, Reason
from careloop.facts.meetings import (
    BookedFor,
    Decided,
    DecisionLine,
    GuestKind,
    GuestLine,
    Interprets,
    MeetingForm,
    MeetingPage,
    MeetingRow,
    MeetingsPage,
    MeetingState,
    Scoped,
    Setting,
    SummaryPage,
    Untold,
)
from careloop.facts.pages import Choice
from careloop.facts.scheduling import Offer, Promised
from careloop.facts.support import (
    DistressLine,
    Form,
    HeardFrom,
    Match,
    OfferLine,
    OfferState,
    Program,
    SupportAsk,
    SupportPage,
    SupportState,
)
from careloop.rules.scheduling import TimeTaken
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.crisis import render_crisis, render_numbers
from careloop.web.staff.meetings import render_meeting, render_meetings, render_summary
from careloop.web.staff.support import render_support
from tests.web.gallery.values import AT, LONG_NAME, ON, ROSA, ROWS, ZONE

WHO = CircleWho(ROSA, LONG_NAME, date(1958, 3, 14), ZONE)
HEARS = (Hearing((Topic.VISITS, Topic.MONEY), (Road.PHONE,), (ConsentPurpose.CARE,), date(2027, 3, 3)),)
ANA = NearAndTold(UUID(int=701), "Ana Alvarez", Relation.CHILD, (), is_emergency=True, hearing=HEARS)
STAFF = (Choice(str(UUID(int=1)), "Dana Okafor"), Choice(str(UUID(int=2)), LONG_NAME))
ROW = MeetingRow(
    UUID(int=700), "Plan going home, with Pneumonoultramicroscopicsilicovolcanoconiosis", MeetingState.HELD,
    AT - timedelta(hours=2), "Dana Okafor", AT - timedelta(days=3),
)  # fmt: skip
DECIDED = (
    Decided(Topic.VISITS, "A car takes her to each visit.", "Dana Okafor", ON),
    Decided(
        Topic.MENTAL, "Notwithstanding considerable uncertainty, multidisciplinary evaluation continues.", "", None
    ),
)
DECISIONS = tuple(DecisionLine(n, one, ROWS[n].id, n == 0, (2.1, 19.4)[n], n == 0) for n, one in enumerate(DECIDED))
SCOPES = (Scoped(Road.PHONE, DECIDED[:1], 1), Scoped(Road.TEXT, (), 2))
GUESTS = (
    GuestLine(1, GuestKind.PATIENT, LONG_NAME, None, "es", needs_interpreter=True, came=True),
    GuestLine(2, GuestKind.MEMBER, "Ana Alvarez", Relation.CHILD, "es", needs_interpreter=False, came=True,
              hearing=HEARS, scopes=SCOPES, told_at=AT, told_by="Dana Okafor", told_road=Road.PHONE),
    GuestLine(3, GuestKind.MEMBER, "فاطمة الزهراء", Relation.FRIEND, "ar", needs_interpreter=True, came=False,
              untold=Untold.NO_CONSENT),
    GuestLine(4, GuestKind.MEMBER, "Ben Cole", Relation.SIBLING, "", needs_interpreter=False, came=True,
              hearing=HEARS, scopes=SCOPES),
    GuestLine(5, GuestKind.STAFF, "Lee Martin", None, "", needs_interpreter=False, came=True),
)  # fmt: skip
SETTING = Setting(AT - timedelta(hours=2), 45, MeetingForm.IN_PERSON, "Room 2, second floor", Interprets.QUALIFIED)
HELD = MeetingPage(
    AT, WHO, ROW, 3, ROWS[0].id, "I want to be at home.\nI do not want to be a burden.", "Stairs\nMedicines", SETTING,
    GUESTS, DECISIONS, ("es", "?"), ROWS[1].id, (ANA,), STAFF, "Elm Street Clinic", "Dana Okafor", may_change=True,
)  # fmt: skip
UNASKED = tuple(replace(one, came=None, told_at=None, told_by="", told_road=None, untold=None) for one in GUESTS)
TO_ARRANGE = replace(
    HELD, row=replace(ROW, state=MeetingState.TO_ARRANGE, starts_at=None), setting=None, guests=UNASKED, decisions=(),
    interpreter_loop=None, wishes="", agenda="",
)  # fmt: skip
BOOKABLE = (
    BookedFor(UUID(int=730), LONG_NAME, EntryKind.PRACTITIONER, "Harbor Heart"),
    BookedFor(UUID(int=731), "Family room", EntryKind.ROOM, "Elm Street Clinic"),
    BookedFor(UUID(int=732), "Ana Ruiz", EntryKind.INTERPRETER),
)
TO_ARRANGE = replace(TO_ARRANGE, bookable=BOOKABLE)
SET = replace(HELD, row=replace(ROW, state=MeetingState.SET), guests=UNASKED, booked=BOOKABLE[:2], bookable=BOOKABLE)
OVER = replace(HELD, row=replace(ROW, state=MeetingState.TOLD), may_change=False)
LIST = MeetingsPage(
    AT, WHO, (ROW, *(replace(ROW, id=UUID(int=710 + n), state=one) for n, one in enumerate(MeetingState))), (ANA,),
    STAFF, may_change=True,
)  # fmt: skip
SUMMARY = SummaryPage(
    AT, WHO, ROW.id, GUESTS[3], Road.PHONE, (Road.PHONE, Road.IN_PERSON), "es", True,
    "Lo que dijimos en la reunión con la familia el lunes 23 de noviembre",
    ("A car takes her to each visit. Dana Okafor lo hará. Estará hecho a más tardar el martes 24 de noviembre.",),
    ("A car takes her to each visit.",), 1, "Elm Street Clinic", "Dana Okafor", may_change=True,
)  # fmt: skip
NOTHING = replace(SUMMARY, road=None, roads=(), lines=(), own_words=(), kept_back=2)
OTHER_TONGUE = replace(SUMMARY, guest=GUESTS[2], language="en", is_own_language=False, title="What we said")
GROUP = Program(
    UUID(int=720), "Living with diabetes", "support_group", "Talk with others once a week.", ("Diabetes",),
    ("en", "es"), True, "12 Elm Street, Troy, NY", "(555) 010-0171", "Free", "Tuesdays at 6 pm", "Call first.", ON,
)  # fmt: skip
NEVER_CHECKED = replace(GROUP, id=UUID(int=721), name=LONG_NAME, checked_on=None)
REASONS = (
    Reason(Fit.YES, Say("support_fit.about_yes", about="diabetes", language="", place="")),
    Reason(Fit.NO, Say("support_fit.language_no", about="", language="vi", place="")),
    Reason(Fit.NOT_KNOWN, Say("support_fit.free_not_known", about="", language="", place="")),
)
NOTE = DistressLine(
    UUID(int=730), "I can not sleep any more, and nobody comes. " * 3, HeardFrom.PATIENT, "Dana Okafor", AT,
    SupportState.CALL, ROWS[0].id, 1, AT + timedelta(days=1), "Lee Martin",
)  # fmt: skip
OFFER = OfferLine(UUID(int=740), GROUP.name, OfferState.CHOSEN, 1, ROWS[1].id, REASONS[:1], AT, "Dana Okafor")
SUPPORT = SupportPage(
    AT, WHO,
    (NOTE, replace(NOTE, id=UUID(int=731), state=SupportState.CHECK, said="She cried. Her sister is with her."),
     replace(NOTE, id=UUID(int=732), state=SupportState.ENDED)),
    tuple(replace(OFFER, id=UUID(int=741 + n), state=one) for n, one in enumerate(OfferState)),
    (("en", "I know this can be a hard time.", "draft"), ("es", "Sé que puede ser un tiempo duro.", "draft")),
    STAFF, ("Type 2 diabetes mellitus",), ("es",), may_change=True, asked=SupportAsk("diabetes", "vi", Form.ONLINE),
    matches=(Match(GROUP, REASONS, 1, 1), Match(NEVER_CHECKED, (), 0, 0)),
    beyond=2,
)  # fmt: skip
OWN = OwnNumber(UUID(int=750), "Clinician on call", "(555) 010-0100", "Day and night", 1, "Noor Haddad", AT)
CRISIS = CrisisPage(
    AT, ZONE, load_crisis_numbers(), (OWN,), STAFF, (Choice("1", "Elm Street team"), Choice("2", "Intake")),
    "Dana Okafor",
)  # fmt: skip
CRISIS_ABOUT = replace(
    CRISIS,
    own=(),
    units=(),
    patient_id=ROSA,
    patient_name=LONG_NAME,
    phone="(555) 010-0142",
    address="12 Elm Street, Troy, NY",
)


def _plan_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt("plan", None, {"wishes": "At home."}, errors={"reason": "Say why."})
    return render_meetings(request, LIST, tried)


def _no_interpreter(request: ActingRequest) -> HttpResponse:
    typed = {"day": "2026-12-01", "clock": "10:00", "minutes": "60", "interprets": "nobody"}
    return render_meeting(request, TO_ARRANGE, Attempt("set_time", None, typed, say=Say("refusal.meeting_interpreter")))


def _decision_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt("decide", None, {"words": "A car."}, errors={"by": "Choose a day.", "owner": "Choose a person."})
    return render_meeting(request, HELD, tried)


def _not_told(request: ActingRequest) -> HttpResponse:
    return render_summary(request, SUMMARY, Attempt("give", None, {}, say=Say("refusal.meeting_no_consent")))


def _crisis_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt("report", None, {"about": "A caller"}, errors={"words": "Say what happened."})
    return render_crisis(request, CRISIS, tried)


def _support_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt("call", None, {"note": str(NOTE.id)}, errors={"said": "Say what came of it."})
    return render_support(request, SUPPORT, tried)


def _taken(request: ActingRequest) -> HttpResponse:
    at = AT + timedelta(days=1)
    offers = (Offer(Promised(at, ZONE, at.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)), ()),)
    no = TimeTaken(offers)
    typed = {"day": "2026-11-23", "clock": "10:00", "minutes": "45", "room": str(BOOKABLE[1].id)}
    return render_meeting(request, TO_ARRANGE, Attempt("set_time", None, typed, say=no.say, refusal=no))


MEETINGS_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "meetings": lambda request: render_meetings(request, LIST),
    "meetings-none": lambda request: render_meetings(request, replace(LIST, rows=(), members=())),
    "meetings-unclear": _plan_unclear,
    "meeting-to-arrange": lambda request: render_meeting(request, TO_ARRANGE),
    "meeting-no-interpreter": _no_interpreter,
    "meeting-taken": _taken,
    "meeting-set": lambda request: render_meeting(request, SET),
    "meeting-held": lambda request: render_meeting(request, HELD),
    "meeting-unclear": _decision_unclear,
    "meeting-over": lambda request: render_meeting(request, OVER),
    "meeting-summary": lambda request: render_summary(request, SUMMARY),
    "meeting-summary-nothing": lambda request: render_summary(request, NOTHING),
    "meeting-summary-other-tongue": lambda request: render_summary(request, OTHER_TONGUE),
    "meeting-summary-refused": _not_told,
    "support": lambda request: render_support(request, SUPPORT),
    "support-none": lambda request: render_support(
        request, replace(SUPPORT, distress=(), offers=(), matches=(), beyond=0)
    ),
    "support-unclear": _support_unclear,
    "crisis": lambda request: render_crisis(request, CRISIS),
    "crisis-about": lambda request: render_crisis(request, CRISIS_ABOUT),
    "crisis-unclear": _crisis_unclear,
    "crisis-numbers": lambda request: render_numbers(request, OwnNumbersPage(AT, (OWN,), load_crisis_numbers())),
}
