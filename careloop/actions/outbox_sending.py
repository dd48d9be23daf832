"""Sending, as the worker does it: claimed in one statement, handed over while what it rests on is locked, and kept.

Killed at any moment, what was claimed is looked up at the provider before anything is sent again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db import connection

from careloop.catalog.outbox import load_outbox
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.outbox import Handed, HeldFor, LookedUp, OutKind, OutState, Parcel, Stopped, Went
from careloop.guard.context import enter
from careloop.guard.doors import unattended
from careloop.records.models import Outbox, OutboxEpoch
from careloop.rules.defaults import value_on
from careloop.rules.outbox import FIRST_HOUR, LAST_HOUR, LEASE, MOST_LOOK_UPS, MOST_TRIES, OUTAGE_HOURS, next_try
from careloop.worklist.mail_threads import list_replied_to
from careloop.worklist.medicine_names import find_unwished
from careloop.worklist.offices import disclose_letter, wrap_letter
from careloop.worklist.outbox_loops import ask_by_hand, ask_unclear, tell_not_sent
from careloop.worklist.outbox_sent import SAID, keep_sent
from careloop.worklist.packet_files import find_changed_packets
from careloop.worklist.packets import wrap_packet
from careloop.worklist.reach_sent import follow_late, write_sent
from careloop.worklist.sent_links import fill_link, find_shut_links

# Whoever is silent now may tell later: others never can.
ASKED_AGAIN = (Road.TEXT, Road.FHIR)
# The database knows these words too: a packet of which they are said waits for a person who finds out.
NOBODY_CAN_TELL = "nobody can tell whether it went"
# How often, at most, it is written down that the outbox is at work.
ROUND_SECONDS = 60
Hand = Callable[[Sequence[Parcel]], Sequence[Handed]]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one round claimed: rows to hand over, by key and token. ``settled`` were withdrawn or put off at once."""

    keys: tuple[tuple[UUID, int], ...]
    settled: int


@unattended(needs=Right.WORK_UNATTENDED)
def claim_due(acting: Acting, *, how_many: int) -> Claimed | None:
    """Claim what is due: what may not go is withdrawn in the same statement, what would come at night is put off.

    None if nothing is due.
    """
    defaults, on = load_outbox(), acting.at.date()
    first, last = (time(value_on(defaults[name], on)).isoformat() for name in (FIRST_HOUR, LAST_HOUR))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, patient_id, unit_id, state, token"
            " FROM claim_outbox(%s, %s, make_interval(secs => %s), %s::time, %s::time)",
            [acting.at, how_many, LEASE.total_seconds(), first, last],
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    enter(patients={row[1] for row in rows})
    keys = tuple((row[0], row[4]) for row in rows if row[3] == OutState.CLAIMED)
    return Claimed(keys, len(rows) - len(keys))


