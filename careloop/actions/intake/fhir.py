"""FHIR from outside: patients, their resources whole, and the facts read from them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction

from careloop.actions.intake.inbox import clear_review, keep_rejected
from careloop.actions.intake.matching import Arrived, describe, match_arrived, take_turns
from careloop.actions.intake.patients import Arrival, write_patients
from careloop.actions.intake.resources import write_directory, write_resources
from careloop.basics.ids import new_id
from careloop.facts.access import Acting, Right
from careloop.facts.intake import IncomingResource, Package, Problem, Rejected
from careloop.facts.receipts import Receipt, refuse
from careloop.formats.fhir.shift import latest_event_on, shift
from careloop.guard.context import enter
from careloop.guard.doors import intake
from careloop.rules.retention import make_late_keys
from careloop.worklist.settle import clinic_zone

# The tombstone of a record that was deleted, and the day (UTC) on which it was.
_Stone = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class Arriving:
    """A document on its way in: its name, the team that gets its patients, and what to do with its days.

    Of one that ``may_wait`` nothing is kept, not even as rejected, if it speaks of a patient who is not known yet.
    """

    name: str
    unit_id: int
    source: str = "fhir"
    shift_dates: bool = False
    dry_run: bool = False
    may_wait: bool = False


@intake(needs=Right.INTAKE_WRITE)
def take_in_fhir(acting: Acting, package: Package, arriving: Arriving) -> Receipt:
    """Take in one document in one transaction: new, changed and unchanged resources are told apart.

    Nothing is deleted because it is absent. What is rejected stays whole in the inbox with a review
    loop. With ``dry_run`` everything is tried and nothing is kept.
    """
    try:
        return _try(acting, package, arriving, must_look=False)
    except IntegrityError as fault:
        diagnosis = getattr(fault.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) != "resource_once_a_source":
            raise
        # Somebody else's record holds one of these: look which, and refuse it.
        return _try(acting, package, arriving, must_look=True)


def _try(acting: Acting, package: Package, arriving: Arriving, *, must_look: bool) -> Receipt:
    with transaction.atomic():
        receipt = _take_in(acting, package, arriving, must_look=must_look)
        if arriving.dry_run:
            transaction.set_rollback(True)
    return receipt


def _take_in(acting: Acting, package: Package, arriving: Arriving, *, must_look: bool) -> Receipt:
    zone = clinic_zone()
    _take_turns(package, arriving)
    arrivals = _find_arrivals(acting, package, arriving)
    deleted = _find_deleted(package, arrivals, arriving.source)
    arrivals = {ref: one for ref, one in arrivals.items() if ref not in deleted}
    if arriving.may_wait and any(
        r.patient_ref not in arrivals and r.patient_ref not in deleted
        for r in package.resources
        if r.patient_ref is not None
    ):
        return Receipt(waits=True)
    enter(
        patients=[a.id for a in arrivals.values()],
        units={a.unit_id for a in arrivals.values()} | {arriving.unit_id},
    )
    known = [a.id for a in arrivals.values() if not a.is_new]
    _lock_patients(known)
    # Of people who are all new nothing should be kept anywhere: the database says so if it is.
    elsewhere = _find_elsewhere(package, arrivals, arriving.source) if known or must_look else set()
    package, strays, companions = _set_strays_aside(package, arrivals, elsewhere, deleted)
    if arriving.shift_dates:
        package, arrivals = _shift_dates(acting, package, arrivals, zone)
    receipt = Receipt(patients=sum(r.patient is not None for r in package.resources))
    written = write_patients(acting, package, arrivals, arriving.source, zone)
    receipt.linked, receipt.review = match_arrived(acting, _list_arrived(written, arrivals, arriving.source))
    _count(receipt, write_resources(acting, package.resources, arrivals, arriving.source))
    _count(receipt, write_directory(acting, package.resources, arriving.source))
    for resource in package.resources:
        receipt.resources[resource.type] = receipt.resources.get(resource.type, 0) + 1
    rejected = (*package.rejected, *strays)
    for one in rejected:
        receipt.rejected.extend(refuse(arriving.name, one.problems))
    if rejected:
        keep_rejected(acting, arriving.unit_id, arriving.source, arriving.name, (*rejected, *companions))
    else:
        clear_review(acting, arriving.unit_id, arriving.source, arriving.name)
    return receipt


def _list_arrived(
    written: Sequence[IncomingResource], arrivals: dict[str, Arrival], source: str
) -> tuple[Arrived, ...]:
    """Return the patients who are new or changed, each once, as matching takes them."""
    last = {r.fhir_id: r for r in written}
    return tuple(
        Arrived(arrivals[key].id, arrivals[key].unit_id, r.labels, r.patient.is_dead, describe(source, r.patient))
        for key, r in last.items()
        if r.patient is not None
    )


def _count(receipt: Receipt, counts: tuple[int, int, int]) -> None:
    receipt.created += counts[0]
    receipt.updated += counts[1]
    receipt.unchanged += counts[2]


def _take_turns(package: Package, arriving: Arriving) -> None:
    """Let documents about the same people come in one after the other, also about people nobody knows yet."""
    refs = {f"{arriving.source}/{r.patient_ref}" for r in package.resources if r.patient_ref is not None}
    people = [describe(arriving.source, r.patient) for r in package.resources if r.patient is not None]
    take_turns(people, beside=refs)


def _find_arrivals(acting: Acting, package: Package, arriving: Arriving) -> dict[str, Arrival]:
    """Return every patient that the document speaks of and that is known or comes with it."""
    named = {r.patient_ref for r in package.resources if r.patient_ref is not None}
    brought = {r.fhir_id for r in package.resources if r.patient is not None}
    known: dict[str, Arrival] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM known_patients(%s, %s)", [arriving.source, sorted(named)])
        for fhir_id, key, unit_id, shift_days in cursor.fetchall():
            known[fhir_id] = Arrival(id=key, unit_id=unit_id, shift_days=shift_days, is_new=False)
    for fhir_id in sorted(brought - known.keys()):
        known[fhir_id] = Arrival(id=new_id(acting.at), unit_id=arriving.unit_id, shift_days=None, is_new=True)
    return known


def _find_deleted(package: Package, arrivals: dict[str, Arrival], source: str) -> dict[str, _Stone]:
    """Return, by reference, the patients who would be new here and whose record was deleted after its time."""
    keys = {
        key: r.fhir_id
        for r in package.resources
        if r.patient is not None and arrivals[r.fhir_id].is_new
        for key in make_late_keys(source, r.fhir_id, r.patient.identifiers)
    }
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, stone, deleted_at FROM find_deleted(%s)", [list(keys)])
        return {keys[bytes(key)]: (stone, at.date()) for key, stone, at in cursor.fetchall()}


def _lock_patients(ids: Sequence[UUID]) -> None:
    """Lock known patients, but not against rows that point to them: the worker writes such rows meanwhile."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM patient WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [list(ids)])


