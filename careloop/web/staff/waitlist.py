"""The waiting list: who waits, freed times with whom to ask, and a patient put on the list."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.actions import waitlist as acts
from careloop.facts.access import Acting
from careloop.facts.scheduling import Promised
from careloop.facts.visits import PartOfDay
from careloop.facts.waitlist import (
    CAN_WAIT,
    Answer,
    FreedPage,
    OfferRow,
    OfferState,
    ReachBy,
    WaitlistPage,
    WishPage,
)
from careloop.reads.waitlist import get_freed_page, get_waitlist_page, get_wish_page
from careloop.rules.scheduling import TimeTaken
from careloop.web.labels import label_of
from careloop.web.labels_admin import WEEKDAYS
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import waitlist_forms as forms
from careloop.web.staff.forms import read_form

# For so many hours before a time one can ask to know of it.
NOTICES = (0, 2, 24, 48, 168)
# Who can still answer: an end says only that the next ones are asked.
ANSWERABLE = (OfferState.OPEN, OfferState.NOT_REACHED, OfferState.EXPIRED)


@dataclass(frozen=True, slots=True)
class NextTimes:
    """The next times that fit somebody who said yes too late, and where they are held."""

    times: tuple[Promised, ...]
    name: str
    address: str


@page()
def show_waitlist(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show freed times and who waits."""
    return render_waitlist(request, get_waitlist_page(acting, asked=forms.read_filter(request.GET)))


def render_waitlist(request: ActingRequest, shown: WaitlistPage) -> HttpResponse:
    """Render the list from plain values."""
    values = {"page": shown, "urgencies": CAN_WAIT, "here": "waitlist"}
    return render(request, "staff/waitlist/list.html", values)


@page()
def show_freed(acting: Acting, request: ActingRequest, freed_id: UUID) -> HttpResponse:
    """Show one freed time with whom to ask."""
    return render_freed(request, get_freed_page(acting, freed_id=freed_id))