@unattended(needs=Right.WORK_UNATTENDED)
def hand_over(acting: Acting, claimed: Sequence[tuple[UUID, int]], hand: Hand) -> int:
    """Hand what was claimed to ``hand`` and keep what became of it; return how many were handed over.

    All is looked at once more first. Death, stop, consent, address and visit stay locked until the outcome is kept:
    who changes one of them waits for this, and from their commit on nothing goes. An older token does nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, patient_id, state FROM recheck_outbox(%s, %s, %s)",
            [[key for key, _ in claimed], [token for _, token in claimed], acting.at],
        )
        rows = cursor.fetchall()
    if not rows:
        return 0
    enter(patients={row[1] for row in rows})
    going = [row[0] for row in rows if row[2] == OutState.CLAIMED]
    found = {row.pk: row for row in Outbox.objects.filter(pk__in=going).select_related("message", "member")}
    shut = {**find_shut_links(acting, found.values()), **find_unwished(acting, found.values())}
    for key in find_changed_packets(found.values()):
        shut[key] = Stopped.DOCUMENT_CHANGED
    for key, why in shut.items():
        _leave(acting, found.pop(key), why)
    parcels = [_wrap(found[key], acting.at) for key in going if key in found]
    fates = [(found[parcel.outbox_id], one) for parcel, one in zip(parcels, hand(parcels), strict=True)]
    keep_sent(acting, [(row, handed) for row, handed in fates if handed.went is Went.SENT])
    for row, handed in fates:
        if handed.went is not Went.SENT:
            _keep(acting, row, handed)
    write_sent(acting, found.values())
    return len(rows)


@unattended(needs=Right.WORK_UNATTENDED)
def claim_unclear(acting: Acting, *, how_many: int) -> tuple[Parcel, ...]:
    """Take what was claimed by somebody who did not come back, and what is of unknown outcome; to be looked up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, patient_id FROM unclear_outbox(%s, %s)", [acting.at, how_many])
        due = cursor.fetchall()
    if not due:
        return ()
    enter(patients={row[1] for row in due})
    rows = Outbox.objects.filter(pk__in=[row[0] for row in due], state__in=[OutState.CLAIMED, OutState.UNKNOWN])
    taken = []
    for row in rows.select_for_update(of=("self",), skip_locked=True).select_related("message").order_by("id"):
        if row.state == OutState.CLAIMED and row.leased_until > acting.at:
            continue
        row.state, row.leased_until, row.token = str(OutState.UNKNOWN), None, _next_token()
        row.state_since, row.next_at = acting.at, acting.at + LEASE
        row.save()
        taken.append(_wrap(row, row.claimed_at or acting.at, is_asked=True))
    return tuple(taken)


@unattended(needs=Right.WORK_UNATTENDED)
def keep_look_up(acting: Acting, parcel: Parcel, found: LookedUp) -> bool:
    """Keep what the provider says: it went, it never came there and is tried again, or nobody can tell.

    One that cannot be told is never sent again: after some tries somebody is asked to find out.
    """
    row = _lock(parcel)
    if row is None:
        return False
    free = [one for one in found.references if not Outbox.objects.filter(reference=one).exclude(pk=row.pk).exists()]
    most = value_on(load_outbox()[MOST_LOOK_UPS], acting.at.date())
    if free:
        keep_sent(acting, [(row, Handed(Went.SENT, free[0], "looked up"))])
        write_sent(acting, [row])
    elif found.can_tell:
        _try_again(acting, row, "looked up: it had not come there")
    elif row.road not in ASKED_AGAIN or row.attempts >= most:
        row.state, row.next_at, row.state_since = str(OutState.FAILED), None, acting.at
        row.said = NOBODY_CAN_TELL
        row.save()
        if row.kind == OutKind.OFFICE:
            # It may have come there: the ledger says so rather than nothing.
            disclose_letter(acting, row)
        ask_unclear(acting, row)
    else:
        row.attempts, row.next_at = row.attempts + 1, next_try(acting.at, row.attempts + 1)
        row.save()
    return True


@unattended(needs=Right.WORK_UNATTENDED)
def tell_untold(acting: Acting, *, how_many: int) -> int:
    """Tell the loops behind what did not go, and ask somebody where it has to be made good; return how many.

    So are the loops that somebody held when a message about them went.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, patient_id FROM untold_outbox(%s)", [how_many])
        due = cursor.fetchall()
    if not due:
        return 0
    enter(patients={row[1] for row in due})
    rows = Outbox.objects.filter(pk__in=[row[0] for row in due], awaits_word=True)
    told = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("id"))
    late = [row for row in told if row.state in (OutState.SENT, OutState.DELIVERED)]
    for row in late:
        follow_late(acting, row)
    tell_not_sent(acting, [row for row in told if row not in late])
    Outbox.objects.filter(pk__in=[row.pk for row in told]).update(awaits_word=False)
    return len(told)


@unattended(needs=Right.WORK_UNATTENDED, leaves_line=False)
def note_round(acting: Acting, *, mark: int, is_copy: bool = False) -> bool:
    """Note that the outbox is at work and tell whether it may send; ``mark`` is the highest token known outside.

    After a restore (the mark is higher than any token here, or all ``is_copy``: data and mark), or when nobody was at
    work for long while something was due, it waits until a person has decided.
    """
    epoch, _made = OutboxEpoch.objects.get_or_create(pk=1)
    if epoch.is_waiting:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM outbox_token")
        (last,) = cursor.fetchone()
    hours = value_on(load_outbox()[OUTAGE_HOURS], acting.at.date())
    silent = epoch.round_at is not None and (acting.at - epoch.round_at).total_seconds() > hours * 3600
    because = "restore" if is_copy or mark > last else "outage" if silent and _is_due(acting) else ""
    if because:
        epoch.is_waiting, epoch.because, epoch.since = True, because, epoch.round_at or acting.at
        epoch.last_token = max(mark, last)
    if because or epoch.round_at is None or (acting.at - epoch.round_at).total_seconds() > ROUND_SECONDS:
        epoch.round_at = acting.at
        epoch.save()
    return not because


def _is_due(acting: Acting) -> bool:
    """Tell whether anything is due. All that waits is counted for it: asked after a silence only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (outbox_counts(%s) ->> 'due')::bigint > 0", [acting.at])
        return bool(cursor.fetchone()[0])


