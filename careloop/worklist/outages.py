"""Outages as the rule is given them: visits that fall out with who else could, and the loops that come of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.directory import EntryKind
from careloop.facts.itineraries import Gap
from careloop.facts.outages import Hit, HitVisit, NeedsPerson, OutAsk, OutMeeting
from careloop.facts.preparation import Arranged, Item
from careloop.facts.referrals import Urgency
from careloop.facts.scheduling import MOVABLE, Candidate, Promised, Span
from careloop.facts.worklist import Severity
from careloop.records.models import (
    Booking,
    BookingPart,
    CalendarDay,
    DirectoryEntry,
    Itinerary,
    ItineraryStep,
    Outage,
    OutageMove,
    Referral,
    VisitTypeWith,
)
from careloop.rules.itineraries import STANDS, find_dependents
from careloop.rules.outages import AHEAD_DAYS, NOTICE, is_hit, leave_out, out_spans
from careloop.worklist.free_times import KEEPS_GAPS, TAKES_PART, length_of, load_busy, load_opening
from careloop.worklist.itineraries import find_newest, find_template, place
from careloop.worklist.outage_meetings import find_meetings
from careloop.worklist.preparation import load_arranged

CAN_BE_OUT = (*TAKES_PART, EntryKind.SITE)
HARM = {Urgency.URGENT: Severity.HIGH, Urgency.EMERGENT: Severity.CRITICAL}
Busy = Mapping[int, Sequence[tuple[int, Span]]]


@dataclass(frozen=True, slots=True)
class Fallen:
    """Visits that fall out, as the rule takes them, and how many are of patients beyond reach.

    ``bookings`` are those that could move and ``entries`` who and what could take part, by key. ``meetings`` are
    family meetings: they are never moved here.
    """

    hits: tuple[Hit, ...]
    window: Span
    others: int
    bookings: Mapping[UUID, Booking]
    entries: Mapping[UUID, DirectoryEntry]
    meetings: tuple[OutMeeting, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chain:
    """An itinerary around visits that fall out: its gaps, its steps by loop, the times of all, and who waits."""

    gaps: tuple[Gap, ...]
    keys: Mapping[UUID, str]
    bookings: Mapping[str, Booking]
    waiting: frozenset[str]


@dataclass(frozen=True, slots=True)
class _People:
    """Who and what could take part: the entries by name, when open and busy, and with whom kinds of visits are.

    ``arranged`` are the approvals and rides of visits.
    """

    entries: Sequence[DirectoryEntry]
    opening: Mapping[UUID, tuple[Span, ...]]
    busy: Busy
    named: Mapping[UUID, frozenset[UUID]]
    arranged: Mapping[UUID, Mapping[Item, Arranged]]
    out: frozenset[UUID]
    spans: tuple[Span, ...]


def read_ask(row: Outage) -> OutAsk:
    """Return who is out and when, of an outage that was entered."""
    return OutAsk(row.entry_id, row.first_on, row.last_on, row.opens, row.closes)


def find_same(ask: OutAsk) -> Outage | None:
    """Return the outage of exactly these days that holds, None if nobody entered one."""
    days = CalendarDay.objects.filter(entry_id=ask.entry_id, outage__isnull=False).values("outage_id")
    same = Outage.objects.filter(
        pk__in=days,
        entry_id=ask.entry_id,
        first_on=ask.first_on,
        last_on=ask.last_on,
        opens=ask.opens,
        closes=ask.closes,
        undone_at=None,
    )
    found: Outage | None = same.first()
    return found


def find_out(entry_id: UUID, *, lock: bool = False) -> DirectoryEntry:
    """Return somebody or something that can be out; with ``lock`` nobody else says so meanwhile.

    :raises NotFound: if there is none
    """
    rows = DirectoryEntry.objects.filter(kind__in=[str(one) for one in CAN_BE_OUT], zone__gt="", pk=entry_id)
    entry: DirectoryEntry | None = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).first()
    if entry is None:
        raise NotFound
    return entry


def find_holding(outage_id: UUID) -> tuple[Outage, DirectoryEntry]:
    """Return an outage that holds, and who or what is out. Nobody undoes it while visits move for it.

    :raises Refusal: if it was undone or taken out of the calendar
    """
    # Undone meanwhile, a visit would move for nothing and nobody would put it back.
    rows = Outage.objects.select_for_update(of=("self",), no_key=True).filter(pk=outage_id)
    outage = rows.select_related("entry").first()
    if outage is None:
        raise NotFound
    if outage.undone_at is not None or not CalendarDay.objects.filter(outage=outage).exists():
        raise Refusal(Say("refusal.outage_undone"))
    return outage, outage.entry


def is_in_outage(entry: DirectoryEntry, ask: OutAsk, booking: Booking) -> bool:
    """Tell whether a visit lies in an outage."""
    spans = out_spans(ask, entry.zone)
    mine = Booking.objects.filter(_with(list_out(entry)), pk=booking.pk)
    return is_hit(booking.starts_at, booking.ends_at, spans) and mine.exists()


def load_fallen(acting: Acting, ask: OutAsk, entry: DirectoryEntry, *, within: Q, outage: Outage | None) -> Fallen:
    """Return the visits to come that fall out and are not seen to yet: a constant number of statements.

    ``within`` is the reach of whoever asks.
    """
    out, spans = list_out(entry), out_spans(ask, entry.zone)
    around = Span(spans[0].start, spans[-1].end)
    found = Booking.objects.filter(within, _with(out), occupies=True, starts_at__gt=acting.at)
    found = found.filter(starts_at__lt=around.end, ends_at__gt=around.start)
    rows = _select(Booking.objects.filter(pk__in=found.values("pk")).order_by("starts_at", "id"))
    ours = [row for row in rows if is_hit(row.starts_at, row.ends_at, spans)]
    seen_to = set(OutageMove.objects.filter(outage=outage).values_list("booking_id", flat=True)) if outage else set()
    fallen = [row for row in ours if row.state in MOVABLE and row.pk not in seen_to]
    chains = _load_chains(fallen)
    visits = {row.pk: row for row in fallen}
    for chain in chains.values():
        visits |= {row.pk: row for row in chain.bookings.values() if row.state in MOVABLE and row.pk not in visits}
    last = max((row.starts_at for row in fallen), default=acting.at)
    window = Span(acting.at + NOTICE, max(last, acting.at) + timedelta(days=AHEAD_DAYS + 1))
    people = _load_people(list(visits.values()), out, spans, window)
    hits = _make_hits(acting.at, fallen, visits, chains, people)
    busy = load_busy([one.no for one in out], around)
    meetings = find_meetings(out, spans, within=within, at=acting.at)
    known = [(row.starts_at, row.ends_at) for row in ours]
    known += [(one.was.at, one.ends_at) for one in meetings]
    others = _count_others(acting.at, busy, spans, known)
    return Fallen(hits, window, others, visits, {one.pk: one for one in people.entries}, meetings)


def list_out(entry: DirectoryEntry) -> list[DirectoryEntry]:
    """Return everybody and everything that is out: at a place that is closed all who are there."""
    if entry.kind != EntryKind.SITE:
        return [entry]
    return list(DirectoryEntry.objects.filter(site=entry, zone__gt="").order_by("id"))


def _with(entries: Iterable[DirectoryEntry]) -> Q:
    keys = [one.pk for one in entries]
    return Q(bookingpart__entry__in=keys) | Q(group__bookingpart__entry__in=keys)


def _select(rows: "QuerySet[Booking]") -> "QuerySet[Booking]":
    parts = BookingPart.objects.filter(entry__isnull=False).select_related("entry").order_by("id")
    return rows.select_related("visit_type", "patient", "loop").prefetch_related(
        Prefetch("bookingpart_set", queryset=parts)
    )


def _load_chains(rows: Sequence[Booking]) -> dict[UUID, _Chain]:
    """Return the itineraries of visits, by the loop of the visit."""
    steps = list(
        ItineraryStep.objects.filter(
            itinerary__in=Itinerary.objects.filter(itinerarystep__loop__in=[row.loop_id for row in rows])
        )
        .select_related("itinerary")
        .order_by("id")
    )
    newest = find_newest(step.loop_id for step in steps)
    full = {row.pk: row for row in _select(Booking.objects.filter(pk__in=[one.pk for one in newest.values()]))}
    found: dict[UUID, _Chain] = {}
    for whole in {step.itinerary_id: step.itinerary for step in steps}.values():
        own = [step for step in steps if step.itinerary_id == whole.pk]
        gaps = tuple(one.gap for one in find_template(whole.template).gaps)
        bookings = {step.key: full[newest[step.loop_id].pk] for step in own if step.loop_id in newest}
        waiting = {key for step in own if step.abnormal_at is not None for key in find_dependents(gaps, step.key)}
        chain = _Chain(
            gaps,
            {step.loop_id: step.key for step in own},
            {key: one for key, one in bookings.items() if one.state in STANDS},
            frozenset(waiting),
        )
        found |= {step.loop_id: chain for step in own}
    return found


def _load_people(
    rows: Sequence[Booking], out: Sequence[DirectoryEntry], spans: tuple[Span, ...], window: Span
) -> _People:
    parts = [part.entry for row in rows for part in row.bookingpart_set.all()]
    sites = {entry.site_id for entry in parts if entry.site_id}
    wanted = Q(site_id__in=sites) | Q(kind=str(EntryKind.INTERPRETER)) | Q(pk__in={entry.pk for entry in parts})
    found = DirectoryEntry.objects.filter(
        wanted, is_active=True, zone__gt="", kind__in=[str(one) for one in TAKES_PART]
    )
    entries = list(found.order_by("name_key", "id")) if rows else []
    numbers = [entry.no for entry in entries] + sorted({row.patient.no for row in rows})
    margin = timedelta(days=1)
    named: dict[UUID, set[UUID]] = {}
    kinds = {row.visit_type_id for row in rows}
    for kind, key in VisitTypeWith.objects.filter(visit_type__in=kinds).values_list("visit_type_id", "entry_id"):
        named.setdefault(kind, set()).add(key)
    return _People(
        entries,
        load_opening(entries, window),
        load_busy(numbers, Span(window.start - margin, window.end + margin)),
        {kind: frozenset(keys) for kind, keys in named.items()},
        load_arranged(row.pk for row in rows),
        frozenset(one.pk for one in out),
        spans,
    )


def _make_hits(
    at: datetime,
    fallen: Sequence[Booking],
    visits: Mapping[UUID, Booking],
    chains: Mapping[UUID, _Chain],
    people: _People,
) -> tuple[Hit, ...]:
    urgent = dict(Referral.objects.filter(booking__in=list(visits)).values_list("booking_id", "urgency"))
    together: dict[int | UUID, list[Booking]] = {}
    for row in fallen:
        chain = chains.get(row.loop_id)
        together.setdefault(id(chain) if chain else row.pk, []).append(row)
    hits = []
    for rows in together.values():
        chain = chains.get(rows[0].loop_id)
        harms = [Severity(row.loop.severity) for row in rows]
        harms += [HARM.get(Urgency(urgent[row.pk]), Severity.LOW) for row in rows if row.pk in urgent]
        hit = Hit(rows[0].pk, max(harms), tuple(_make_visit(row, str(row.pk), people) for row in rows))
        if any(row.group_id for row in rows):
            hit = replace(hit, stuck=NeedsPerson.GROUP)
        hits.append(_chained(at, hit, rows, chain, people) if chain else hit)
    return tuple(hits)


def _chained(at: datetime, hit: Hit, rows: Sequence[Booking], chain: _Chain, people: _People) -> Hit:
    """Return a hit with the steps of its itinerary: those after it may move along, the others stand."""
    keys = {row.pk: chain.keys[row.loop_id] for row in rows}
    visits = [_make_visit(row, keys[row.pk], people) for row in rows]
    later = {key for step in keys.values() for key in find_dependents(chain.gaps, step)}
    for key, row in chain.bookings.items():
        if key in later and row.pk not in keys and row.state in MOVABLE and row.starts_at > at and not row.group_id:
            visits.append(replace(_make_visit(row, key, people), is_hit=False))
    standing = {key: place(key, row) for key, row in chain.bookings.items()}
    waits = bool(chain.waiting.intersection(keys.values()))
    return replace(
        hit,
        visits=tuple(visits),
        gaps=chain.gaps,
        standing=standing,
        stuck=NeedsPerson.CLINICIAN if waits else hit.stuck,
    )


def _make_visit(row: Booking, step: str, people: _People) -> HitVisit:
    """Return a visit with candidates for each of its needs: whoever took part first, then others of the same place."""
    groups = _groups(row, people)
    own = {part.entry.no: Span(part.during.lower, part.during.upper) for part in row.bookingpart_set.all()}
    needs = [tuple(_candidate(entry, people, own) for entry in group) for group in groups]
    its = Span(row.starts_at, row.ends_at)
    busy = tuple(span for _seat, span in people.busy.get(row.patient.no, ()) if span != its)
    needs.append((Candidate(row.patient_id, None, busy, keeps_gaps=False),))
    with_whom = next((p.entry_id for p in row.bookingpart_set.all() if p.entry.kind == EntryKind.PRACTITIONER), None)
    arranged = people.arranged.get(row.pk, {})
    approval = arranged.get(Item.APPROVAL, Arranged())
    spoken = [number for number, group in enumerate(groups) if group and group[0].kind == EntryKind.INTERPRETER]
    return HitVisit(
        booking_id=row.pk,
        step=step,
        was=Promised(row.starts_at.astimezone(UTC), row.zone, row.starts_wall),
        length=replace(length_of(row.visit_type), minutes=row.minutes),
        needs=tuple(needs),
        with_whom=with_whom,
        interpreter=spoken[0] if spoken else None,
        approved=(approval.first_on, approval.last_on) if approval.first_on and approval.last_on else None,
        has_ride=Item.RIDE in arranged,
    )


def _groups(row: Booking, people: _People) -> list[list[DirectoryEntry]]:
    visit = row.visit_type
    took_part = [part.entry for part in row.bookingpart_set.all()]
    sorts = {EntryKind.ROOM: visit.room_sort, EntryKind.DEVICE: visit.device_sort}
    groups = []
    for entry in took_part:
        kind = EntryKind(entry.kind)
        if kind is EntryKind.PRACTITIONER and visit.needs_practitioner:
            named = people.named.get(visit.pk)
            others = [one for one in people.entries if named is None or one.pk in named]
        elif kind is EntryKind.INTERPRETER:
            others = [one for one in people.entries if set(one.languages) & set(row.patient.languages)]
        else:
            others = [one for one in people.entries if entry.sort and one.sort == entry.sort == sorts.get(kind)]
        same = [one for one in others if one.kind == entry.kind and one.pk != entry.pk]
        if kind is not EntryKind.INTERPRETER:
            same = [one for one in same if one.site_id == entry.site_id and one.zone == entry.zone]
        groups.append([entry, *same] if entry.is_active else same)
    if row.patient.needs_interpreter and not any(one.kind == EntryKind.INTERPRETER for one in took_part):
        speak = [one for one in people.entries if set(one.languages) & set(row.patient.languages)]
        groups.append([one for one in speak if one.kind == EntryKind.INTERPRETER])
    return groups


def _candidate(entry: DirectoryEntry, people: _People, own: Mapping[int, Span]) -> Candidate:
    taken = own.get(entry.no)
    busy = tuple(span for seat, span in people.busy.get(entry.no, ()) if seat == 0 and span != taken)
    one = Candidate(entry.pk, people.opening.get(entry.pk, ()), busy, keeps_gaps=entry.kind in KEEPS_GAPS)
    return leave_out((one,), people.spans)[0] if entry.pk in people.out else one


def _count_others(at: datetime, busy: Busy, spans: Sequence[Span], ours: Sequence[tuple[datetime, datetime]]) -> int:
    """Return how many busy times in an outage are of nobody within reach."""
    found = {
        (span.start, span.end)
        for times in busy.values()
        for _seat, span in times
        if span.start > at and is_hit(span.start, span.end, spans)
    }
    return sum(not any(start <= starts and ends <= end for starts, ends in ours) for start, end in found)
