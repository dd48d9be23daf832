"""Referrals: the list and the board, one referral, how they go, and reports that wait to be matched."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.forms import Field, Form, HiddenInput, Select
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from careloop.actions.referral_reports import file_stray, match_stray, set_stray_aside
from careloop.basics.refusals import NotFound
from careloop.catalog.speech import speak_clock, speak_date
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryRow
from careloop.facts.referral_figures import ReferralFigures
from careloop.facts.referrals import (
    ReferralFilter,
    ReferralList,
    ReferralPage,
    ReferralState,
    ReportLine,
    StrayLine,
    Urgency,
)
from careloop.facts.worklist import Ball
from careloop.reads.directory import list_receivers
from careloop.reads.referral_work import get_referral_report, list_strays
from careloop.reads.referrals import BOARD, PAGE, get_referral_page, list_referrals
from careloop.rules.access import has_right
from careloop.rules.referrals import REPORT_IS_EARLY
from careloop.web.labels_specialties import name_specialty
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import referral_forms as forms
from careloop.web.staff.forms import read_form
from careloop.web.staff.handoff_forms import read_key
from careloop.web.staff.misfiled import list_undoing
from careloop.web.staff.people import read_page_number
from careloop.web.staff.referral_verbs import BY_NAME, Verb, first_verb, list_verbs, prepares_first

# Lanes beside the way: nothing goes on before somebody does something.
ASIDE = (
    ReferralState.NEEDS_INFO, ReferralState.CHECKING, ReferralState.SILENT, ReferralState.DECLINED,
    ReferralState.MISSED,
)  # fmt: skip


@page()
def show_referrals(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show referrals as a list, or as columns by state."""
    is_board = request.GET.get("view") == "board"
    asked, number = _read_filter(request.GET), read_page_number(request.GET.get("page", ""))
    shown = list_referrals(acting, asked=asked, page=1 if is_board else number, how_many=BOARD if is_board else PAGE)
    return render_referrals(request, shown, asked, number=number, is_board=is_board)


def render_referrals(
    request: ActingRequest, shown: ReferralList, asked: ReferralFilter, *, number: int = 1, is_board: bool = False
) -> HttpResponse:
    """Render the list or the board from plain values."""
    lanes = [(state, count, [row for row in shown.rows if row.state is state]) for state, count in shown.by_state]
    columns = (
        (_("On the way"), [lane for lane in lanes if lane[0] not in ASIDE]),
        (_("Held up: somebody must do something first"), [lane for lane in lanes if lane[0] in ASIDE]),
    )
    query = request.GET.copy()
    query.pop("page", None)
    values = {
        "page": shown, "asked": asked, "number": number, "is_board": is_board, "columns": columns,
        "states": [one for one in ReferralState if one is not ReferralState.CLOSED], "urgencies": list(Urgency),
        "previous": number - 1, "following": number + 1 if number * PAGE < shown.count and not is_board else 0,
        "query": query.urlencode(), "here": "referrals", "is_narrowed": asked != ReferralFilter(),
    }  # fmt: skip
    return render(request, "staff/referrals.html", values)


@page()
def show_referral(acting: Acting, request: ActingRequest, referral_id: UUID) -> HttpResponse:
    """Show one referral: the question, what was sent, where it stands, and the next step.

    ``?to=`` is somebody of the directory to whom it shall go instead, as the finder leads back.
    """
    shown, chosen = get_referral_page(acting, referral_id), request.GET.get("to", "")
    rows = load_receivers(acting, specialty=shown.row.specialty, chosen=chosen)
    is_known = any(str(row.id) == chosen for row in rows)
    return render_referral(request, shown, name_receivers(rows), chosen=chosen if is_known else "")


def show_referral_again(
    acting: Acting, request: ActingRequest, attempt: Attempt, referral_id: UUID, verb: str
) -> HttpResponse:
    """Show the page after a deed that did not succeed, with what was typed."""
    shown = get_referral_page(acting, referral_id)
    rows = load_receivers(acting, specialty=shown.row.specialty, chosen=request.POST.get("to", ""))
    return render_referral(request, shown, name_receivers(rows), attempt, tried=verb)