def _wrap(row: Outbox, at: datetime, *, is_asked: bool = False) -> Parcel:
    """Return what a channel is handed; what is only asked about needs no files."""
    if row.kind == OutKind.PACKET:
        words, enclosures = wrap_packet(row, is_asked=is_asked)
        return Parcel(row.pk, row.token, Road(row.road), row.address, words, row.key, at, enclosures=enclosures)
    if row.kind == OutKind.OFFICE:
        words, enclosures = wrap_letter(row)
        return Parcel(row.pk, row.token, Road(row.road), row.address, words, row.key, at, enclosures=enclosures)
    pieces = fill_link(row, row.message.pieces) if row.message else {}
    language = row.message.language if row.message else "en"
    names = list_replied_to(row) if row.road == Road.EMAIL else ()
    return Parcel(row.pk, row.token, Road(row.road), row.address, pieces, row.key, at, language, replies_to=names)


def _lock(parcel: Parcel) -> Outbox | None:
    enter(patients=[_patient_of(parcel)])
    rows = Outbox.objects.filter(pk=parcel.outbox_id, token=parcel.token, state=str(OutState.UNKNOWN))
    found: Outbox | None = rows.select_for_update(of=("self",)).first()
    return found


def _patient_of(parcel: Parcel) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id FROM place_of_outbox('', %s)", [parcel.key])
        row = cursor.fetchone()
    return UUID(str(row[0]))


def _next_token() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT next_outbox_token()")
        return int(cursor.fetchone()[0])


def _leave(acting: Acting, row: Outbox, why: Stopped) -> None:
    """Leave what carries a link that opens nothing, or a document that may not go: whoever asked for it hears of it."""
    row.state, row.state_since, row.leased_until, row.awaits_word = str(OutState.WITHDRAWN), acting.at, None, True
    row.stopped_because = str(why)
    row.save()


def _keep(acting: Acting, row: Outbox, handed: Handed) -> None:
    row.said, row.leased_until = handed.said[:SAID], None
    match handed.went:
        case Went.TRY_AGAIN:
            _try_again(acting, row, handed.said)
        case Went.REFUSED:
            _failed(acting, row)
        case Went.UNKNOWN:
            row.state, row.state_since, row.next_at = str(OutState.UNKNOWN), acting.at, acting.at + LEASE
            row.save()
        case Went.BY_HAND:
            row.state, row.held_for, row.next_at = str(OutState.HELD), str(HeldFor.PERSON), None
            row.state_since = acting.at
            row.save()
            ask_by_hand(acting, row)


def _try_again(acting: Acting, row: Outbox, said: str) -> None:
    row.said, row.state_since = said[:SAID], acting.at
    if row.attempts >= value_on(load_outbox()[MOST_TRIES], acting.at.date()):
        _failed(acting, row)
        return
    row.state, row.next_at = str(OutState.WAITING), next_try(acting.at, row.attempts)
    row.save()


def _failed(acting: Acting, row: Outbox) -> None:
    row.state, row.state_since, row.next_at, row.awaits_word = str(OutState.FAILED), acting.at, None, True
    row.save()