def render_freed(request: ActingRequest, shown: FreedPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one freed time from plain values."""
    can_answer = [one for one in shown.offers if one.state in ANSWERABLE and shown.row.is_free]
    # Who is called stands before who may answer a text.
    can_answer.sort(key=lambda one: one.waits_for_text)
    values = {
        "page": shown, "attempt": attempt, "here": "waitlist",
        "can_answer": can_answer,
        "answered": [one for one in shown.offers if one not in can_answer],
        "next_times": _find_next_times(shown, attempt),
        "answer_yes": Answer.YES, "answer_no": Answer.NO, "answer_not_reached": Answer.NOT_REACHED,
    }  # fmt: skip
    return render(request, "staff/waitlist/freed.html", values)


@page()
def show_wish(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show what is asked of a patient who would come sooner."""
    return render_wish(request, get_wish_page(acting, patient_id, loop_id=forms.read_key(request.GET.get("loop", ""))))


def render_wish(request: ActingRequest, shown: WishPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the form from plain values."""
    typed = attempt.values if attempt else {}
    values = {
        "page": shown, "attempt": attempt, "here": "waitlist",
        "kinds": [("", _("Choose")), *((str(one.id), one.draft.name) for one in shown.kinds)],
        "urgencies": [(str(one), label_of(one)) for one in reversed(CAN_WAIT)],
        "people": [("", _("Whoever is free first")), *((str(one.id), one.name) for one in shown.people)],
        "sites": [("", _("Every place")), *((str(key), name) for key, name in shown.sites)],
        "day_parts": [("", _("Any time or day")), *((str(one), label_of(one)) for one in PartOfDay)],
        "notices": [(str(hours), _say_notice(hours)) for hours in NOTICES],
        "reaches": [(str(one), label_of(one)) for one in ReachBy],
        "weekdays": [(str(number), words) for number, words in WEEKDAYS],
        "ticked": request.POST.getlist("weekday") if attempt else [],
        "typed": typed,
    }  # fmt: skip
    return render(request, "staff/waitlist/wish.html", values)


def _say_notice(hours: int) -> str:
    if not hours:
        return _("At once, also on the same day")
    if hours < 24:
        return ngettext("%(count)s hour before", "%(count)s hours before", hours) % {"count": hours}
    return ngettext("%(count)s day before", "%(count)s days before", hours // 24) % {"count": hours // 24}


def _find_next_times(shown: FreedPage, attempt: Attempt | None) -> NextTimes | None:
    """Return the next times for whoever said yes too late."""
    if attempt is None or not isinstance(attempt.refusal, TimeTaken) or not attempt.refusal.offers:
        return None
    tried = next((one for one in shown.offers if str(one.id) == attempt.values.get("offer")), None)
    if tried is None:
        return None
    times = tuple(one.promised for one in attempt.refusal.offers)
    return NextTimes(times, tried.wish.name, _address_of_times(tried, times[0]))


def _address_of_times(offer: OfferRow, first: Promised) -> str:
    """Return where one of the next times is held: the visit is moved if it has a time, else it gets one."""
    since = {"since": first.wall.date().isoformat()}
    if offer.wish.booking_id is not None:
        return f"{reverse('visit-move', args=[offer.wish.booking_id])}?{urlencode(since)}"
    asked = since | {"loop": str(offer.wish.loop_id), "type": str(offer.wish.draft.visit_type_id)}
    return f"{reverse('visit-new', args=[offer.wish.patient_id])}?{urlencode(asked)}"


def _to_wish(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("waitlist-new", kwargs={"patient_id": patient_id})


def _to_freed(request: ActingRequest, freed_id: UUID) -> str:
    return reverse("freed", kwargs={"freed_id": freed_id})


def _to_answered(request: ActingRequest, patient_id: UUID) -> str:
    freed = forms.read_key(request.POST.get("freed", ""))
    return reverse("freed", kwargs={"freed_id": freed}) if freed else reverse("waitlist")


def _wish_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    loop = forms.read_key(attempt.values.get("loop", ""))
    return render_wish(request, get_wish_page(acting, patient_id, loop_id=loop), attempt)


def _freed_again(acting: Acting, request: ActingRequest, attempt: Attempt, freed_id: UUID) -> HttpResponse:
    return render_freed(request, get_freed_page(acting, freed_id=freed_id), attempt)


def _answer_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    freed = forms.read_key(attempt.values.get("freed", ""))
    if freed is None:
        return render_waitlist(request, get_waitlist_page(acting, asked=forms.read_filter(request.GET)))
    return render_freed(request, get_freed_page(acting, freed_id=freed), attempt)


@deed(back_to=_to_wish, again=_wish_again)
def add(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Put a patient on the waiting list."""
    typed = read_form(forms.WishForm, request)
    acts.add_wish(acting, patient_id, forms.make_draft(typed), loop_id=typed["loop"])
    return Told(_("On the waiting list. A time that is freed and fits shows this patient."))


@deed(back_to=_to_wish, again=_wish_again)
def take_off(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Take a patient off the waiting list."""
    acts.take_off(acting, patient_id, wish_id=read_form(forms.OffForm, request)["wish"])
    return Told(_("Off the waiting list. The visit itself stays as it is."))


@deed(back_to=_to_freed, again=_freed_again, about_patient=False)
def offer(acting: Acting, request: ActingRequest, freed_id: UUID) -> Told:
    """Note who is asked about a freed time."""
    chosen = [UUID(one) for one in read_form(forms.AskForm, request)["patient"]]
    count = acts.offer_time(acting, chosen, freed_id=freed_id)
    return Told(
        ngettext(
            "%(count)s person is asked now. Call, and note the answer: the first yes is booked.",
            "%(count)s people are asked now. Call, and note each answer: the first yes is booked.",
            count,
        )
        % {"count": count}
    )


@deed(back_to=_to_freed, again=_freed_again, about_patient=False)
def offer_by_text(acting: Acting, request: ActingRequest, freed_id: UUID) -> Told:
    """Ask about a freed time by text."""
    chosen = [UUID(one) for one in read_form(forms.AskForm, request)["patient"]]
    count, texted = acts.offer_by_text(acting, chosen, freed_id=freed_id)
    words = ngettext(
        "%(count)s text goes out. A yes to it is booked at once.",
        "%(count)s texts go out. The first yes is booked at once.",
        texted,
    ) % {"count": texted}
    if texted == count:
        return Told(words)
    call = ngettext(
        "%(count)s person cannot be asked by text: call.", "%(count)s people cannot be asked by text: call.",
        count - texted,
    ) % {"count": count - texted}  # fmt: skip
    return Told(f"{words} {call}" if texted else call)


@deed(back_to=_to_answered, again=_answer_again)
def answer(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note what a patient answered; a yes is booked at once."""
    typed = read_form(forms.AnswerForm, request)
    booking = acts.answer_offer(
        acting, patient_id, offer_id=typed["offer"], answer=typed["answer"], note=typed["note"]
    )  # fmt: skip
    if booking is not None:
        address = reverse("visit", kwargs={"booking_id": booking})
        return Told(_("Booked. A later time that the patient had is free for others."), go_to=address)
    return Told(
        _("Noted: no.") if typed["answer"] is Answer.NO else _("Noted: not reached. Try again, or ask the next.")
    )