def load_receivers(acting: Acting, *, specialty: str = "", chosen: str = "") -> tuple[EntryRow, ...]:
    """Return to whom one can refer: the chosen entry, those of the specialty, others; nobody without the directory."""
    if not has_right(acting, Right.DIRECTORY_READ):
        return ()
    return list_receivers(acting, specialty=specialty, chosen=read_key(chosen))


def name_receivers(rows: Sequence[EntryRow]) -> list[tuple[str, str]]:
    """Return entries as choices of a form."""
    return [("", _("Choose")), *((str(row.id), _name(row.draft.name, row.draft.specialties)) for row in rows)]


def render_referral(
    request: ActingRequest,
    shown: ReferralPage,
    receivers: list[tuple[str, str]],
    attempt: Attempt | None = None,
    *,
    tried: str = "",
    chosen: str = "",
) -> HttpResponse:
    """Render one referral from plain values."""
    first, verbs = first_verb(shown), list_verbs(shown)
    ready = [(verb, _form(verb, request, shown, receivers, is_tried=verb.name == tried)) for verb in verbs]
    for _verb, form in ready:
        if "to" in form.fields and not form.is_bound:
            form.initial["to"] = chosen
    values = {
        "page": shown, "attempt": attempt, "tried": tried, "opened": tried or ("reroute" if chosen else ""),
        "may_find": len(receivers) > 1, "here": "referrals",
        "first_only": [one for one in ready if one[0].name == first],
        "others": [one for one in ready if one[0].name != first],
        "misfiled": list_undoing(request, shown, tried=tried),
        "is_to_send": shown.row.state is ReferralState.TO_SEND,
        "waits_for_reader": shown.row.state is ReferralState.REPORT_IN and not shown.may_sign,
        "waits_for_plan": shown.row.ball is Ball.PAYER and shown.may_prepare,
        "prepares_first": prepares_first(shown) and shown.may_prepare,
        "waits_for_word": shown.awaits_decision and not shown.may_sign,
    }  # fmt: skip
    return render(request, "staff/referral.html", values)


def _form(
    verb: Verb, request: ActingRequest, shown: ReferralPage, receivers: list[tuple[str, str]], *, is_tried: bool
) -> Form:
    """Return the form of a verb, with what was typed if it was tried."""
    auto_id, seen = f"do-{verb.name}-%s", {"version": shown.row.version}
    made = verb.form(initial=seen, auto_id=auto_id)
    if is_tried:
        # The page shows the newest version: what is sent again is about that one.
        typed = request.POST.copy()
        typed["version"] = str(shown.row.version)
        made = verb.form(typed, request.FILES, auto_id=auto_id)
    if "what" in made.fields:
        # Only where nobody waits for a report somebody has to say what it is.
        made.fields["what"].required = shown.row.state in REPORT_IS_EARLY
        if not made.fields["what"].required:
            del made.fields["what"]
    if "to" in made.fields:
        made.fields["to"].widget = Select(choices=receivers)
    if "report" in made.fields:
        _offer(made.fields["report"], [(one.id, _title(one)) for one in shown.reports])
    if "to_referral" in made.fields:
        _offer(made.fields["to_referral"], shown.others)
    if "booking" in made.fields:
        visits = [
            (str(key), f"{name}, {_say_day(when.wall)}, {speak_clock(when.wall)}") for key, name, when in shown.visits
        ]
        made.fields["booking"].widget = Select(choices=[("", _("Choose")), *visits])
    return made


def _offer(field: Field, choices: Sequence[tuple[UUID, str]]) -> None:
    """Let a field choose among these; a single one is not asked for."""
    if len(choices) == 1:
        field.widget, field.initial = HiddenInput(), choices[0][0]
    else:
        field.widget = Select(choices=[("", _("Choose")), *((str(key), words) for key, words in choices)])


def _title(report: ReportLine) -> str:
    return f"{report.title or _('Document without a title')}, {_say_day(timezone.localtime(report.at))}"


