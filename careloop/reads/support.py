"""Support for one patient as a page: distress and its calls, offers, and groups and programs that could fit."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from careloop.basics.words import Say
from careloop.catalog.messages import load_messages, load_tongues
from careloop.facts.access import Acting, Right
from careloop.facts.chart import FactKind
from careloop.facts.directory import EntryKind
from careloop.facts.finder import Fit, Reason
from careloop.facts.pages import Choice
from careloop.facts.support import (
    GROUP_SORTS,
    DistressLine,
    HeardFrom,
    Match,
    OfferLine,
    OfferState,
    SupportAsk,
    SupportPage,
    SupportState,
)
from careloop.guard.doors import reading
from careloop.records.models import ChartFactRow, DirectoryEntry, DistressNote, Patient, Person, SupportOffer
from careloop.rules.access import has_right
from careloop.rules.chart_lists.problems import HOLDS
from careloop.rules.compose import write_day
from careloop.rules.support import match
from careloop.worklist.colleagues import list_colleagues
from careloop.worklist.consents import read_whose
from careloop.worklist.support import read_program

# The situation of the words for a supportive call.
SCRIPT = "hard_time"
# So many programs are shown, and so many of the directory are looked at.
SHOWN, LOOKED_AT = 8, 2000


@reading(needs=Right.CIRCLE_READ, about=Patient)
def get_support_page(acting: Acting, patient: Patient, *, asked: SupportAsk | None = None) -> SupportPage:
    """Return what was noted and offered, and with ``asked`` the programs that could fit, the best first."""
    notes = DistressNote.objects.filter(patient=patient).select_related("heard_by", "loop", "loop__owner")
    offers = SupportOffer.objects.filter(patient=patient).select_related("offered_by")
    found: tuple[Match, ...] = ()
    if asked is not None:
        rows = DirectoryEntry.objects.filter(
            kind=str(EntryKind.SERVICE), is_active=True, sort__in=list(GROUP_SORTS)
        ).select_related("site")
        found = match(asked, [read_program(one) for one in rows.order_by("name_key", "id")[:LOOKED_AT]])
    problems = ChartFactRow.objects.filter(patient=patient, kind=str(FactKind.PROBLEM), status__in=HOLDS)
    me = Person.objects.values_list("name", flat=True).get(pk=acting.person_id)
    return SupportPage(
        at=acting.at,
        whose=read_whose(patient),
        distress=tuple(_distress(one) for one in notes.order_by("-heard_at", "-id")),
        offers=tuple(_offer(one) for one in offers.order_by("-offered_at", "-id")),
        script=_script(acting, notes, patient.zone),
        people=(
            Choice(str(acting.person_id), me),
            *(Choice(str(one.pk), one.name) for one in list_colleagues(acting, patient)),
        ),
        known=tuple(dict.fromkeys(one for one in problems.order_by("label").values_list("label", flat=True) if one)),
        languages=tuple(patient.languages),
        may_change=has_right(acting, Right.CIRCLE_WRITE),
        asked=asked,
        matches=found[:SHOWN],
        beyond=max(0, len(found) - SHOWN),
    )


def _distress(one: DistressNote) -> DistressLine:
    return DistressLine(
        id=one.pk,
        words=one.words,
        heard_from=HeardFrom(one.heard_from),
        heard_by=one.heard_by.name,
        heard_at=one.heard_at,
        state=SupportState(one.state),
        loop_id=one.loop_id,
        version=one.version,
        due_at=one.loop.due_at,
        owner=one.loop.owner.name if one.loop.owner else "",
        said=one.said,
    )


def _offer(one: SupportOffer) -> OfferLine:
    return OfferLine(
        id=one.pk,
        name=one.entry_name,
        state=OfferState(one.state),
        version=one.version,
        loop_id=one.loop_id,
        because=tuple(Reason(Fit.YES, Say.from_stored(said)) for said in one.because),
        offered_at=one.offered_at,
        offered_by=one.offered_by.name,
    )


def _script(acting: Acting, notes: QuerySet[DistressNote], zone: str) -> tuple[tuple[str, str, str], ...]:
    """Return the words with the day of the next call in them: the soonest that is promised, else tomorrow."""
    open_still = notes.exclude(state=str(SupportState.ENDED)).filter(loop__due_at__gt=acting.at)
    due: datetime | None = open_still.order_by("loop__due_at").values_list("loop__due_at", flat=True).first()
    on = (due or acting.at + timedelta(days=1)).astimezone(ZoneInfo(zone)).date()
    versions, tongues = load_messages()[SCRIPT].versions, load_tongues()
    return tuple(
        (tag, one.body.format(when=write_day(on, tongues[tag])), str(one.state)) for tag, one in versions.items()
    )
