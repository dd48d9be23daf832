"""Links for patients, on the staff's side and on the patient's, for the gallery, filled by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import translation

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.consents import CircleWho, Road
from careloop.facts.messages import Composed, Piece
from careloop.facts.portal import (
    GIVEN,
    LINK_ROADS,
    AnswerForm,
    LinkPurpose,
    LinkRow,
    LinksPage,
    LinkState,
    OpenPromise,
    OwnMessage,
    OwnQuestion,
    OwnVisit,
    PortalPage,
)
from careloop.facts.referrals import ReferralState
from careloop.facts.scheduling import BookingState, Preparation
from careloop.facts.worklist import Ball, LoopKind
from careloop.rules.portal import list_next
from careloop.rules.scheduling import say_preparation
from careloop.web.portal.links import BirthForm, render_enter, render_here
from careloop.web.portal.screen import show_closed
from careloop.web.screen import Attempt
from careloop.web.staff.patient_links import render_links
from tests.web.gallery.values import AT, LONG_NAME, ON, ROSA, ZONE

NINE = datetime.fromisoformat("2026-11-30T09:30")
LONG_PLACE = "The Cedar Medical Office Building, 14 Elm Street at the Corner of Second Avenue, Floor 2, Nowhere"
STEPS = (say_preparation(Preparation.FASTING), say_preparation(Preparation.ESCORT))
COST = Say("reminder_step.pays", day=date(2026, 11, 20), amount="$1,230.50")
VISIT = OwnVisit(UUID(int=801), 3, NINE, 30, LONG_PLACE, True, True, False, steps=STEPS, cost=COST)
VISITS = (
    VISIT,
    replace(VISIT, id=UUID(int=802), wall=NINE.replace(hour=12, minute=0), may_confirm=False, is_confirmed=True,
            asked_to_change=True),
    replace(VISIT, id=UUID(int=803), wall=NINE + timedelta(days=40), place="", has_moved=True, steps=(), cost=None),
)  # fmt: skip
TASK = OpenPromise(LoopKind.TASK, Ball.US, date(2026, 11, 27), "Dana Okafor-Featherstonehaugh")
PROMISES = (
    TASK, TASK, replace(TASK, by_on=date(2026, 11, 2), owner=""), replace(TASK, has_label=True),
    replace(TASK, is_question=True),
    replace(TASK, kind=LoopKind.VISIT, booking=BookingState.BOOKED, wall=NINE),
    replace(TASK, kind=LoopKind.REFERRAL, ball=Ball.PROVIDER, referral=ReferralState.SENT),
    *(replace(TASK, kind=kind) for kind in LoopKind),
)  # fmt: skip
LINES = list_next(PROMISES, ON)
PAGE = PortalPage(
    AT, ZONE, LinkPurpose.ALL, "Rosa", "en", AT + timedelta(days=7), "Dana Okafor", visits=VISITS, lines=LINES
)
QUESTION = OwnQuestion("Did the new pills help you sleep? " * 4, AnswerForm.YES_NO, asked_by="Dana Okafor")
ASKED = replace(PAGE, purpose=LinkPurpose.QUESTION, visits=(), lines=(), question=QUESTION)
NOTHING = replace(PAGE, purpose=LinkPurpose.NEXT, visits=(), lines=(), helper="")
DAUGHTER = replace(PAGE, purpose=LinkPurpose.VISIT, visits=(VISIT,), lines=(), for_name=LONG_NAME)
LETTER = "Hi Rosa,\n\nYour visit is Monday, November 30 at 9:30 in the morning. Can you come?\n\nDana "
LETTER += "Pneumonoultramicroscopicsilicovolcanoconiosis "
WROTE = replace(ASKED, purpose=LinkPurpose.MESSAGE, question=None, message=OwnMessage(LETTER, "en", AnswerForm.YES_NO))
WROTE_ES = replace(
    WROTE, language="es", for_name=LONG_NAME, message=OwnMessage("Hola Rosa:\n\nGracias por avisar.\n\nDana", "es")
)
TOLD = replace(WROTE, message=OwnMessage(LETTER, "en", AnswerForm.YES_NO, "Yes. I need a ride " * 6))
CHANGED = replace(WROTE, name="", helper="", message=OwnMessage(has_changed=True))
FORM = "a-form-of-this-browser"
SAYS_NO = Refusal(Say("refusal.link_visit_moved"))

WHO = CircleWho(ROSA, LONG_NAME, date(1958, 3, 14), ZONE)
ROWS = tuple(
    LinkRow(
        UUID(int=820 + n), purpose, state, AT, "Dana Okafor", AT + timedelta(days=7), uses,
        AT if uses else None, for_name="فاطمة الزهراء" if n == 1 else "",
        about=NINE if purpose is LinkPurpose.VISIT else None,
        question="Did the new pills help? " * 5 if purpose is LinkPurpose.QUESTION else "",
        answer="Yes. I sleep now, and I walk to the shop again. " * 4 if purpose is LinkPurpose.QUESTION else "",
    )
    for n, (purpose, state, uses) in enumerate(
        (
            (LinkPurpose.NEXT, LinkState.LIVE, 0), (LinkPurpose.VISIT, LinkState.LIVE, 3),
            (LinkPurpose.QUESTION, LinkState.OVER, 1), (LinkPurpose.ALL, LinkState.LOCKED, 0),
            (LinkPurpose.NEXT, LinkState.ENDED, 1), (LinkPurpose.MESSAGE, LinkState.LIVE, 1),
        )
    )
)  # fmt: skip
MEMBERS = ((UUID(int=911), "Ana Alvarez", (LinkPurpose.VISIT,)), (UUID(int=912), LONG_NAME, GIVEN[:1]))
CARRIED = tuple(
    (road, Composed("portal_link", road, "es", "es", "…", pieces, (), None, frozenset(), frozenset()))
    for road, pieces in (
        (Road.TEXT, ((Piece.TEXT, "Hola Rosa, soy Dana. Abra su propio enlace: https://… (link) " * 3),)),
        (Road.EMAIL, ((Piece.EMAIL_SUBJECT, "Un mensaje para usted de Dana"), (Piece.EMAIL_BODY, LETTER * 2))),
    )
)
LINKS = LinksPage(AT, WHO, "es", ROWS, VISITS, MEMBERS, (PAGE,), may_give=True, chosen=LinkPurpose.ALL,
    messages=CARRIED, roads=LINK_ROADS,
)  # fmt: skip
EMPTY = replace(LINKS, rows=(), visits=(), members=(), previews=(NOTHING,), chosen=LinkPurpose.NEXT)
CLOSED = replace(EMPTY, may_give=False)
UNCLEAR = Attempt("give", None, {"purpose": "visit", "days": "7"}, say=Say("refusal.link_visit"))
ADDRESS = "https://careloop.clinic.example/p/Jx2mT6bq0dQ8vWl3yYH5n1aZr7KpE4uGs9cVfXtB2M0/"
TRIED = BirthForm({"month": "13", "day": "1", "year": "58"})


def _in_language(show: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Show a patient's page in the language of the gallery: it has a choice of its own."""

    def shown(request: HttpRequest) -> HttpResponseBase:
        request.GET = QueryDict(f"words={translation.get_language()}")
        return show(request)

    return shown


