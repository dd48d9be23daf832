"""Messages: their lists, one talk with the composer, with whom one can begin, and what waits for a name."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions import answers
from careloop.actions import threads as acts
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting
from careloop.facts.composer import Look
from careloop.facts.consents import TOLD_TOPICS
from careloop.facts.message_figures import FEWEST, MessageFigures
from careloop.facts.offices import GROUNDS, Detail, HeardBy, LetterLook
from careloop.facts.outbox import ThreadWith
from careloop.facts.threads import Box, NewThreadPage, ThreadPage, ThreadsPage
from careloop.reads.message_figures import get_message_figures
from careloop.reads.threads import get_new_thread_page, get_thread_page
from careloop.rules.answer_corrections import MEANINGS
from careloop.rules.choices import FROM_AFAR
from careloop.web.labels_messages import ROAD_NAMES
from careloop.web.screen import ActingRequest, Attempt, Told, Unclear, deed, page, read_seal
from careloop.web.staff import thread_forms as forms
from careloop.web.staff.forms import read_form
from careloop.web.staff.handoff_forms import read_key
from careloop.web.staff.thread_lists import Listed, find_queue, is_part, list_threads, listed_of

# The deeds with which something is written: what was typed stands in their form again.
WRITING = ("look", "send", "look_at_letter", "send_letter")


@page()
def show_threads(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show one list of threads."""
    return render_threads(request, list_threads(acting, listed_of(request)))


