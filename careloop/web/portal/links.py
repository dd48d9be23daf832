"""A link is opened with a birth date; behind it a visit is answered, a question too, and what happens next is read."""

from datetime import date
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from careloop.actions.patient_links import open_link
from careloop.actions.portal import answer_question, ask_to_change, confirm_own_visit
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Purpose
from careloop.facts.portal import ANSWER_LONGEST, AnswerForm, PartOfDay, PortalPage
from careloop.parcels.press import press_whole
from careloop.reads.portal import get_portal_page
from careloop.web.portal.paper import make_next_sheet
from careloop.web.portal.screen import (
    LinkSession,
    begin_session,
    end_session,
    in_words,
    keep_private,
    portal_deed,
    portal_page,
    system_acting,
)
from careloop.web.screen import SCREENS

# What a page says after a deed, by the word in its address: an address never holds more.
DONE = ("confirmed", "asked", "answered")
UNCLEAR = gettext_lazy("Write the month, the day and the year as numbers. For example: 3, 14, 1958.")


class BirthForm(forms.Form):
    """A birth date in three fields."""

    month = forms.IntegerField(min_value=1, max_value=12)
    day = forms.IntegerField(min_value=1, max_value=31)
    year = forms.IntegerField(min_value=1880, max_value=2200)

    def read(self) -> date | None:
        """Return the day, None if it is none."""
        if not self.is_valid():
            return None
        try:
            return date(self.cleaned_data["year"], self.cleaned_data["month"], self.cleaned_data["day"])
        except ValueError:
            return None


class VisitForm(forms.Form):
    """Which version of a visit was shown."""

    version = forms.IntegerField()


class ChangeForm(VisitForm):
    """When somebody could come instead."""

    part = forms.TypedChoiceField(coerce=PartOfDay, choices=[(str(one), "") for one in PartOfDay])
    words = forms.CharField(required=False, max_length=4000)


class AnswerWords(forms.Form):
    """An answer: yes or no where that was asked, and words."""

    yes = forms.ChoiceField(required=False, choices=[("yes", ""), ("no", "")])
    words = forms.CharField(required=False, max_length=4000)


@csrf_exempt
def enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask for the birth date; the right one opens the link. A GET asks the database nothing, and changes nothing.

    Nothing in this browser can be misused by another site's form: whoever sends it must know the token and the date.
    """
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.method != "POST":
        return render_enter(request)
    form = BirthForm(request.POST)
    born = form.read()
    if born is None:
        return render_enter(request, form, unclear=True)
    acting = system_acting()
    opened = open_link(acting, token=token, birth_on=born)
    if opened is None or opened.link_id is None or opened.person_id is None:
        return render_enter(request, form, wrong=True)
    answer = redirect("portal-here")
    answer.status_code = 303
    who = Acting(opened.person_id, opened.role, acting.at, Purpose.PATIENT_REQUEST)
    begin_session(answer, request, who, opened.link_id)
    return keep_private(answer)


SCREENS[f"{enter.__module__}.{enter.__name__}"] = "page"


def render_enter(
    request: HttpRequest, form: BirthForm | None = None, *, unclear: bool = False, wrong: bool = False
) -> HttpResponseBase:
    """Render the page that asks for the birth date: it names nobody and nothing."""

    def show(language: str) -> HttpResponse:
        names = ("day", "month", "year") if language == "es" else ("month", "day", "year")
        labels = {"month": _("Month"), "day": _("Day"), "year": _("Year")}
        fields = [(name, labels[name], form.data.get(name, "") if form else "") for name in names]
        given = {"words": language, "fields": fields, "error": UNCLEAR if unclear else "", "wrong": wrong}
        return render(request, "portal/enter.html", given, status=422 if unclear else 403 if wrong else 200)

    return in_words(request, show)


@portal_page
def show_here(session: LinkSession, request: HttpRequest) -> HttpResponseBase:
    """Show what the link is for."""
    done = request.GET.get("done", "")
    shown = get_portal_page(session.acting, session.link_id)
    return render_here(request, shown, session.form, done=done if done in DONE else "")


def render_here(
    request: HttpRequest, shown: PortalPage, form: str, *, done: str = "", no: Refusal | None = None
) -> HttpResponseBase:
    """Render what a link shows from plain values; ``form`` is what its forms carry."""

    def show(language: str) -> HttpResponse:
        given = {
            "page": shown,
            "words": language,
            "form": form,
            "done": done,
            "say": no.say if no else None,
            "typed": request.POST,
            "parts": list(PartOfDay),
            "longest": ANSWER_LONGEST,
        }
        return render(request, "portal/here.html", given)

    return in_words(request, show, shown.language)


def _again(session: LinkSession, request: HttpRequest, no: Refusal) -> HttpResponseBase:
    return render_here(request, get_portal_page(session.acting, session.link_id), session.form, no=no)


@portal_page
def print_here(session: LinkSession, request: HttpRequest) -> HttpResponseBase:
    """Print what a link shows in large letters, as a PDF in the language of the page."""
    shown = get_portal_page(session.acting, session.link_id)

    def show(language: str) -> HttpResponse:
        answer = HttpResponse(press_whole(make_next_sheet(shown, language)), content_type="application/pdf")
        answer["Content-Disposition"] = 'inline; filename="next.pdf"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    return in_words(request, show, shown.language)


@portal_deed(_again)
def confirm(session: LinkSession, request: HttpRequest, booking_id: UUID) -> str:
    """Say that the patient comes to a visit."""
    form = VisitForm(request.POST)
    if not form.is_valid():
        raise NotFound
    confirm_own_visit(session.acting, session.link_id, booking_id=booking_id, version=form.cleaned_data["version"])
    return f"{reverse('portal-here')}?done=confirmed"


@portal_deed(_again)
def change(session: LinkSession, request: HttpRequest, booking_id: UUID) -> str:
    """Ask for another time."""
    form = ChangeForm(request.POST)
    if not form.is_valid():
        raise NotFound
    typed = form.cleaned_data
    ask_to_change(
        session.acting, session.link_id, booking_id=booking_id, version=typed["version"], part=typed["part"],
        words=typed["words"],
    )  # fmt: skip
    return f"{reverse('portal-here')}?done=asked"


@portal_deed(_again)
def answer(session: LinkSession, request: HttpRequest) -> str:
    """Answer the question of a link. What is kept are the words of whoever answers, in their language."""
    form = AnswerWords(request.POST)
    if not form.is_valid():
        raise NotFound
    asked = get_portal_page(session.acting, session.link_id).question
    chosen = {"yes": _("Yes"), "no": _("No")}.get(form.cleaned_data["yes"], "")
    if asked is None or asked.form is not AnswerForm.YES_NO:
        chosen = ""
    words = ". ".join(one for one in (chosen, form.cleaned_data["words"].strip()) if one)
    answer_question(session.acting, session.link_id, words=words)
    return f"{reverse('portal-here')}?done=answered"


@portal_deed(_again)
def leave(session: LinkSession, request: HttpRequest) -> str:
    """Close the page in this browser."""
    return reverse("portal-closed")


def show_left(request: HttpRequest) -> HttpResponseBase:
    """Say that the page is closed, and forget the link in this browser."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])

    def show(language: str) -> HttpResponse:
        return render(request, "portal/closed.html", {"words": language, "left": True})

    shown = in_words(request, show)
    assert isinstance(shown, HttpResponse)
    end_session(shown)
    return shown


SCREENS[f"{show_left.__module__}.{show_left.__name__}"] = "page"