def _set_strays_aside(
    package: Package, arrivals: dict[str, Arrival], elsewhere: set[tuple[str, str]], deleted: dict[str, _Stone]
) -> tuple[Package, tuple[Rejected, ...], tuple[Rejected, ...]]:
    """Reject what belongs to nobody known here or is kept in somebody else's record; an atomic bundle as a whole.

    Returns what is left, what was rejected, and the rest of an atomic bundle, which is kept beside it.
    """
    good: list[IncomingResource] = []
    strays: list[Rejected] = []
    for r in package.resources:
        if r.patient_ref in deleted:
            stone, on = deleted[r.patient_ref]
            why = f"the record of Patient/{r.patient_ref} was deleted on {on.isoformat()}, after its time"
            fix = f"ask if this person is to be known here again; then: careloop retention readmit {stone}"
            strays.append(_reject(r, why, fix))
        elif r.patient_ref is not None and r.patient_ref not in arrivals:
            why = f"the patient Patient/{r.patient_ref} is not in this document and not known"
            strays.append(_reject(r, why, "bring the Patient first, or in the same document"))
        elif (r.type, r.fhir_id) in elsewhere:
            why = "is kept in the record of another patient"
            strays.append(_reject(r, why, "correct the patient it refers to, or give it an id of its own"))
        else:
            good.append(r)
    if package.atomic and (strays or package.rejected):
        return replace(package, resources=()), tuple(strays), _bundle_up(good)
    return replace(package, resources=tuple(good)), tuple(strays), ()


def _find_elsewhere(package: Package, arrivals: dict[str, Arrival], source: str) -> set[tuple[str, str]]:
    """Return type and id of the resources that are kept in the record of another patient."""
    ours = [(r.type, r.fhir_id, arrivals[r.patient_ref].id) for r in package.resources if r.patient_ref in arrivals]
    types, keys, patients = zip(*ours, strict=True) if ours else ((), (), ())
    with connection.cursor() as cursor:
        cursor.execute(
            # Types and ids hold no blanks: three texts travel faster than three arrays.
            "SELECT type, fhir_id FROM kept_elsewhere(%s, string_to_array(%s, ' '), string_to_array(%s, ' '),"
            " string_to_array(%s, ' ')::uuid[])",
            [source, " ".join(types), " ".join(keys), " ".join(map(str, patients))],
        )
        return set(cursor.fetchall())


def _reject(resource: IncomingResource, why: str, fix: str) -> Rejected:
    problem = Problem(path=f"{resource.type}.subject", why=why, fix=fix)
    return Rejected(type=resource.type, fhir_id=resource.fhir_id, problems=(problem,), raw=resource.raw)


def _bundle_up(resources: Sequence[IncomingResource]) -> tuple[Rejected, ...]:
    """Return the fine part of a refused transaction as a bundle that can come in later."""
    if not resources:
        return ()
    entry = b'{"resource":%s,"request":{"method":"PUT","url":"%s/%s"}}'
    entries = b",".join(entry % (r.raw, r.type.encode(), r.fhir_id.encode()) for r in resources)
    why, fix = "came in a transaction of which a part was refused", "mend that part and bring the whole again"
    raw = b'{"resourceType":"Bundle","type":"transaction","entry":[%s]}' % entries
    return (Rejected(type="Bundle", fhir_id="", problems=(Problem("Bundle", why, fix),), raw=raw),)


def _shift_dates(
    acting: Acting, package: Package, arrivals: dict[str, Arrival], zone: str
) -> tuple[Package, dict[str, Arrival]]:
    """Move each patient's record so that its last event was yesterday, by the days stored for the patient."""
    today = acting.at.astimezone(ZoneInfo(zone)).date()
    moved: list[IncomingResource] = []
    placed = dict(arrivals)
    for ref, arrival in arrivals.items():
        part = replace(package, resources=tuple(r for r in package.resources if r.patient_ref == ref))
        days = arrival.shift_days
        if days is None:
            last = latest_event_on(part, ref, today)
            days = (_yesterday(today) - last).days if last else 0
        placed[ref] = replace(arrival, shift_days=days)
        moved.extend(shift(part, days).resources)
    moved.extend(r for r in package.resources if r.patient_ref is None)
    return replace(package, resources=tuple(moved)), placed


def _yesterday(today: date) -> date:
    return today - timedelta(days=1)
