"""The waiting list as pages: freed times and who waits, one freed time with whom to ask, and one patient's wishes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.outbox import OutState
from careloop.facts.scheduling import Promised
from careloop.facts.visits import Pick
from careloop.facts.waitlist import (
    FitRow,
    FreedPage,
    OfferRow,
    OfferState,
    WaitlistAsk,
    WaitlistPage,
    WishPage,
    WishRow,
)
from careloop.facts.worklist import LoopKind, State
from careloop.guard.doors import Shown, listing, reading
from careloop.guard.grants import Reach
from careloop.reads.visit_rows import list_kinds, load_whose
from careloop.records.models import (
    Booking,
    DirectoryEntry,
    FreedTime,
    Loop,
    Outbox,
    Patient,
    WaitlistOffer,
    WaitlistWish,
)
from careloop.rules.access import has_right
from careloop.rules.waitlist import place_in_list
from careloop.worklist.freed_times import (
    count_open_offers,
    find_free,
    is_free_still,
    list_freed,
    load_parties,
    make_row,
)
from careloop.worklist.offer_moves import text_key
from careloop.worklist.waitlist import load_defaults, load_listed, order_for, select_waiting

# So many who wait stand on the page, so many are held against one time that is free again, and so many for whom it
# does not fit are told with the reason.
SHOWN, MOST, OTHERS = 100, 500, 30


@listing(needs=Right.BOOKING_READ)
def get_waitlist_page(acting: Acting, reach: Reach, *, asked: WaitlistAsk) -> Shown[WaitlistPage]:
    """Return freed times that are still ahead, and who waits: most urgent first, then who waits longest.

    A constant number of statements.
    """
    within = select_waiting().filter(_within(reach))
    by_kind = within.order_by("visit_type__name", "visit_type_id").values_list("visit_type_id", "visit_type__name")
    kinds = list(by_kind.annotate(waiting=Count("id")))
    matching = _select_asked(within, asked)
    rows = list(load_listed(matching[:SHOWN]).rows(acting.at))
    rows.sort(key=lambda row: (place_in_list(row.draft, row.since_on), row.name, row.id))
    freed, parties = list_freed(acting.at)
    free, offers = find_free(freed, parties), count_open_offers(freed)
    waiting = {key: number for key, _name, number in kinds}
    page = WaitlistPage(
        at=acting.at,
        freed=tuple(
            make_row(
                one, parties, is_free=True, waiting=waiting.get(one.visit_type_id, 0), offers=offers.get(one.pk, 0)
            )
            for one in freed
            if one.pk in free
        ),
        rows=tuple(rows),
        count=matching.count(),
        kinds=tuple((key, name) for key, name, _number in kinds),
        asked=asked,
    )  # fmt: skip
    return Shown(page, tuple(dict.fromkeys(row.patient_id for row in rows)), asked="waitlist")


@listing(needs=Right.BOOKING_READ)
def get_freed_page(acting: Acting, reach: Reach, *, freed_id: UUID) -> Shown[FreedPage]:
    """Return one freed time: whom to ask next and why, who was asked, and for whom it does not fit.

    A constant number of statements.

    :raises NotFound: if there is no such time
    """
    freed = FreedTime.objects.select_related("visit_type", "site").filter(pk=freed_id).first()
    if freed is None:
        raise NotFound
    is_free = is_free_still(freed, acting.at)
    offers = list(WaitlistOffer.objects.filter(_within(reach), freed=freed).order_by("offered_at", "id"))
    asked = load_listed(_select_wishes([one.wish_id for one in offers]))
    lines = {row.id: row for row in asked.rows(acting.at)}
    listed = load_listed(select_waiting().filter(_within(reach), visit_type=freed.visit_type_id)[:MOST])
    rows = {row.id: row for row in listed.rows(acting.at)}
    order = order_for(freed, listed, acting.at)
    defaults = load_defaults(acting.at.date())
    outgoing = Outbox.objects.filter(key__in=[text_key(one.pk) for one in offers])
    texts = dict(outgoing.values_list("key", "state"))
    page = FreedPage(
        at=acting.at,
        row=make_row(freed, load_parties([freed]), is_free=is_free, waiting=len(rows)),
        fits=tuple(FitRow(rows[one.id], one.reasons) for one in order.fits) if is_free else (),
        offers=tuple(_read_offer(one, lines[one.wish_id], texts) for one in offers if one.wish_id in lines),
        others=tuple((rows[key], why) for key, why in order.others if key not in lines)[:OTHERS],
        count=defaults.count,
        hours=defaults.hours,
        may_book=has_right(acting, Right.BOOKING_WRITE),
        may_text=has_right(acting, Right.BOOKING_WRITE) and has_right(acting, Right.MESSAGE_WRITE),
    )
    shown = [row.patient_id for row in (*rows.values(), *lines.values())]
    return Shown(page, tuple(dict.fromkeys(shown)), asked=str(freed_id))


@reading(needs=Right.BOOKING_READ, about=Patient)
def get_wish_page(acting: Acting, patient: Patient, *, loop_id: UUID | None = None) -> WishPage:
    """Return what is asked when a patient is put on the waiting list, and where they stand on it.

    ``loop_id`` is the open promise of a visit whose time would move.

    :raises NotFound: if there is no such open promise
    """
    moves = _find_moving(patient, loop_id) if loop_id else None
    people = DirectoryEntry.objects.filter(kind=str(EntryKind.PRACTITIONER), is_active=True)
    sites = DirectoryEntry.objects.filter(kind=str(EntryKind.SITE), is_active=True)
    return WishPage(
        at=acting.at,
        whose=load_whose(patient),
        kinds=list_kinds(acting, patient),
        people=tuple(
            Pick(one.pk, EntryKind.PRACTITIONER, one.name)
            for one in people.exclude(zone="").order_by("name_key", "id")[:MOST]
        ),
        sites=tuple(sites.order_by("name_key", "id").values_list("pk", "name")[:MOST]),
        rows=load_listed(select_waiting().filter(patient=patient)).rows(acting.at),
        may_book=has_right(acting, Right.BOOKING_WRITE) and not patient.is_dead,
        loop_id=loop_id,
        moves=moves,
    )


def _find_moving(patient: Patient, loop_id: UUID) -> tuple[UUID, str, Promised, bool]:
    """Return the kind of visit of an open promise and the newest time it had or has, and whether it has it."""
    rows = Loop.objects.filter(pk=loop_id, patient=patient, kind=str(LoopKind.VISIT)).exclude(state=str(State.CLOSED))
    last = Booking.objects.filter(loop_id=loop_id, patient=patient).select_related("visit_type")
    newest = last.order_by("-occupies", "-made_at", "-id").first()
    if not rows.exists() or newest is None:
        raise NotFound
    promised = Promised(newest.starts_at, newest.zone, newest.starts_wall)
    return newest.visit_type_id, newest.visit_type.name, promised, newest.occupies


def _select_wishes(keys: Sequence[UUID]) -> list[WaitlistWish]:
    return list(WaitlistWish.objects.filter(pk__in=keys).select_related("visit_type", "entry", "site"))


def _within(reach: Reach) -> Q:
    return Q(unit_id__in=reach.units) | Q(patient_id__in=reach.patients)


def _select_asked(wishes: "QuerySet[WaitlistWish]", asked: WaitlistAsk) -> "QuerySet[WaitlistWish]":
    if asked.visit_type_id is not None:
        wishes = wishes.filter(visit_type_id=asked.visit_type_id)
    if asked.urgency is not None:
        wishes = wishes.filter(urgency=str(asked.urgency))
    if asked.booked is not None:
        has_time = Exists(Booking.objects.filter(loop_id=OuterRef("loop_id"), occupies=True))
        wishes = wishes.filter(has_time if asked.booked else ~has_time)
    return wishes


def _read_offer(offer: WaitlistOffer, wish: WishRow, texts: Mapping[str, str]) -> OfferRow:
    text = texts.get(text_key(offer.pk))
    return OfferRow(
        id=offer.pk,
        wish=wish,
        state=OfferState(offer.state),
        offered_at=offer.offered_at,
        expires_at=offer.expires_at,
        booking_id=offer.booking_id,
        note=offer.note,
        text=OutState(text) if text else None,
    )
