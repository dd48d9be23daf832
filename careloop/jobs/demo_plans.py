"""The demo's places for a heart work-up, and one that is planned, held and booked, through the usual doors."""

from uuid import UUID

from careloop.actions.calendars import add_visit_type, set_hours
from careloop.actions.directory import add_entry
from careloop.actions.itineraries import book_itinerary, hold_itinerary
from careloop.catalog.demo.plans import ENTRIES, KINDS, SITE, TEMPLATE
from careloop.facts.access import Acting
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.itineraries import PlanAsk, StepHold
from careloop.reads.directory import list_visit_types
from careloop.reads.itineraries import get_plan_page


def fill_places(acting: Acting, zone: str) -> None:
    """Write down who and what can be booked for a heart work-up, with hours, and the kinds of visits that lack."""
    site = add_entry(acting, EntryDraft(EntryKind.SITE, SITE, zone=zone))
    for one in ENTRIES:
        specialties = (one.specialty,) if one.specialty else ()
        draft = EntryDraft(
            one.kind, one.name, site_id=site, zone=zone, sort=one.sort, specialties=specialties,
            languages=one.languages,
        )  # fmt: skip
        set_hours(acting, entry_id=add_entry(acting, draft), hours=one.hours())
    known = {kind.draft.name for kind in list_visit_types(acting)}
    for kind in KINDS:
        if kind.name not in known:
            add_visit_type(acting, kind)


def fill_itinerary(acting: Acting, patient_id: UUID) -> None:
    """Plan a heart work-up for a patient, hold the first plan and book it."""
    page = get_plan_page(acting, patient_id, ask=PlanAsk(TEMPLATE))
    if page.proposal is None or not page.proposal.plans:
        return
    kinds = {line.step.key: line.choice.visit_type_id for line in page.lines if line.choice}
    steps = tuple(
        StepHold(one.step, kinds[one.step], one.promised.wall, one.picks) for one in page.proposal.plans[0].placed
    )
    key = hold_itinerary(acting, patient_id, TEMPLATE, steps, key=f"demo {TEMPLATE}")
    book_itinerary(acting, patient_id, itinerary_id=key)
