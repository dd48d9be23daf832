"""Rounds: one line a patient on screen or on one printed page; what is decided becomes a task."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.worklist import open_task
from careloop.basics.clock import read_clock
from careloop.facts.access import Acting, Right
from careloop.facts.rounds import RoundsBeat, RoundsPage
from careloop.parcels.press import press
from careloop.reads.rounds import get_rounds_page
from careloop.rules.access import has_right
from careloop.rules.rounds import MINUTES, follow_clock
from careloop.web.printing_rounds import make_rounds_sheet
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import TaskForm, read_form


class TeamForm(forms.Form):
    """Which team is gone through, none for one's own patients."""

    team = forms.IntegerField(required=False, min_value=1)


class BeatForm(forms.Form):
    """How the rounds are timed; moments are whole seconds since 1970. Without them the clock begins now."""

    minutes = forms.TypedChoiceField(coerce=int, choices=[(str(n), "") for n in MINUTES])
    no = forms.IntegerField(required=False, min_value=1, max_value=1000)
    began = forms.IntegerField(required=False, min_value=0, max_value=2**33)
    since = forms.IntegerField(required=False, min_value=0, max_value=2**33)

    def read(self, at: datetime) -> RoundsBeat | None:
        """Return the beat, None if nobody asked for one."""
        if not self.is_valid():
            return None
        typed, now = self.cleaned_data, int(at.timestamp())
        began, since = (typed[name] if typed[name] is not None else now for name in ("began", "since"))
        return RoundsBeat(
            typed["minutes"], typed["no"] or 1, datetime.fromtimestamp(began, UTC), datetime.fromtimestamp(since, UTC)
        )


@page()
def show_rounds(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the sheet; with minutes for each patient against the clock, which begins when it is asked for."""
    team, beat = _team(request.GET.get("team", "")), BeatForm(request.GET).read(acting.at)
    if beat is not None and not request.GET.get("since"):
        # The moment stands in the address: what is loaded again goes on, and nothing is kept.
        return redirect(f"{reverse('rounds')}?{_ask(team, beat)}#now")
    return render_rounds(request, get_rounds_page(acting, team=team), beat=beat)


@page()
def print_rounds(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Print the sheet on one page."""
    shown = get_rounds_page(acting, team=_team(request.GET.get("team", "")))
    made = press(make_rounds_sheet(shown, is_large=request.GET.get("large") == "1"))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="rounds.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def render_rounds(
    request: ActingRequest, shown: RoundsPage, attempt: Attempt | None = None, *, beat: RoundsBeat | None = None
) -> HttpResponse:
    """Render the sheet from plain values; with a beat it is gone through against the clock."""
    may_write = request.acting is not None and has_right(request.acting, Right.LOOP_WRITE)
    clock = follow_clock(beat, len(shown.lines), shown.at) if beat and shown.lines else None
    now = shown.lines[clock.no - 1] if clock and not clock.is_over else None
    values = {
        "page": shown, "attempt": attempt, "here": "rounds", "may_write": may_write, "minutes": MINUTES,
        "clock": clock, "beat": _ask(shown.team, clock.beat) if clock else "",
        # Who is talked of stands right under the clock.
        "now": now, "lines": sorted(shown.lines, key=lambda one: one != now),
    }  # fmt: skip
    return render(request, "staff/rounds.html", values)


def _team(text: str) -> int | None:
    form = TeamForm({"team": text})
    return form.cleaned_data["team"] if form.is_valid() else None


def _ask(team: int | None, beat: RoundsBeat | None) -> str:
    """Return what an address says of a team and of the clock."""
    said: dict[str, int] = {"team": team} if team else {}
    if beat is not None:
        said |= {"minutes": beat.minutes, "no": beat.no}
        said |= {"began": int(beat.began_at.timestamp()), "since": int(beat.since.timestamp())}
    return urlencode(said)


def _beat_of(typed: str, at: datetime) -> RoundsBeat | None:
    return BeatForm(QueryDict(typed[:200])).read(at)


def _to_rounds(request: HttpRequest, patient_id: UUID) -> str:
    team = _team(request.POST.get("of", ""))
    asked = _ask(team, _beat_of(request.POST.get("beat", ""), read_clock()))
    return f"{reverse('rounds')}{f'?{asked}' if asked else ''}#line-{patient_id}"


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    shown = get_rounds_page(acting, team=_team(attempt.values.get("of", "")))
    return render_rounds(request, shown, attempt, beat=_beat_of(attempt.values.get("beat", ""), acting.at))


@deed(back_to=_to_rounds, again=_again)
def decide(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Keep what was decided of one patient as a task."""
    typed = read_form(TaskForm, request)
    person, unit = typed["to"] or (None, None)
    open_task(
        acting, patient_id, title=typed["title"], due_on=typed["due_on"], note=typed["note"], to_person=person,
        to_unit=unit,
    )  # fmt: skip
    return Told(_("Decided: it is a task now."))
