"""A message behind a link is answered: yes or no where that was asked, and words."""

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from careloop.actions.page_answers import answer_message
from careloop.basics.refusals import NotFound, Refusal
from careloop.reads.portal import get_portal_page
from careloop.web.portal.links import render_here
from careloop.web.portal.screen import LinkSession, portal_deed


class ReplyForm(forms.Form):
    """An answer."""

    yes = forms.ChoiceField(required=False, choices=[("yes", ""), ("no", "")])
    words = forms.CharField(required=False, max_length=4000)


def _again(session: LinkSession, request: HttpRequest, no: Refusal) -> HttpResponseBase:
    return render_here(request, get_portal_page(session.acting, session.link_id), session.form, no=no)


@portal_deed(_again)
def reply(session: LinkSession, request: HttpRequest) -> str:
    """Answer the message of a link. What is kept is in the language of the message."""
    form = ReplyForm(request.POST)
    if not form.is_valid():
        raise NotFound
    chosen, words = form.cleaned_data["yes"], form.cleaned_data["words"].strip()
    shown = get_portal_page(session.acting, session.link_id)
    with translation.override(shown.language):
        said = {"yes": _("Yes"), "no": _("No")}.get(chosen, "")
    yes = chosen == "yes" if chosen else None
    whole = ". ".join(one for one in (said, words) if one)
    answer_message(session.acting, session.link_id, yes=yes, said=whole, words=words)
    return f"{reverse('portal-here')}?done=answered"
