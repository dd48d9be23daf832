"""Pages of messages for the gallery: lists, a talk in every state, the composer, what waits for a name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.facts.answers import Meaning
from careloop.facts.composer import AskAs, AskedField, Look
from careloop.facts.consents import ConsentPurpose, Hearing, Road, Topic
from careloop.facts.messages import Alphabet, Composed, Field, Grade, Piece, Private, PrivateWord, TextParts
from careloop.facts.outbox import Direction, OutState, ThreadWith
from careloop.facts.pages import Choice
from careloop.facts.threads import (
    Box,
    Composing,
    Did,
    MessageLine,
    NewThreadPage,
    ReviewRow,
    SituationChoice,
    ThreadPage,
    ThreadRow,
    ThreadsPage,
    WhyReview,
)
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.threads import render_new, render_thread, render_threads
from tests.web.gallery.values import AT, LONG_NAME, ROSA, ZONE

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
)  # fmt: skip
LINES = (
    MessageLine(
        UUID(int=720), AT - timedelta(hours=5), Direction.OUT, "", Road.TEXT, "es", "Su cita es el lunes.",
        situation="reminder_confirm", is_draft_words=True, state=OutState.DELIVERED, state_since=AT,
    ),
    MessageLine(
        UUID(int=721), AT - timedelta(hours=4), Direction.IN, "", Road.TEXT, "es", LONG, meaning=Meaning.RIDE,
        hints=(Meaning.CHANGE, Meaning.MONEY), did=Did.LOOP, loop_id=UUID(int=3),
    ),
    MessageLine(UUID(int=722), AT, Direction.NOTE, LONG_NAME, None, "", "She hears badly: speak slowly."),
    MessageLine(UUID(int=723), AT, Direction.CALL, "Dana Okafor", None, "", "Agreed on Tuesday.\nHer son drives."),
    MessageLine(
        UUID(int=725), AT, Direction.OUT, "Dana Okafor", Road.PORTAL, "es", LONG, state=OutState.DELIVERED,
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
)
PAGE = ThreadPage(
    AT, ZONE, ROW, 3, False, LINES, has_earlier=True, hearing=None, asked_language="vi", needs_interpreter=True,
    answering="Lee Martin", answering_until=AT + timedelta(minutes=4), owners=(Choice(str(UUID(int=2)), LONG_NAME),),
    may_write=True, composing=COMPOSING, hours=24, lock_minutes=5,
)  # fmt: skip
WITH_FAMILY = replace(
    PAGE, row=FAMILY, lines=LINES[:2], answering="", answering_until=None,
    hearing=(Hearing((Topic.VISITS,), (Road.TEXT,), (ConsentPurpose.CARE,), None),),
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


def _list(**changes: object) -> Callable[[ActingRequest], HttpResponse]:
    return lambda request: render_threads(request, replace(LIST, **changes))  # type: ignore[arg-type]


def _thread(
    shown: ThreadPage, verb: str = "", seen: Look | None = None, say: Say | None = None
) -> Callable[[ActingRequest], HttpResponse]:
    attempt = Attempt(verb, None, TYPED, say=say) if verb else None
    return lambda request: render_thread(request, shown, attempt, seen)


THREADS_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "threads": _list(),
    "threads-empty": _list(rows=(), has_more=False),
    "threads-found-nothing": _list(rows=(), has_more=False, query="zebra"),
    "threads-review": _list(rows=(), has_more=False, box=Box.REVIEW, review=REVIEW),
    "thread": _thread(PAGE),
    "thread-family": _thread(WITH_FAMILY),
    "thread-no-consent": _thread(replace(WITH_FAMILY, hearing=())),
    "thread-look": _thread(replace(PAGE, answering=""), "look", SEEN),
    "thread-look-clear": _thread(replace(PAGE, answering=""), "look", CLEAR),
    "thread-asked": _thread(
        replace(PAGE, answering="", composing=replace(COMPOSING, situation="cost_estimate", asked=ASKED)), "look"
    ),
    "thread-refused": _thread(PAGE, "send", None, Say("refusal.thread_taken", name=LONG_NAME, time="10:05")),
    "thread-office": _thread(replace(PAGE, row=OFFICE, lines=(), composing=replace(COMPOSING, roads=()))),
    "thread-colleague": _thread(replace(PAGE, row=replace(OFFICE, partner=ThreadWith.COLLEAGUE), lines=LINES[2:3])),
    "thread-no-address": _thread(replace(PAGE, lines=(), composing=replace(COMPOSING, roads=()))),
    "thread-dead": _thread(replace(PAGE, is_dead=True, may_write=False)),
    "thread-new": lambda request: render_new(request, NEW),
}