def _say_day(at: datetime) -> str:
    """Return a day in words as a choice says it: "3 Dec 2026"."""
    return speak_date(at.date(), get_language() or "en")


def _to_referral(request: ActingRequest, referral_id: UUID, verb: str) -> str:
    return reverse("referral", kwargs={"referral_id": referral_id})


@deed(back_to=_to_referral, again=show_referral_again)
def act(acting: Acting, request: ActingRequest, referral_id: UUID, verb: str) -> Told:
    """Do one thing with a referral."""
    if verb not in BY_NAME:
        raise NotFound
    wanted = BY_NAME[verb]
    typed = forms.read_with_files(wanted.form, request)
    said = wanted.do(acting, referral_id, typed)
    return Told(str(wanted.told) if isinstance(said, int) else str(said))


@page()
def show_figures(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show how the referrals of the last year go."""
    return render_figures(request, get_referral_report(acting))


def render_figures(request: ActingRequest, shown: ReferralFigures) -> HttpResponse:
    """Render the figures from plain values."""
    return render(request, "staff/referral_figures.html", {"page": shown, "here": "referrals"})


@page()
def show_strays(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show reports of which nobody knows whose they are."""
    return render_strays(request, list_strays(acting))


def show_strays_again(acting: Acting, request: ActingRequest, attempt: Attempt, stray_id: UUID) -> HttpResponse:
    """Show them after a deed that did not succeed, with what was typed."""
    return render_strays(request, list_strays(acting), attempt, tried=stray_id)


def render_strays(
    request: ActingRequest,
    lines: tuple[StrayLine, ...],
    attempt: Attempt | None = None,
    *,
    tried: UUID | None = None,
) -> HttpResponse:
    """Render reports that wait from plain values."""
    values = {"lines": lines, "attempt": attempt, "tried": tried, "here": "referrals", "early": REPORT_IS_EARLY}
    return render(request, "staff/referral_strays.html", values)


def _to_strays(request: ActingRequest, stray_id: UUID) -> str:
    return reverse("referral-strays")


@deed(back_to=_to_strays, again=show_strays_again)
def match(acting: Acting, request: ActingRequest, stray_id: UUID) -> Told:
    """Say whose report it is."""
    typed = read_form(forms.MatchForm, request)
    match_stray(acting, stray_id, version=typed["version"], referral_id=typed["referral"], reason=typed["words"])
    return Told(_("The report is in that record. The clinician who asked reads it next."))


@deed(back_to=_to_strays, again=show_strays_again)
def file(acting: Acting, request: ActingRequest, stray_id: UUID) -> Told:
    """Say whose report it is that no referral of theirs asked for."""
    typed = read_form(forms.FileForm, request)
    file_stray(acting, stray_id, version=typed["version"], patient_id=typed["whose"], reason=typed["words"])
    return Told(_("The report is in that record. A loop asks for a clinician to read it."))


@deed(back_to=_to_strays, again=show_strays_again)
def set_aside(acting: Acting, request: ActingRequest, stray_id: UUID) -> Told:
    """Say that the report is nobody's here."""
    typed = read_form(forms.WordsForm, request)
    set_stray_aside(acting, stray_id, version=typed["version"], reason=typed["words"])
    return Told(_("The report is set aside, with the reason."))


def _name(name: str, specialties: tuple[str, ...]) -> str:
    return f"{name} ({', '.join(map(name_specialty, specialties))})" if specialties else name


def _read_filter(query: Mapping[str, str]) -> ReferralFilter:
    """Return what the list is narrowed to; what nobody knows narrows nothing."""
    state, urgency, owner = query.get("state", ""), query.get("urgency", ""), query.get("owner", "")
    try:
        who = UUID(owner) if owner else None
    except ValueError:
        who = None
    return ReferralFilter(
        state=ReferralState(state) if state in set(ReferralState) - {ReferralState.CLOSED} else None,
        urgency=Urgency(urgency) if urgency in set(Urgency) else None,
        specialty=query.get("specialty", "").replace("\x00", "")[:80],
        owner=who,
        is_closed=state == ReferralState.CLOSED,
    )
