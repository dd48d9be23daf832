"""The house's addresses, and beside them pages filled by hand. Only for tests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import translation

from careloop.basics.refusals import Refusal, WrongPatient
from careloop.basics.words import Say
from careloop.config.urls import handler400, handler403, handler404, handler429, handler500
from careloop.config.urls import urlpatterns as house
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.pages import PersonName
from careloop.facts.worklist import FINISHED_STEP
from careloop.reads.access import Covering
from careloop.reads.frame import FrameCounts
from careloop.web import errors
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff import forms
from careloop.web.staff.caseload import render_back, render_caseload, render_cover, render_list
from careloop.web.staff.documents import render_document, render_documents, render_notes
from careloop.web.staff.export import render_hand_out
from careloop.web.staff.find import render_find
from careloop.web.staff.loops import render_loop
from careloop.web.staff.matching import render_same
from careloop.web.staff.patients import render_patients
from careloop.web.staff.people import render_part, render_patient
from careloop.web.staff.registration import WhoForm, render_new
from careloop.web.staff.safety import render_safety
from careloop.web.staff.signing import render_check, render_checks
from careloop.web.staff.styleguide import render_styleguide
from careloop.web.staff.team import render_day, render_team, render_work
from careloop.web.staff.worklist import render_today
from tests.web.gallery import caseloads, checks, itineraries, medicines, overviews, papers, people, values, waitlist
from tests.web.gallery.administration import ADMIN_SHOWN
from tests.web.gallery.calls import CALLS_SHOWN
from tests.web.gallery.circle import CIRCLE_SHOWN
from tests.web.gallery.cover import COVER_SHOWN
from tests.web.gallery.directory import DIRECTORY_SHOWN
from tests.web.gallery.handoffs import HANDOFFS_SHOWN
from tests.web.gallery.mailbox import MAILBOX_SHOWN
from tests.web.gallery.meetings import MEETINGS_SHOWN
from tests.web.gallery.messages import MESSAGES_SHOWN
from tests.web.gallery.outages import OUT_SHOWN
from tests.web.gallery.outbox import OUTBOX_SHOWN
from tests.web.gallery.packets import PACKETS_SHOWN
from tests.web.gallery.portal import PORTAL_SHOWN
from tests.web.gallery.referrals import REFERRALS_SHOWN
from tests.web.gallery.reminders import REMINDERS_SHOWN
from tests.web.gallery.scheduling import VISITS_SHOWN
from tests.web.gallery.threads import THREADS_SHOWN
from tests.web.gallery.values import ROSA

__all__ = ["SHOWN", "handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

TYPED = {"version": "2", "until": "2026-11-27", "reason": "She asked for next week.", "to": "team:1"}


def _today_taken(request: ActingRequest) -> HttpResponse:
    tried = Attempt(
        verb="snooze",
        loop_id=values.ROWS[0].id,
        values=TYPED,
        say=Say("text.free", text="Lee Martin logged a contact."),
        taken=True,
    )
    return render_today(request, values.today_full(), tried)


# All steps of a plan took place, and what was noted when the patient was last reached is at hand or is not.
FINISHED = replace(values.ROWS[0], next_step=FINISHED_STEP)


def _loop_finished(words: str) -> Callable[[ActingRequest], HttpResponse]:
    made = overviews.loop_page(FINISHED)
    shown = replace(made, selected=replace(made.selected, words_at_hand=words))
    return lambda request: render_loop(request, shown)


def _loop_taken(request: ActingRequest) -> HttpResponse:
    tried = Attempt(
        verb="snooze",
        loop_id=values.ROWS[0].id,
        values=TYPED,
        say=Say("text.free", text="Lee Martin logged a contact."),
        taken=True,
    )
    return render_loop(request, overviews.loop_page(), tried)


def _today_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt(
        verb="dismiss",
        loop_id=values.ROWS[0].id,
        values={"reason": ""},
        errors={"reason": "Say why, in a few words."},
    )
    return render_today(request, values.today_full(), tried)


def _find_hits(request: ActingRequest) -> HttpResponse:
    form = forms.FindForm({"name": "Rosa Alvarez", "birth_on": "1958-03-14"})
    form.is_valid()
    return render_find(request, form, hits=people.HITS)


def _safety_unclear(request: ActingRequest) -> HttpResponse:
    typed = {"check": "interacting_medicines", "key": "b", "reason": "other", "clinician": ""}
    tried = Attempt(verb="override", loop_id=None, values=typed, errors={"clinician": "Name the clinician."})
    return render_safety(request, medicines.panel_full(), tried)


def _check_refused(request: ActingRequest) -> HttpResponse:
    tried = Attempt(
        verb="sign",
        loop_id=None,
        values={"state": "off", "note": "Too many.", "threshold:hba1c_overdue.upper": "200"},
        errors={"note": "At most 2000 characters."},
        say=Say("refusal.threshold.no_number", threshold="hba1c_overdue.upper"),
    )
    return render_check(request, checks.PAGE, tried)


def _hand_out_unclear(request: ActingRequest) -> HttpResponse:
    form = forms.HandOutForm({"patient": str(ROSA), "recipient": "", "reason": ""})
    return render_hand_out(request, people.patient_full().banner, form, refused=Refusal(Say("refusal.document_empty")))


def _notes_hits(request: ActingRequest) -> HttpResponse:
    form = forms.NoteSearchForm({"words": "knee"})
    form.is_valid()
    return render_notes(request, form, found=papers.FOUND)


def _answer_unclear(request: ActingRequest) -> HttpResponse:
    typed = {"amendment": str(papers.OPEN.id), "basis": "", "words": ""}
    errors_of = {"basis": "Choose the ground.", "words": "Write the words."}
    tried = Attempt(verb="deny", loop_id=None, values=typed, errors=errors_of)
    return render_patient(request, people.patient_full(), tried)


def _request_unclear(request: ActingRequest) -> HttpResponse:
    typed = {"asked_by": "Rosa Alvarez", "wrong": "It says that I smoke."}
    tried = Attempt(verb="ask", loop_id=None, values=typed, errors={"should_say": "Say what it should say."})
    return render_patient(request, people.patient_full(), tried)


SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "today": lambda request: render_today(request, values.today_full()),
    "today-silent": lambda request: render_today(request, values.today_silent()),
    "today-empty": lambda request: render_today(request, values.today_empty()),
    "today-long": lambda request: render_today(request, values.today_long()),
    "today-done": lambda request: render_today(request, values.today_done()),
    "today-taken": _today_taken,
    "today-unclear": _today_unclear,
    "patient": lambda request: render_patient(request, people.patient_full()),
    "patient-new": lambda request: render_patient(request, people.patient_new()),
    "patient-dead": lambda request: render_patient(request, people.patient_dead()),
    "patient-starting": lambda request: render_patient(request, people.patient_starting()),
    "patient-large": lambda request: render_patient(request, people.patient_large()),
    "part-loops": lambda request: render_part(request, overviews.part_page("loops", loops=values.ROWS)),
    "part-closed": lambda request: render_part(request, overviews.part_page("closed", loops=(values.CLOSED,))),
    "part-contacts": lambda request: render_part(request, overviews.part_page("contacts", contacts=overviews.CONTACTS)),
    "part-results": lambda request: render_part(request, overviews.part_results(people.patient_full().sections[0])),
    "part-problems": lambda request: render_part(request, people.part_problems()),
    "loop": lambda request: render_loop(request, overviews.loop_page()),
    "loop-closed": lambda request: render_loop(request, overviews.loop_page(values.CLOSED, tried=(), earlier=0)),
    "loop-finished": _loop_finished(""),
    "loop-finished-noted": _loop_finished("She was seen for the last time."),
    "loop-look": lambda request: render_loop(request, overviews.loop_page(values.MORE_ROWS[0], can_act=False)),
    "loop-taken": _loop_taken,
    "patient-linked": lambda request: render_patient(request, people.patient_linked()),
    "same": lambda request: render_same(request, people.two_records()),
    "same-said": lambda request: render_same(
        request, people.two_records(said_by="Lee Martin", said_why="One address.")
    ),
    "same-held": lambda request: render_same(request, people.two_records(other=None, differs=frozenset())),
    "new": lambda request: render_new(request, WhoForm(), people.TEAMS),
    "new-rest": lambda request: render_new(request, WhoForm(people.WHO), people.TEAMS, hits=people.HITS),
    "safety": lambda request: render_safety(request, medicines.panel_full()),
    "safety-empty": lambda request: render_safety(request, medicines.panel_empty()),
    "safety-unclear": _safety_unclear,
    "plan-empty": itineraries.plans_empty,
    "plan": itineraries.plans_three,
    "plan-taken": itineraries.plans_taken,
    "plan-few": itineraries.plans_few,
    "plan-closest": itineraries.plans_closest,
    "plan-stuck": itineraries.plans_stuck,
    "plan-stands": itineraries.plans_stand,
    "waitlist": waitlist.waitlist,
    "freed": waitlist.freed,
    "freed-late": waitlist.freed_late,
    "waitlist-unclear": waitlist.wish_unclear,
    "documents": lambda request: render_documents(request, ROSA, papers.LINES, count=120, number=2),
    "documents-none": lambda request: render_documents(request, ROSA, (), count=0, number=1),
    "document": lambda request: render_document(request, papers.document(words="Metformin | 500 mg\n\n" * 9)),
    "document-theirs": lambda request: render_document(request, replace(papers.document(), may_take_out=True)),
    "document-picture": lambda request: render_document(request, papers.document(papers.SCAN)),
    "document-unread": lambda request: render_document(request, papers.document(papers.LONG)),
    "hand-out": lambda request: render_hand_out(request, people.patient_full().banner, forms.HandOutForm()),
    "hand-out-unclear": _hand_out_unclear,
    "notes": lambda request: render_notes(request, forms.NoteSearchForm()),
    "notes-hits": _notes_hits,
    "notes-unclear": lambda request: render_notes(request, forms.NoteSearchForm({"words": "", "patient": str(ROSA)})),
    "patient-answer-unclear": _answer_unclear,
    "patient-request-unclear": _request_unclear,
    "you": lambda request: render(request, "staff/you.html", {"here": "you"}),
    "find-hits": _find_hits,
    "find-any": lambda request: render_find(request, forms.FindForm(), answer=caseloads.ANSWER),
    "find-any-none": lambda request: render_find(request, forms.FindForm(), answer=caseloads.NOBODY),
    "patients": lambda request: render_patients(request, caseloads.MINE),
    "patients-none": lambda request: render_patients(request, caseloads.NONE),
    "team": lambda request: render_team(request, caseloads.TEAM),
    "team-work": lambda request: render_work(request, caseloads.WORK),
    "team-work-none": lambda request: render_work(request, replace(caseloads.WORK, rows=())),
    "team-work-refused": lambda request: render_work(request, caseloads.WORK, caseloads.REFUSED),
    "day": lambda request: render_day(request, caseloads.DAY),
    "day-none": lambda request: render_day(request, replace(caseloads.DAY, rows=())),
    "caseload": lambda request: render_caseload(request, caseloads.CASELOAD),
    "caseload-list": lambda request: render_list(request, caseloads.LISTED),
    "caseload-list-refused": lambda request: render_list(request, caseloads.LISTED, caseloads.UNCLEAR),
    "caseload-list-none": lambda request: render_list(request, replace(caseloads.LISTED, lines=(), person_id=None)),
    "cover": lambda request: render_cover(request, caseloads.ASKED, caseloads.form()),
    "cover-who": lambda request: render_cover(request, caseloads.WHO, caseloads.form()),
    "cover-moves": lambda request: render_cover(request, caseloads.PLAN, caseloads.form(whole=True)),
    "cover-back": lambda request: render_back(request, caseloads.BACK),
    "cover-back-none": lambda request: render_back(request, replace(caseloads.BACK, changes=())),
    "patients-narrowed": lambda request: render_patients(request, caseloads.NARROWED),
    "find-none": lambda request: render_find(request, forms.FindForm(), hits=()),
    "checks": lambda request: render_checks(request, checks.LINES),
    "check": lambda request: render_check(request, checks.PAGE),
    "check-plain": lambda request: render_check(request, checks.PLAIN),
    "check-look": lambda request: render_check(request, replace(checks.PAGE, can_sign=False)),
    "check-refused": _check_refused,
    "styleguide": render_styleguide,
    "not-found": errors.show_not_found,
    "refused": lambda request: errors.show_refusal(request, Refusal(Say("refusal.document_empty"))),
    "unclear": errors.show_unclear,
    "too-many": errors.show_too_many,
    "wrong-patient": lambda request: errors.show_wrong_patient(
        request, WrongPatient(ROSA), PersonName(ROSA, values.LONG_NAME, papers.BORN)
    ),
    "bug": errors.show_bug,
    **ADMIN_SHOWN,
    **DIRECTORY_SHOWN,
    **MESSAGES_SHOWN,
    **VISITS_SHOWN,
    **HANDOFFS_SHOWN,
    **THREADS_SHOWN,
    **REMINDERS_SHOWN,
    **MEETINGS_SHOWN,
    **COVER_SHOWN,
    **OUT_SHOWN,
    **CIRCLE_SHOWN,
    **PORTAL_SHOWN,
    **CALLS_SHOWN,
    **MAILBOX_SHOWN,
    **OUTBOX_SHOWN,
    **REFERRALS_SHOWN,
    **PACKETS_SHOWN,
}


def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one page of the gallery as somebody who is signed in; ?lang=es shows it in Spanish."""
    entered = cast("ActingRequest", request)
    language = request.GET.get("lang", "en")
    entered.me = cast(
        "Any",
        SimpleNamespace(
            person_id=values.ME,
            name="Dana Okafor",
            role=Role.ADMINISTRATOR if name.startswith("admin-unit") else Role.COORDINATOR,
            language=language,
            zone=values.ZONE,
            is_demo=True,
            covering=(Covering("Lee Martin", values.AT + timedelta(hours=3)),),
        ),
    )
    entered.counts = FrameCounts(need_you=14, patients=62, late=3, changes=1, handoffs=2)
    entered.acting = Acting(values.ME, Role.COORDINATOR, values.AT, Purpose.TREATMENT)
    entered.saved_at = values.AT
    entered.today = values.ON
    entered.theme = request.GET.get("theme", "")
    with translation.override(language):
        return SHOWN[name](entered)


urlpatterns = [*house, path("gallery/<str:name>/", show)]