def render_threads(request: ActingRequest, shown: ThreadsPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render a list from plain values."""
    values = {
        "attempt": attempt, "here": "threads", "typed": attempt.values if attempt else {}, **_queue_values(shown),
    }  # fmt: skip
    return render(request, "staff/threads/list.html", values | {"page": shown})


@page()
def show_figures(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show how the messages of the last thirty days went."""
    return render_figures(request, get_message_figures(acting))


def render_figures(request: ActingRequest, shown: MessageFigures) -> HttpResponse:
    """Render the figures from plain values."""
    return render(request, "staff/threads/figures.html", {"page": shown, "here": "threads", "fewest": FEWEST})


def _queue_values(queue: ThreadsPage | None) -> dict[str, Any]:
    """Return what the list needs wherever it stands: its rows, and the end of the address that comes back to it."""
    kept = Listed(queue.box, queue.partner, queue.query) if queue is not None else Listed()
    return {"queue": queue, "kept": kept.kept, "partners": list(ThreadWith)}


@page()
def show_thread(acting: Acting, request: ActingRequest, thread_id: UUID) -> HttpResponse:
    """Show one talk, with the list from which it was opened and whom it is about beside it."""
    shown = get_thread_page(acting, thread_id=thread_id)
    return render_thread(request, shown, queue=find_queue(acting, request))


@page(methods=("POST",))
def look(acting: Acting, request: ActingRequest, thread_id: UUID) -> HttpResponse:
    """Show how a message would go, as it is being written; nothing is sent."""
    who = read_seal(acting, request, {})
    form, typed = forms.WriteForm(request.POST), typed_in(request)
    shown = get_thread_page(acting, thread_id=thread_id, typed=typed, whole=not is_part(request))
    queue = find_queue(acting, request)
    if who.about is None or not form.is_valid():
        return render_thread(request, shown, queue=queue)
    if any(not one.is_known and not (one.text or one.on or one.at) for one in shown.composing.asked):
        # Something is still to be filled in: the page asks for it, and nothing was done wrong.
        return render_thread(request, shown, Attempt("look", None, typed), queue=queue)
    try:
        seen = acts.look_at_message(who, who.about, thread_id=thread_id, wording=form.wording())
    except NotFound:
        raise
    except Refusal as no:
        return render_thread(request, shown, Attempt("look", None, typed, say=no.say), queue=queue)
    return render_thread(request, shown, Attempt("look", None, typed), seen, queue=queue)


def render_thread(
    request: ActingRequest, shown: ThreadPage, attempt: Attempt | None = None, seen: Look | None = None,
    letter: LetterLook | None = None, queue: ThreadsPage | None = None,
) -> HttpResponse:  # fmt: skip
    """Render one talk from plain values; ``seen`` is how what is being written would go, ``letter`` what would leave
    to an office, ``queue`` the list from which it was opened.
    """
    typed = attempt.values if attempt and attempt.verb in WRITING else {}
    composing = replace(shown.composing, look=seen)
    values = {
        "page": shown, "composing": composing, "attempt": attempt, "here": "threads", "typed": typed,
        "topics": TOLD_TOPICS,
        # The same form twice is one message; a new page is a new one.
        "form_key": typed.get("key") or str(uuid4()),
        "owners": [(one.id, one.name) for one in shown.owners],
        "tried": attempt.values if attempt else {}, "meanings": MEANINGS,
        "is_look": attempt is not None and attempt.verb == "look" and attempt.say is None,
        "writes_inside": shown.row.partner is ThreadWith.COLLEAGUE,
        "writes_out": shown.row.partner in (ThreadWith.PATIENT, ThreadWith.MEMBER),
        "letter": letter, "details": list(Detail), "grounds": GROUNDS, "heard_by": list(HeardBy),
        "stop_roads": [("", _("On every way")), *((str(one), str(ROAD_NAMES[one])) for one in FROM_AFAR)],
        "hands_over": letter is not None and not letter.stops,
        "is_listed": queue is not None and any(one.id == shown.row.id for one in queue.rows), **_queue_values(queue),
    }  # fmt: skip
    return render(request, "staff/threads/thread.html", values)


@page()
def show_new(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show with whom one can write about a patient; ``?office=`` looks for somebody in the directory."""
    return render_new(request, get_new_thread_page(acting, patient_id, office=request.GET.get("office", "")[:100]))


def render_new(request: ActingRequest, shown: NewThreadPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render it from plain values."""
    values = {
        "page": shown, "attempt": attempt, "here": "threads", "typed": attempt.values if attempt else {},
        "partners": [("", _("Choose")), *((one.id, one.name) for one in shown.partners)],
    }  # fmt: skip
    return render(request, "staff/threads/new.html", values)


def typed_in(request: HttpRequest) -> dict[str, str]:
    """Return what was typed, to be shown again."""
    return {name: str(value) for name, value in request.POST.items()}


def back_to_thread(request: ActingRequest, **where: Any) -> str:  # noqa: ANN401
    """Return the address of the talk that a form was about, beside the list from which it was opened."""
    key = read_key(request.POST.get("thread", ""))
    end = listed_of(request).end
    return f"{reverse('thread', kwargs={'thread_id': key})}{end}" if key else f"{reverse('threads')}{end}"


def _to_review(request: ActingRequest, **where: Any) -> str:  # noqa: ANN401
    return f"{reverse('threads')}?show={Box.REVIEW}"


def _to_new(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-threads", kwargs={"patient_id": patient_id})


def show_thread_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    """Show the talk again with what was typed."""
    key = read_key(attempt.values.get("thread", ""))
    if key is None:
        return render_threads(request, list_threads(acting, listed_of(request)))
    shown = get_thread_page(acting, thread_id=key, typed=attempt.values)
    return render_thread(request, shown, attempt, queue=find_queue(acting, request))


def _new_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_new(request, get_new_thread_page(acting, patient_id), attempt)


def _review_again(acting: Acting, request: ActingRequest, attempt: Attempt, **where: Any) -> HttpResponse:  # noqa: ANN401
    return render_threads(request, list_threads(acting, Listed(Box.REVIEW)), attempt)


@deed(back_to=_to_new, again=_new_again)
def begin(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Begin a thread, or go to the one that there is."""
    form = forms.BeginForm(request.POST)
    chosen = form.partner() if form.is_valid() else None
    if chosen is None:
        form.add_error("to", _("Choose one."))
        raise Unclear(form)
    key = acts.begin_thread(acting, patient_id, partner=chosen[0], key=chosen[1])
    return Told(_("Write below. Nothing has been sent."), go_to=reverse("thread", kwargs={"thread_id": key}))


@deed(back_to=back_to_thread, again=show_thread_again)
def send(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Send a message."""
    form = forms.WriteForm(request.POST)
    if not form.is_valid():
        raise Unclear(form)
    acts.send_message(acting, patient_id, thread_id=form.cleaned_data["thread"], wording=form.wording())
    return Told(_("Written. For ten seconds it can be taken back below; then it goes."))


@deed(back_to=back_to_thread, again=show_thread_again)
def take_back(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Take a message back."""
    typed = read_form(forms.TakeBackForm, request)
    acts.take_back_message(acting, patient_id, message_id=typed["message"])
    return Told(_("Taken back. It was not sent."))


@deed(back_to=back_to_thread, again=show_thread_again)
def note(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Add a note among ourselves."""
    typed = read_form(forms.WordsForm, request)
    acts.add_note(acting, patient_id, thread_id=typed["thread"], words=typed["said"], for_information=typed["fyi"])
    if typed["fyi"]:
        return Told(_("Kept among ourselves, and on the timeline."))
    return Told(_("Kept among ourselves."))


@deed(back_to=back_to_thread, again=show_thread_again)
def call(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note what was said on the telephone or in person."""
    typed = read_form(forms.WordsForm, request)
    acts.note_call(acting, patient_id, thread_id=typed["thread"], words=typed["said"])
    return Told(_("Noted. Nothing is owed on this thread now."))


@deed(back_to=back_to_thread, again=show_thread_again)
def hold(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Say that one is answering."""
    acts.hold_thread(acting, patient_id, thread_id=read_form(forms.ThreadForm, request)["thread"])
    return Told(_("It is marked as read, and kept for you while you answer."))


@deed(back_to=back_to_thread, again=show_thread_again)
def give(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Give a thread to somebody."""
    typed = read_form(forms.GiveForm, request)
    acts.give_thread(
        acting, patient_id, thread_id=typed["thread"], version=typed["version"], to_person=typed["to"]
    )  # fmt: skip
    return Told(_("It has another owner now."))


@deed(back_to=back_to_thread, again=show_thread_again)
def put_off(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Put a thread off to a day."""
    typed = read_form(forms.PutOffForm, request)
    acts.put_off_thread(
        acting, patient_id, thread_id=typed["thread"], version=typed["version"], until=typed["until"]
    )  # fmt: skip
    return Told(_("Put off. What is owed on it stays owed."))


@deed(back_to=_to_review, again=_review_again)
def whose(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Say that a message is from this patient."""
    typed = read_form(forms.WhoseForm, request)
    answers.say_whose(
        acting, patient_id, review_id=typed["review"], keeps_address=typed["keep"], thread_id=typed["office"]
    )  # fmt: skip
    return Told(_("It stands in their thread now."))


@deed(back_to=_to_review, again=_review_again, about_patient=False)
def set_aside(acting: Acting, request: ActingRequest, review_id: UUID) -> Told:
    """Say that a message is nobody's."""
    answers.set_aside(acting, review_id=review_id, reason=read_form(forms.AsideForm, request)["reason"])
    return Told(_("Set aside."))
