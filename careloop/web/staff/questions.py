"""Questions to a colleague about a patient: asked, answered and asked again."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.for_information import tell_for_information
from careloop.actions.questions import ask_colleague, ask_group
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.questions import Group, QuestionsPage
from careloop.reads.questions import get_questions_page
from careloop.rules.handoffs import MOST_WORDS
from careloop.web.labels import label_of
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import read_form
from careloop.web.staff.handoff_forms import read_key


class QuestionForm(forms.Form):
    """Whom one asks, and what."""

    to = forms.CharField(
        max_length=36, error_messages={"required": gettext_lazy("Choose a person or a group of the team.")}
    )
    question = forms.CharField(
        max_length=MOST_WORDS, error_messages={"required": gettext_lazy("Say what you want to know.")}
    )
    fyi = forms.BooleanField(required=False)


@page()
def show_questions(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show questions to and from this person, and the form for one about a patient."""
    return render_questions(request, get_questions_page(acting, patient_id=read_key(request.GET.get("patient", ""))))


def render_questions(request: ActingRequest, shown: QuestionsPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the page from plain values."""
    values = {
        "page": shown, "attempt": attempt, "here": "questions", "typed": attempt.values if attempt else {},
        "colleagues": [
            ("", _("Choose")),
            *((str(one), label_of(one)) for one in shown.groups),
            *((one.id, one.name) for one in shown.colleagues),
        ],
    }  # fmt: skip
    return render(request, "staff/questions.html", values)


def _to_questions(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("questions")


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_questions(request, get_questions_page(acting, patient_id=patient_id), attempt)


@deed(back_to=_to_questions, again=_again)
def ask(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Ask a colleague about a patient."""
    typed = read_form(QuestionForm, request)
    person = read_key(typed["to"])
    if person is not None and typed["fyi"]:
        tell_for_information(acting, patient_id, to_person=person, words=typed["question"])
        return Told(_("Told. It stands on the timeline, and nobody has to do anything."))
    if typed["fyi"]:
        raise Refusal(Say("refusal.fyi_to_one"))
    if person is not None:
        ask_colleague(acting, patient_id, to_person=person, question=typed["question"])
        return Told(_("Asked. It stands on the list of your colleague until it is answered."))
    if typed["to"] not in set(Group):
        raise Refusal(Say("refusal.receiver_elsewhere"))
    ask_group(acting, patient_id, group=Group(typed["to"]), question=typed["question"])
    return Told(_("Asked. Whoever takes it first has it, and answers."))
