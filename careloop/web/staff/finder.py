"""The finder by page: who could help with a need, for a patient or for anybody, in an order with reasons."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.finder import FinderAsk, FinderPage
from careloop.facts.referrals import ReferralRow
from careloop.reads.finder import get_finder, search_finder
from careloop.reads.referrals import get_referral_page
from careloop.rules.access import has_right
from careloop.web.labels_specialties import name_specialty
from careloop.web.screen import ActingRequest, page
from careloop.web.staff.directory import list_language_names
from careloop.web.staff.directory_forms import FinderForm
from careloop.web.staff.handoff_forms import read_key


@page(methods=("GET", "POST"))
def show_finder(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Ask for need, place, language and plan, and show who fits. Posted: what somebody needs is in no address.

    For a referral that goes to somebody else it asks for whom that one asks, and leads back to it.
    """
    asked = request.POST if request.method == "POST" else request.GET
    referral = _read_key(asked.get("referral", ""))
    row = get_referral_page(acting, referral).row if referral else None
    patient = row.patient_id if row else _read_key(asked.get("patient", ""))
    form = FinderForm(request.POST) if request.method == "POST" else FinderForm()
    ask = _read_ask(form) if form.is_valid() else None
    if patient is None:
        shown = search_finder(acting, ask or FinderAsk(""))
    else:
        shown = get_finder(acting, patient, ask=ask or (FinderAsk("") if form.is_bound else None))
    return render_finder(request, form, shown, ask, row)


def _read_key(text: str) -> UUID | None:
    if not text:
        return None
    key = read_key(text)
    if key is None:
        raise NotFound
    return key


def _read_ask(form: FinderForm) -> FinderAsk:
    typed = form.cleaned_data
    return FinderAsk(
        need=typed["need"], place=typed["place"], language=typed["language"], network=typed["network"],
        telehealth=typed["telehealth"], wheelchair=typed["wheelchair"],
    )  # fmt: skip


def render_finder(
    request: ActingRequest,
    form: FinderForm,
    shown: FinderPage,
    ask: FinderAsk | None = None,
    referral: ReferralRow | None = None,
) -> HttpResponse:
    """Render the finder from plain values; ``ask`` is None before the first search, and what is known stands there."""
    wishes = shown.wishes
    now = {name: form.data.get(name, "") for name in form.fields}
    if not form.is_bound and wishes is not None:
        now = {"place": wishes.place, "language": next(iter(wishes.languages), ""),
               "network": next(iter(wishes.networks), ""),
               "need": name_specialty(referral.specialty) if referral else ""}  # fmt: skip
    tags = (*shown.languages, *(wishes.languages if wishes else ()))
    given = {
        "page": shown,
        "wishes": wishes,
        "referral": referral,
        "ask": ask,
        "now": now,
        "wrong": [str(words) for words in form.errors.get("need", ())] if form.is_bound else [],
        "languages": list_language_names(tuple(dict.fromkeys(tags))),
        "networks": tuple(dict.fromkeys((*(wishes.networks if wishes else ()), *shown.networks))),
        "may_refer": wishes is not None
        and request.acting is not None
        and has_right(request.acting, Right.REFERRAL_WRITE),
        "may_book": wishes is not None
        and request.acting is not None
        and has_right(request.acting, Right.BOOKING_WRITE),
        "here": "directory",
    }
    return render(request, "staff/directory_find.html", given, status=422 if given["wrong"] else 200)