PORTAL_SHOWN = {
    "links": lambda request: render_links(request, LINKS),
    "links-empty": lambda request: render_links(request, EMPTY),
    "links-no": lambda request: render_links(request, CLOSED),
    "links-unclear": lambda request: render_links(request, LINKS, UNCLEAR),
    "links-new": lambda request: render_links(request, LINKS, address=ADDRESS),
    "portal-enter": _in_language(render_enter),
    "portal-unclear": _in_language(lambda request: render_enter(request, TRIED, unclear=True)),
    "portal-wrong": _in_language(lambda request: render_enter(request, TRIED, wrong=True)),
    "portal-closed": _in_language(show_closed),
    "portal-all": _in_language(lambda request: render_here(request, PAGE, FORM, done="confirmed")),
    "portal-visit": _in_language(lambda request: render_here(request, DAUGHTER, FORM)),
    "portal-refused": _in_language(lambda request: render_here(request, DAUGHTER, FORM, no=SAYS_NO)),
    "portal-question": _in_language(lambda request: render_here(request, ASKED, FORM)),
    "portal-message": _in_language(lambda request: render_here(request, WROTE, FORM)),
    "portal-message-words": _in_language(lambda request: render_here(request, WROTE_ES, FORM)),
    "portal-message-told": _in_language(lambda request: render_here(request, TOLD, FORM, done="answered")),
    "portal-message-changed": _in_language(lambda request: render_here(request, CHANGED, FORM)),
    "portal-nothing": _in_language(lambda request: render_here(request, NOTHING, FORM)),
}
