"""Outreach lists as pages: those of one's teams, a new one with whom it would find, and one with what came of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.outreach import (
    Claim,
    EntryState,
    Found,
    ListPage,
    ListRow,
    ListsPage,
    ListState,
    NewListPage,
    OutreachDraft,
    WhyLeftOut,
)
from careloop.facts.outreach import Outcome as CallEnd
from careloop.facts.pages import Choice
from careloop.facts.reach import TryResult
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.records.models import Membership, OutreachEntry, OutreachList, Patient
from careloop.rules.access import has_right
from careloop.rules.checks import find_checks
from careloop.rules.outreach import check_draft, figure, figures_by, read_rule, say_rule
from careloop.worklist.outreach import count_people, count_today, find_mine

# So many closed lists are shown, the latest first.
CLOSED = 30
STATES = tuple(str(one) for one in EntryState)


@listing(needs=Right.OUTREACH_WORK)
def get_lists_page(acting: Acting, reach: Reach) -> Shown[ListsPage]:
    """Return the lists of this person's teams with how far each is, the open ones first. Two statements."""
    rows = _select(acting, reach)
    opened = list(rows.filter(state=str(ListState.OPEN)).order_by("-made_at", "-id"))
    closed = list(rows.filter(state=str(ListState.CLOSED)).order_by("-closed_at", "-id")[:CLOSED])
    page = ListsPage(tuple(_row(one) for one in (*opened, *closed)), has_right(acting, Right.OUTREACH_WRITE))
    return Shown(page, ())


@listing(needs=Right.OUTREACH_WRITE)
def get_new_list_page(acting: Acting, reach: Reach, *, draft: OutreachDraft | None = None) -> Shown[NewListPage]:
    """Return what a list can be made of; with a draft how many it would find now, and why some are left out.

    :raises Refusal: if the rule is not clear
    :raises NotFound: if the team is not one of this person's
    """
    units = _teams(acting, reach)
    found, said = None, tuple[Say, ...]()
    if draft is not None:
        check_draft(draft, find_checks())
        if str(draft.unit_id) not in {one.id for one in units}:
            raise NotFound
        counts = dict(count_people(acting, draft.unit_id, draft.rule, draft.quiet_days))
        left = tuple((why, counts[why]) for why in WhyLeftOut if counts.get(why))
        found, said = Found(counts.get(None, 0), left), say_rule(draft.rule)
    spoken = Patient.objects.filter(unit_id__in=[int(one.id) for one in units], languages__len__gte=1)
    tags = {tag.split("-")[0].lower() for tag in spoken.values_list("languages__0", flat=True).distinct()}
    page = NewListPage(units, tuple(sorted(find_checks())), tuple(sorted(tags)), found, said)
    return Shown(page, (), asked="outreach")


@listing(needs=Right.OUTREACH_WORK)
def get_list_page(acting: Acting, reach: Reach, *, list_id: UUID) -> Shown[ListPage]:
    """Return one list: how far it is, who was left out and why, results by language and ages, whom one holds.

    A constant number of statements, however many are on it.

    :raises NotFound: if it is not of this person's teams
    """
    listed = _select(acting, reach).filter(pk=list_id).first()
    if listed is None:
        raise NotFound
    entries = OutreachEntry.objects.filter(list_id=list_id)
    left = dict(
        entries.filter(state="left_out").values_list("left_out_why").annotate(n=Count("id")).order_by("left_out_why")
    )
    ended = entries.filter(state="ended").values_list("language", "band", "last_result")
    ends = [CallEnd(language, band, TryResult(result)) for language, band, result in ended]
    mine = find_mine(acting, listed)
    whose = Patient.objects.filter(pk=mine.patient_id).values_list("full_name", flat=True).first() if mine else ""
    today = acting.at.date()
    later = entries.filter(state="waiting", next_on__gt=today)
    counted = later.aggregate(n=Count("id"), first=Min("next_on"))
    page = ListPage(
        at=acting.at,
        row=_row(listed),
        version=listed.version,
        per_day=listed.per_day,
        quiet_days=listed.quiet_days,
        most_tries=listed.most_tries,
        today=count_today(listed, acting.at),
        later=counted["n"],
        next_on=counted["first"],
        mine=Claim(mine.pk, mine.patient_id, mine.lease_until or acting.at + timedelta()) if mine else None,
        mine_name=str(whose or ""),
        left_out=tuple((why, left[str(why)]) for why in WhyLeftOut if left.get(str(why))),
        results=_results(ends),
        by_language=figures_by(ends, language=True),
        by_group=figures_by(ends, language=False),
        all=figure("", ends),
        may_make=has_right(acting, Right.OUTREACH_WRITE),
    )
    return Shown(page, (mine.patient_id,) if mine else (), asked=str(list_id))


def _results(ends: Sequence[CallEnd]) -> tuple[tuple[TryResult, int], ...]:
    counts = Counter(one.result for one in ends)
    return tuple((result, counts[result]) for result in TryResult if counts[result])


def _select(acting: Acting, reach: Reach) -> "QuerySet[OutreachList]":
    teams = Membership.objects.filter(person_id=acting.person_id).values("unit_id")
    counted = {f"n_{state}": Count("outreachentry", filter=Q(outreachentry__state=state)) for state in STATES}
    rows: QuerySet[OutreachList] = OutreachList.objects.filter(unit_id__in=teams).filter(unit_id__in=reach.units)
    return rows.select_related("made_by").annotate(**counted)


def _row(one: OutreachList) -> ListRow:
    return ListRow(
        id=one.pk,
        name=one.name,
        state=ListState(one.state),
        rule=say_rule(read_rule(one.rule)),
        made_by=one.made_by.name,
        made_at=one.made_at,
        waiting=_counted(one, EntryState.WAITING),
        claimed=_counted(one, EntryState.CLAIMED),
        ended=_counted(one, EntryState.ENDED),
        left_out=_counted(one, EntryState.LEFT_OUT),
    )


def _counted(one: OutreachList, state: EntryState) -> int:
    """Return how many of a list stand so, as the statement that found the list counted them."""
    return int(getattr(one, f"n_{state}"))


def _teams(acting: Acting, reach: Reach) -> tuple[Choice, ...]:
    teams = Membership.objects.filter(person_id=acting.person_id, unit_id__in=reach.units).select_related("unit")
    return tuple(Choice(str(one.unit_id), one.unit.name) for one in teams.order_by("unit__name"))
