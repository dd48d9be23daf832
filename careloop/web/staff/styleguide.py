"""The page on which every part that pages are made of stands in all its states, for those who build and review them."""

from datetime import UTC, date, datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.chart import Sex
from careloop.facts.pages import Alert, Banner, Contact, Identifier, LoopRow
from careloop.facts.worklist import Ball, Deadline, LoopKind, Severity, State, Tone
from careloop.web.screen import ActingRequest, page

# The tokens with what they are for; their values stand in tokens.css.
TOKENS = (
    ("canvas", "surface", "sunken", "sel", "accent-tint"),
    ("ink", "ink2", "ink3", "line", "edge"),
    ("accent", "link", "focus", "on-accent"),
    ("late", "soon", "wait", "ok", "info", "block"),
)
_BORN = date(1958, 3, 14)
_ME = UUID(int=1)


@page()
def show_styleguide(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show every part; outside of a demo and of debugging there is no such page."""
    if not (settings.DEBUG or (request.me and request.me.is_demo)):
        raise NotFound
    return render_styleguide(request)


def render_styleguide(request: ActingRequest) -> HttpResponse:
    """Render the page of all parts from values that are made up here."""
    shown = {
        "here": "styleguide",
        "tones": [(tone, _WORDS[tone]) for tone in Tone],
        "tokens": TOKENS,
        "rows": _make_rows(),
        "who": _make_banner(),
        "errors": [("sg-wrong", _("Choose the day on which it comes back."))],
        "options": [("", _("Choose")), ("1", "Elm Street team"), ("2", "Lee Martin")],
    }
    return render(request, "staff/styleguide.html", shown)


# What each shape is for, in the words of the design.
_WORDS = {
    Tone.LATE: Say("deadline.today", time="5 pm"),
    Tone.SOON: Say("deadline.soon", count=2),
    Tone.WAIT: Say("deadline.snoozed", day=date(2026, 11, 23)),
    Tone.INFO: Say("deadline.do_by", day=date(2026, 11, 25)),
    Tone.TO_DO: Say("deadline.look_again", day=date(2026, 11, 24)),
    Tone.BLOCK: Say("deadline.none"),
    Tone.OK: Say("deadline.closed", day=date(2026, 11, 20)),
}


def _make_rows() -> tuple[LoopRow, ...]:
    """Return rows in their states: pressing and folded, waiting, of the queue."""
    ride = _make_row(3, "Arrange a ride for Mon 23 Nov", "Her son cannot drive on Mondays.", Tone.SOON)
    pills = _make_row(2, "Ask about ibuprofen with apixaban", "Together they raise the risk of bleeding.", Tone.LATE)
    first = _make_row(
        1, "Call about day 2 at home", "Home from the hospital since Wed 18 Nov, after heart failure.", Tone.LATE,
        folded=(pills, ride),
    )  # fmt: skip
    waits = _make_row(4, "Get the skin clinic's report", "The visit was on Mon 2 Nov.", Tone.WAIT, ball=Ball.PROVIDER)
    queued = _make_row(5, "Ask about a blood pressure check", "The last one was 152/94.", Tone.INFO, owner=None)
    return first, waits, queued


def _make_row(
    number: int, title: str, why: str, tone: Tone, *, ball: Ball = Ball.US, owner: UUID | None = _ME,
    folded: tuple[LoopRow, ...] = (),
) -> LoopRow:  # fmt: skip
    return LoopRow(
        id=UUID(int=number),
        version=1,
        patient_id=UUID(int=100),
        patient_name="Rosa Alvarez",
        birth_on=_BORN,
        language="es",
        needs_interpreter=number == 1,
        kind=LoopKind.TASK,
        state=State.TO_DO,
        outcome=None,
        severity=Severity.MODERATE,
        tone=tone,
        title=Say("text.free", text=title),
        because=(Say("text.free", text=why),),
        deadline=Deadline(tone, _WORDS[tone], None, datetime(2026, 11, 20, 22, tzinfo=UTC)),
        next_step=Say("text.free", text=title),
        ball=ball,
        owner_id=owner,
        owner_name="Dana Okafor" if owner else "",
        queue_name="" if owner else "Elm Street team",
        is_mine=owner == _ME,
        same_person=len(folded),
        folded=folded,
    )


def _make_banner() -> Banner:
    """Return a banner with every kind of flag."""
    return Banner(
        patient_id=UUID(int=100),
        name="ALVAREZ, Rosa Maria",
        preferred_name="Doña Rosa",
        birth_on=_BORN,
        age=68,
        died_on=None,
        is_dead=False,
        sex=Sex.FEMALE,
        identifiers=(Identifier("ID", "00 418 227", ""),),
        languages=("es",),
        needs_interpreter=True,
        contacts=(Contact("phone", "home", "(555) 010-0142"),),
        address="",
        zone="America/New_York",
        unit_name="Elm Street team",
        coordinator_name="Dana Okafor",
        alerts=(
            Alert(Tone.LATE, Say("text.free", text="Penicillin (hives)")),
            Alert(Tone.SOON, Say("text.free", text="No ride on Mondays")),
        ),
    )
