"""Pages of messages for the gallery: lists, a talk in every state, the composer, what waits for a name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.facts.answers import Meaning
from careloop.facts.choices import ChosenStop
from careloop.facts.composer import AskAs, AskedField, Look
from careloop.facts.consents import ConsentPurpose, Hearing, NearAndTold, Relation, Road, Topic
from careloop.facts.directory import EntryKind, ReferralBy
from careloop.facts.disclosures import Basis
from careloop.facts.message_figures import Counted, MessageFigures, Waited
from careloop.facts.messages import Alphabet, Composed, Field, Grade, Piece, Private, PrivateWord, TextParts
from careloop.facts.offices import (
    HeardBy,
    Letter,
    LetterComposing,
    LetterField,
    LetterKind,
    LetterLook,
    OfficeRow,
    OfficeSearch,
    OfficeWays,
    Way,
)
from careloop.facts.outbox import Direction, OutState, ThreadWith
from careloop.facts.pages import Choice
from careloop.facts.reach import BestTime, PartOfCall
from careloop.facts.threads import (
    Beside,
    Box,
    Composing,
    Correction,
    Did,
    MessageLine,
    NewThreadPage,
    ReviewRow,
    SituationChoice,
    ThreadPage,
    ThreadRow,
    ThreadsPage,
    Undone,
    WhyReview,
)
from careloop.facts.tips import BriefTip
from careloop.rules.outreach import wilson
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.threads import render_figures, render_new, render_thread, render_threads
from tests.web.gallery.scheduling import VISITS
from tests.web.gallery.values import AT, LONG_NAME, ROSA, ROWS, ZONE

LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis, my daughter said, and then we waited for the bus. " * 5
ROW = ThreadRow(
    UUID(int=700), ROSA, LONG_NAME, date(1958, 3, 14), ThreadWith.PATIENT, "", UUID(int=2), "Dana Okafor", AT,
    LONG[:160], Direction.IN, True, AT + timedelta(hours=3), False, False, None,
)  # fmt: skip
FAMILY = replace(
    ROW, id=UUID(int=701), partner=ThreadWith.MEMBER, partner_name="فاطمة الزهراء", is_unread=False, is_late=True,
    answer_by=AT - timedelta(hours=3), has_failed=True,
)  # fmt: skip
OFFICE = replace(
    ROW, id=UUID(int=702), partner=ThreadWith.OFFICE, partner_name="Bayview Heart", is_unread=False, answer_by=None,
    direction=Direction.CALL, owner_id=None, owner_name="", snoozed_until=AT + timedelta(days=2),
)  # fmt: skip
COUNTS = tuple((box, n * 3) for n, box in enumerate(Box))
LIST = ThreadsPage(AT, Box.MINE, None, "", (ROW, FAMILY, OFFICE), COUNTS, (), has_more=True, hours=24)
REVIEW = (
    ReviewRow(UUID(int=710), AT, Road.TEXT, "…9999", LONG, WhyReview.UNKNOWN, ()),
    ReviewRow(
        UUID(int=711), AT, Road.TEXT, "…0142", "1", WhyReview.SHARED,
        (Choice(str(ROSA), LONG_NAME), Choice(str(UUID(int=982)), "Ben Cole")),
    ),
    ReviewRow(UUID(int=712), AT, Road.EMAIL, "", "", WhyReview.UNREADABLE, ()),
    ReviewRow(UUID(int=713), AT, Road.EMAIL, "", "", WhyReview.LEFT, ()),
)  # fmt: skip
LINES = (
    MessageLine(
        UUID(int=720), AT - timedelta(hours=5), Direction.OUT, "", Road.TEXT, "es", "Su cita es el lunes.",
        situation="reminder_confirm", is_draft_words=True, state=OutState.DELIVERED, state_since=AT,
    ),
    MessageLine(
        UUID(int=721), AT - timedelta(hours=4), Direction.IN, "", Road.TEXT, "es", LONG, meaning=Meaning.RIDE,
        hints=(Meaning.CHANGE, Meaning.MONEY), did=Did.LOOP, loop_id=UUID(int=3), may_correct=True,
    ),
    MessageLine(
        UUID(int=724), AT - timedelta(hours=4), Direction.IN, "", Road.TEXT, "en", "Yes", meaning=Meaning.YES,
        did=Did.CONFIRMED, loop_id=UUID(int=3),
        correction=Correction(Meaning.CHANGE, Undone.VISIT, LONG.strip(), LONG_NAME, AT),
    ),
    MessageLine(
        UUID(int=725), AT - timedelta(hours=4), Direction.IN, "", Road.EMAIL, "en", "I am away until Monday.",
        meaning=Meaning.WORDS, did=Did.AUTOMATIC,
    ),
    MessageLine(UUID(int=722), AT, Direction.NOTE, LONG_NAME, None, "", "She hears badly: speak slowly."),
    MessageLine(UUID(int=723), AT, Direction.CALL, "Dana Okafor", None, "", "Agreed on Tuesday.\nHer son drives."),
    MessageLine(
        UUID(int=727), AT, Direction.OUT, "Dana Okafor", Road.PORTAL, "es", LONG, state=OutState.DELIVERED,
        state_since=AT, seen_at=AT,
    ),
    *(
        MessageLine(
            UUID(int=730 + n), AT, Direction.OUT, "Dana Okafor", Road.EMAIL, "en", "We found a ride.", state=state,
            state_since=AT, why=Say("outbox.stopped_moved") if state is OutState.WITHDRAWN else None,
            undo_until=AT + timedelta(seconds=10) if state is OutState.HELD else None,
            may_withdraw=state in (OutState.HELD, OutState.WAITING),
        )
        for n, state in enumerate(OutState)
    ),
)  # fmt: skip
COMPOSING = Composing(
    (Choice("text", "…0142"), Choice("email", "…@home.example"), Choice("portal-text", "…0142")),
    (
        SituationChoice("thank_you", Topic.VISITS, (Road.TEXT,)),
        SituationChoice("reminder_confirm", Topic.VISITS, (Road.TEXT,)),
        SituationChoice("cost_estimate", Topic.MONEY, (Road.EMAIL,)),
    ),
    ("en", "es"),
    tips=(
        BriefTip("thank_you", "Send it the same day: people answer more often. " * 3, LONG_NAME, 4),
        BriefTip("reminder_confirm", "Before nine.", "Lee Martin", 0),
    ),
)
HEARING = Hearing((Topic.VISITS,), (Road.TEXT,), (ConsentPurpose.CARE,), None)
BESIDE = Beside(
    "vi", True, (ChosenStop(Road.TEXT, AT, LONG, UUID(int=5), "Luis Tran"), ChosenStop(None, AT, "")), ROWS[:3], 7,
    VISITS[:1],
    (
        NearAndTold(UUID(int=5), LONG_NAME, Relation.CHILD, hearing=(HEARING,)),
        NearAndTold(UUID(int=6), "فاطمة الزهراء", Relation.FRIEND),
    ),
    BestTime(PartOfCall.EVENING, 3, 4), 9,
)  # fmt: skip
PAGE = ThreadPage(
    AT, ZONE, ROW, 3, False, LINES, has_earlier=True, hearing=None, asked_language="vi", needs_interpreter=True,
    answering="Lee Martin", answering_until=AT + timedelta(minutes=4), owners=(Choice(str(UUID(int=2)), LONG_NAME),),
    may_write=True, composing=COMPOSING, hours=24, lock_minutes=5, beside=BESIDE,
)  # fmt: skip
WITH_FAMILY = replace(
    PAGE, row=FAMILY, lines=LINES[:2], answering="", answering_until=None,
    hearing=(HEARING,), member_id=UUID(int=5),
    stops=(ChosenStop(Road.TEXT, AT, LONG, UUID(int=5), "Luis Tran"),),
)  # fmt: skip
TEXT = f"Hi Rosa, it is Dana. {LONG} Questions? Call (555) 010-0100. Reply STOP to end texts."
SEEN = Look(
    Composed(
        "", Road.TEXT, "en", "es", LONG, ((Piece.TEXT, TEXT),),
        (PrivateWord("heart", Private.SPECIALTY, Piece.TEXT),), TextParts(Alphabet.UCS2, 520, 8, 12, ("á",)),
        frozenset(), frozenset(),
    ),
    Grade(12.4, None, 31), 632, (Say("message_private.specialty", word="heart"), Say("compose_stop.not_approved")),
    (Say("compose_hint.hard", grade="12.4", most="6"), Say("compose_hint.parts", count=8)),
)  # fmt: skip
CLEAR = replace(SEEN, stops=(), hints=(Say("compose_hint.draft_words"),), cost_hundredths=None)
ASKED = (
    AskedField(Field.WHEN, AskAs.MOMENT, on="2026-11-30", at="09:30", is_known=True),
    AskedField(Field.OLD_WHEN, AskAs.MOMENT, on="2026-11-30", wrong=Say("compose_field.moment")),
    AskedField(Field.DAY, AskAs.DAY, wrong=Say("compose_field.missing")),
    AskedField(Field.OPENS, AskAs.HOUR, "08:00", is_known=True),
    AskedField(Field.AMOUNT, AskAs.AMOUNT, "much", wrong=Say("compose_field.amount")),
    AskedField(Field.PLACE, AskAs.PLACE, LONG_NAME, options=(("214 Maple Avenue", "Cedar Medical Office Building"),)),
    AskedField(Field.STEPS, AskAs.LONG, LONG),
    AskedField(Field.CONTACT, AskAs.PERSON, options=((LONG_NAME, ""),)),
    AskedField(Field.DOCUMENT, AskAs.DOCUMENT, options=(("id_card", "ID card"), ("plan_card", "insurance card"))),
    AskedField(Field.NUMBER, AskAs.NUMBER, "010", wrong=Say("compose_field.number")),
    AskedField(Field.PHRASE, AskAs.PHRASE, "we asked the plan again"),
)
TYPED = {"words": LONG, "road": "text", "topic": "money", "language": "en", "key": "one"}
NEW = NewThreadPage(
    ROSA, LONG_NAME, date(1958, 3, 14), (Choice("patient", LONG_NAME), Choice(f"member:{UUID(int=5)}", "Luis Tran")),
    (ROW, OFFICE), REVIEW,
)  # fmt: skip

WAYS = OfficeWays(
    UUID(int=740), "Bayview Heart", EntryKind.ORGANIZATION,
    ((Way.EMAIL, "desk@bayview.example"), (Way.FAX, "(555) 010-0101"), (Way.LETTER, "1 Bay St, Springfield, IL")),
    "(555) 010-0102", ReferralBy.EMAIL, date(2026, 1, 3), is_stale=True, has_unwanted_mail=False,
)  # fmt: skip
LETTERS = LetterComposing(
    WAYS, tuple(LetterKind), tuple((kind, tuple(LetterField)) for kind in LetterKind if kind != "own_words"),
    Basis.TREATMENT, is_dead=False,
)  # fmt: skip
LETTER = LetterLook(
    Letter(
        UUID(int=702), "one", LetterKind.REFERRAL_STATUS, Way.EMAIL, "Bayview Heart", "desk@bayview.example",
        "Northside Clinic", "(555) 010-0100", LONG_NAME, LONG_NAME, date(1958, 3, 14), "Where does it stand?",
        ("We sent you a referral for this patient.", LONG.strip()), "CL-ABCDE-23456", Basis.TREATMENT, True,
        date(2026, 11, 20), "0" * 64,
    ),
    (), "Message from Northside Clinic [CL-ABCDE-23456]", "A message from Northside Clinic is enclosed as a PDF.",
)  # fmt: skip
OFFICE_LINES = (
    MessageLine(
        UUID(int=750), AT - timedelta(hours=9), Direction.OUT, "Dana Okafor", Road.EMAIL, "en", "Is it ready?",
        state=OutState.SENT, state_since=AT, way=Way.EMAIL,
    ),
    MessageLine(
        UUID(int=751), AT - timedelta(hours=2), Direction.IN, "", Road.EMAIL, "", LONG, meaning=Meaning.WORDS,
        did=Did.PERSON, sender="kay@elsewhere.example", is_known_sender=False,
    ),
    MessageLine(
        UUID(int=752), AT, Direction.IN, LONG_NAME, Road.LETTER, "", "The report is on its way.", heard_by=HeardBy.FAX,
    ),
)  # fmt: skip
TO_OFFICE = replace(PAGE, row=OFFICE, lines=OFFICE_LINES, answering="", answering_until=None, letters=LETTERS)
LETTER_TYPED = {"words": LONG, "way": "fax", "kind": "referral_status", "what": "Cardiology", "key": "one"}
FOUND = OfficeSearch(
    "heart",
    (
        OfficeRow(UUID(int=740), LONG_NAME, EntryKind.SITE, ThreadWith.OFFICE, "1 Bay St", ReferralBy.FAX, True),
        OfficeRow(UUID(int=741), "Dr. Ito", EntryKind.PRACTITIONER, ThreadWith.CLINICIAN, "", None, False),
    ),
    has_more=True,
)  # fmt: skip
WAITED = Waited(None, Counted(31, 40, wilson(31, 40)), 39, 3, timedelta(minutes=95), timedelta(hours=50))
FIGURES = MessageFigures(
    AT - timedelta(days=30), AT, 24, WAITED,
    (replace(WAITED, partner=ThreadWith.PATIENT), Waited(ThreadWith.MEMBER, Counted(1, 4, None), 2, 1, None, None)),
    Counted(12, 61, wilson(12, 61)), Counted(3, 9, None), 14,
)  # fmt: skip
NO_FIGURES = MessageFigures(
    AT - timedelta(days=30), AT, 24, Waited(None, Counted(0, 0, None), 0, 0, None, None), (),
    Counted(0, 0, None), Counted(0, 0, None), 0,
)  # fmt: skip


def _office(
    shown: ThreadPage, letter: LetterLook | None = None, **errors: str
) -> Callable[[ActingRequest], HttpResponse]:
    attempt = Attempt("look_at_letter", None, LETTER_TYPED, errors)
    return lambda request: render_thread(request, shown, attempt, letter=letter, queue=LIST)


def _list(**changes: object) -> Callable[[ActingRequest], HttpResponse]:
    return lambda request: render_threads(request, replace(LIST, **changes))  # type: ignore[arg-type]


def _thread(
    shown: ThreadPage, verb: str = "", seen: Look | None = None, say: Say | None = None, queue: ThreadsPage = LIST
) -> Callable[[ActingRequest], HttpResponse]:
    attempt = Attempt(verb, None, TYPED, say=say) if verb else None
    return lambda request: render_thread(request, shown, attempt, seen, queue=queue)


THREADS_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "threads": _list(),
    "threads-empty": _list(rows=(), has_more=False),
    "threads-found-nothing": _list(rows=(), has_more=False, query="zebra"),
    "threads-review": _list(rows=(), has_more=False, box=Box.REVIEW, review=REVIEW),
    "threads-nobody-waits": _list(rows=(OFFICE,), has_more=False),
    "thread": _thread(PAGE),
    "thread-not-on-the-list": _thread(
        replace(PAGE, beside=Beside("", False, (), (), 0, (), (), None, 1)),
        queue=replace(LIST, rows=(OFFICE,), query="bus", partner=ThreadWith.OFFICE),
    ),
    "thread-list-empty": _thread(replace(PAGE, beside=Beside("es", False)), queue=replace(LIST, rows=())),
    "thread-family": _thread(WITH_FAMILY),
    "thread-no-consent": _thread(replace(WITH_FAMILY, hearing=())),
    "thread-look": _thread(replace(PAGE, answering=""), "look", SEEN),
    "thread-look-clear": _thread(replace(PAGE, answering=""), "look", CLEAR),
    "thread-asked": _thread(
        replace(PAGE, answering="", composing=replace(COMPOSING, situation="cost_estimate", asked=ASKED)), "look"
    ),
    "thread-refused": _thread(PAGE, "send", None, Say("refusal.thread_taken", name=LONG_NAME, time="10:05")),
    "thread-wrongly-read": lambda request: render_thread(
        request,
        replace(PAGE, answering="", lines=LINES[:3]),
        Attempt("correct", None, {"message": str(UUID(int=721)), "why": LONG}, say=Say("refusal.correction_booked")),
    ),
    "thread-office": _thread(TO_OFFICE),
    "thread-office-no-way": _thread(
        replace(
            TO_OFFICE,
            lines=(),
            letters=replace(LETTERS, ways=replace(WAYS, ways=(), likes=None, checked_on=None, has_unwanted_mail=True)),
        )
    ),
    "thread-letter": _office(TO_OFFICE, LETTER),
    "thread-letter-stopped": _office(
        replace(TO_OFFICE, is_dead=True, letters=replace(LETTERS, is_dead=True)),
        replace(LETTER, subject="", mail="", stops=(Say("refusal.letter_dead"), Say("refusal.letter_what"))),
    ),
    "thread-letter-unclear": _office(TO_OFFICE, day="Choose a day."),
    "thread-colleague": _thread(replace(PAGE, row=replace(OFFICE, partner=ThreadWith.COLLEAGUE), lines=LINES[2:3])),
    "thread-no-address": _thread(replace(PAGE, lines=(), composing=replace(COMPOSING, roads=()))),
    "thread-dead": _thread(replace(PAGE, is_dead=True, may_write=False)),
    "message-figures": lambda request: render_figures(request, FIGURES),
    "message-figures-none": lambda request: render_figures(request, NO_FIGURES),
    "thread-new": lambda request: render_new(request, NEW),
    "thread-new-found": lambda request: render_new(
        request, replace(NEW, offices=FOUND, office_threads=(Choice(str(UUID(int=702)), "Bayview Heart"),))
    ),
    "thread-new-nobody": lambda request: render_new(request, replace(NEW, offices=OfficeSearch("zebra", (), False))),
}
