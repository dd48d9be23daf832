"""The channels and what was sent, for the gallery, filled by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.facts.choices import ChosenStop
from careloop.facts.consents import Road, Topic
from careloop.facts.outbox import ChannelLine, ChannelState, HeldFor, OutLine, OutState, Stopped, Went
from careloop.facts.pages import Choice
from careloop.reads.channels import ChannelsPage, OutboxCounts, TestLine
from careloop.reads.outbox import OutboxPage
from careloop.rules.outbox import why_stopped
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.channels import render_channels
from careloop.web.staff.outbox import render_outbox
from tests.web.gallery.circle import WHO
from tests.web.gallery.values import AT, LONG_NAME

COUNTS = OutboxCounts({"sent": 812, "failed": 3}, 4, 1, 2, False, "", None, AT)
CHANNELS = ChannelsPage(
    lines=(
        ChannelLine(Road.TEXT, ChannelState.OFF, "", True, ("CARELOOP_TEXT_ACCOUNT", "CARELOOP_TEXT_TOKEN")),
        ChannelLine(Road.EMAIL, ChannelState.ON, "mail.of-a-clinic-with-a-long-name.example.org:465", False),
        ChannelLine(Road.LETTER, ChannelState.BY_HAND, "", False),
        ChannelLine(Road.PHONE, ChannelState.BY_HAND, "", False),
        ChannelLine(Road.PORTAL, ChannelState.SANDBOX, "127.0.0.1:8025", False),
    ),
    counts=COUNTS,
    states=tuple((state, 4) for state in OutState),
    tests=(
        TestLine(Road.TEXT, AT, None, ""),
        *(TestLine(Road.EMAIL, AT, went, "451 Try again later") for went in Went),
    ),
    is_demo=False,
    may_send_drafts=False,
    phone="(555) 010-0100",
    portal="https://careloop.of-a-clinic-with-a-long-name.example.org",
)
WAITS = replace(
    CHANNELS, counts=replace(COUNTS, is_waiting=True, because="restore"), is_demo=True, may_send_drafts=True, phone="",
    tests=(), states=(), portal="",
)  # fmt: skip
LINE = OutLine(
    id=UUID(int=971), at=AT, road=Road.TEXT, state=OutState.WAITING, held_for=HeldFor.NOTHING, to_name=LONG_NAME,
    topic=Topic.VISITS, next_at=AT + timedelta(hours=1), sent_at=None, delivered_at=None, why=None,
    is_draft_words=True, may_withdraw=True,
)  # fmt: skip
OVER = replace(LINE, next_at=None, may_withdraw=False, is_draft_words=False)
LINES = (
    LINE,
    replace(LINE, id=UUID(int=972), state=OutState.HELD, held_for=HeldFor.UNDO),
    replace(LINE, id=UUID(int=973), state=OutState.HELD, held_for=HeldFor.PERSON, road=Road.LETTER, next_at=None),
    replace(LINE, id=UUID(int=974), state=OutState.HELD, held_for=HeldFor.PERSON, road=Road.PHONE, next_at=None),
    replace(OVER, id=UUID(int=975), state=OutState.SENT, sent_at=AT, road=Road.EMAIL, to_name="Ana Alvarez"),
    replace(OVER, id=UUID(int=976), state=OutState.DELIVERED, sent_at=AT, delivered_at=AT),
    replace(OVER, id=UUID(int=977), state=OutState.UNKNOWN, next_at=AT),
    replace(OVER, id=UUID(int=978), state=OutState.CLAIMED),
    replace(OVER, id=UUID(int=979), state=OutState.FAILED),
    *(
        replace(OVER, id=UUID(int=980 + n), state=OutState.WITHDRAWN, why=why_stopped(one))
        for n, one in enumerate(Stopped)
    ),
)
STOPS = (
    ChosenStop(None, AT, f"{LONG_NAME} said on the phone: leave me alone for now."), ChosenStop(Road.TEXT, AT, "STOP"),
    ChosenStop(Road.LETTER, AT, ""),
)  # fmt: skip
OF_CIRCLE = (
    replace(STOPS[0], member_id=UUID(int=5), name=LONG_NAME),
    replace(STOPS[0], member_id=UUID(int=6), is_gone=True, name="Luis"),
)
PAGE = OutboxPage(
    WHO, LINES, 120, 2, may_write=True, stops=(*STOPS, *OF_CIRCLE), circle=(Choice(str(UUID(int=5)), LONG_NAME),)
)
READ_ONLY = OutboxPage(WHO, (), 0, 1, may_write=False, stops=STOPS)
UNSAID = Attempt(
    "stop", None, {"road": "text", "because": ""}, {"because": "Write what they said, and how you heard it."}
)
NONE = OutboxPage(WHO, (), 0, 1, may_write=False)
UNCLEAR = Attempt(
    "test_channel", None, {"road": "text", "address": "12"}, {"address": "Write your own number or e-mail address."}
)
GONE = Attempt("take_back", None, {}, say=Say("refusal.outbox_gone"))

OUTBOX_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "admin-channels": lambda request: render_channels(request, CHANNELS),
    "admin-channels-waits": lambda request: render_channels(request, WAITS),
    "admin-channels-unclear": lambda request: render_channels(request, CHANNELS, UNCLEAR),
    "sent": lambda request: render_outbox(request, PAGE),
    "sent-gone": lambda request: render_outbox(request, PAGE, GONE),
    "sent-stops": lambda request: render_outbox(request, READ_ONLY),
    "sent-unclear": lambda request: render_outbox(request, PAGE, UNSAID),
    "sent-none": lambda request: render_outbox(request, NONE),
}
