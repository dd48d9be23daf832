"""Letters to offices on screen: exactly what leaves is looked at, then sent; what they answer elsewhere is noted."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from careloop.actions import offices as acts
from careloop.facts.access import Acting
from careloop.parcels.letter import press_letter
from careloop.reads.offices import get_letter_look, get_sent_letter
from careloop.reads.threads import get_thread_page
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page, read_seal
from careloop.web.staff.forms import read_form
from careloop.web.staff.office_forms import AnswerForm, LetterForm
from careloop.web.staff.thread_lists import find_queue
from careloop.web.staff.threads import back_to_thread, render_thread, show_thread_again, typed_in


@page(methods=("POST",))
def look_at_letter(acting: Acting, request: ActingRequest, thread_id: UUID) -> HttpResponse:
    """Show exactly what would leave; nothing is sent."""
    who = read_seal(acting, request, {})
    form = LetterForm(request.POST)
    shown, queue = get_thread_page(acting, thread_id=thread_id), find_queue(acting, request)
    if who.about is None or not form.is_valid():
        errors = {name: str(found[0]) for name, found in form.errors.items()}
        return render_thread(request, shown, Attempt("look_at_letter", None, typed_in(request), errors), queue=queue)
    seen = get_letter_look(who, who.about, thread_id=thread_id, ask=form.ask())
    return render_thread(request, shown, Attempt("look_at_letter", None, typed_in(request)), letter=seen, queue=queue)


@deed(back_to=back_to_thread, again=show_thread_again)
def send_letter(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Send the letter that was looked at."""
    typed = read_form(LetterForm, request)
    form = LetterForm(request.POST)
    form.is_valid()
    ask = form.ask()
    letter = get_letter_look(acting, patient_id, thread_id=typed["thread"], ask=ask).letter
    acts.send_letter(
        acting, patient_id, thread_id=typed["thread"], ask=ask, seen=typed["seen"], pages=press_letter(letter)
    )  # fmt: skip
    return Told(_("Written. For ten seconds it can be taken back below; then it goes."))


@deed(back_to=back_to_thread, again=show_thread_again)
def note_answer(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note what an office answered elsewhere."""
    typed = read_form(AnswerForm, request)
    acts.note_office_answer(
        acting, patient_id, thread_id=typed["thread"], words=typed["answer"], by=typed["heard"], is_owed=typed["owed"]
    )  # fmt: skip
    if typed["owed"]:
        return Told(_("Noted. We owe them an answer now."))
    return Told(_("Noted. Nothing is owed on this thread now."))


@page()
def print_sent(acting: Acting, request: ActingRequest, patient_id: UUID, message_id: UUID) -> HttpResponse:
    """Send the pages of a letter as they left, or as they will."""
    _letter, pages = get_sent_letter(acting, patient_id, message_id=message_id)
    answer = HttpResponse(pages, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="letter.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
