"""Outreach lists: made by a supervisor, worked by several at once without calling anybody twice."""

from uuid import UUID

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.outreach import EntryState, ListState, OutreachDraft, WhyLeftOut
from careloop.guard.context import name_in_line
from careloop.guard.doors import managing
from careloop.records.models import Membership, OutreachEntry, OutreachList
from careloop.rules.checks import find_checks
from careloop.rules.outreach import band_of, check_draft, store_rule
from careloop.worklist import outreach as work

# So many on one list: more is another list.
MOST = 5000


@managing(needs=Right.OUTREACH_WRITE)
def make_list(acting: Acting, *, draft: OutreachDraft) -> UUID:
    """Make a list of whom the rule finds now; who is left out stands on it too, with why. Return the list.

    :raises Refusal: if the rule is not clear, finds nobody to call, or too many for one list
    :raises NotFound: if the team is not one of this person's
    """
    check_draft(draft, find_checks())
    _expect_team(acting, draft.unit_id)
    people = work.find_people(acting, draft.unit_id, draft.rule, draft.quiet_days)
    if not any(one.why is None for one in people):
        raise Refusal(Say("refusal.outreach_nobody"))
    if len(people) > MOST:
        raise Refusal(Say("refusal.outreach_too_many", count=MOST))
    listed = OutreachList(
        id=new_id(acting.at), unit_id=draft.unit_id, name=" ".join(draft.name.split()), rule=store_rule(draft.rule),
        per_day=draft.per_day, quiet_days=draft.quiet_days, most_tries=draft.most_tries, made_by_id=acting.person_id,
        made_at=acting.at,
    )  # fmt: skip
    listed.save(force_insert=True)
    on = acting.at.date()
    OutreachEntry.objects.bulk_create(
        OutreachEntry(
            id=new_id(acting.at), list=listed, patient_id=one.patient_id, unit_id=draft.unit_id,
            label_mask=one.label_mask, place=place, language=one.language, band=band_of(one.birth_on, on),
            state=str(EntryState.LEFT_OUT if one.why else EntryState.WAITING), left_out_why=str(one.why or ""),
            ended_at=acting.at if one.why else None,
        )
        for place, one in enumerate(people, 1)
    )  # fmt: skip
    name_in_line([one.patient_id for one in people])
    return UUID(str(listed.pk))


@managing(needs=Right.OUTREACH_WORK)
def take_next(acting: Acting, *, list_id: UUID) -> tuple[UUID, UUID] | None:
    """Give this person somebody to call, for half an hour by default; return patient and entry.

    Who holds somebody of this list gets the same person again. None if nobody can be called now: all are done, wait for
    another day, are with a colleague, or the pace of the day is reached. Callers of one list are served one after the
    other: the list is locked.

    :raises NotFound: if the list is not one of this person's teams
    :raises Refusal: if the list is closed
    """
    listed = _find_list(acting, list_id, lock=True)
    if listed.state != ListState.OPEN:
        raise Refusal(Say("refusal.outreach_closed"))
    entry = work.find_mine(acting, listed)
    if entry is None:
        work.release_overdue(acting, listed)
        entry = work.claim_next(acting, listed)
    if entry is None:
        return None
    name_in_line([entry.patient_id])
    return UUID(str(entry.patient_id)), UUID(str(entry.pk))


@managing(needs=Right.OUTREACH_WORK)
def put_back(acting: Acting, *, list_id: UUID) -> bool:
    """Give back whom one holds from a list without having called them; tell whether one held somebody.

    :raises NotFound: if the list is not one of this person's teams
    """
    listed = _find_list(acting, list_id)
    entry = work.find_mine(acting, listed)
    if entry is None:
        return False
    entry.state, entry.lease_until = str(EntryState.WAITING), None
    entry.save()
    name_in_line([entry.patient_id])
    return True


@managing(needs=Right.OUTREACH_WRITE)
def close_list(acting: Acting, *, list_id: UUID, version: int) -> int:
    """Close a list before all are called: who waits is left out, because the list was closed. Return how many.

    :raises NotFound: if the list is not one of this person's teams
    :raises Refusal: if it is closed, somebody is being called from it, or it was changed meanwhile
    """
    listed = _find_list(acting, list_id, lock=True)
    if listed.version != version or listed.state != ListState.OPEN:
        raise TakenMeanwhile(Say("refusal.outreach_changed"))
    work.release_overdue(acting, listed)
    if OutreachEntry.objects.filter(list=listed, state=str(EntryState.CLAIMED)).exists():
        raise Refusal(Say("refusal.outreach_calling"))
    waiting = OutreachEntry.objects.filter(list=listed, state=str(EntryState.WAITING))
    keys = list(waiting.values_list("patient_id", flat=True))
    count = waiting.update(state=str(EntryState.LEFT_OUT), left_out_why=str(WhyLeftOut.LIST_CLOSED), ended_at=acting.at)
    name_in_line(keys)
    work.close_if_done(acting, listed)
    return int(count)


def _find_list(acting: Acting, key: UUID, *, lock: bool = False) -> OutreachList:
    rows = OutreachList.objects.select_for_update(no_key=True) if lock else OutreachList.objects.all()
    teams = Membership.objects.filter(person_id=acting.person_id).values("unit_id")
    listed: OutreachList | None = rows.filter(pk=key, unit_id__in=teams).first()
    if listed is None:
        raise NotFound
    return listed


def _expect_team(acting: Acting, unit_id: int) -> None:
    if not Membership.objects.filter(person_id=acting.person_id, unit_id=unit_id).exists():
        raise NotFound
