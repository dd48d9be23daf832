"""Visits as lines, and whose they are, inside the doors that show them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONArray

from careloop.facts.access import Acting
from careloop.facts.chart import Sex
from careloop.facts.pages import Identifier
from careloop.facts.preparation import Item, ItemState, PreparedItem
from careloop.facts.scheduling import (
    BookingState,
    CancelledBy,
    CancelReason,
    Preparation,
    Promised,
    VisitRow,
    VisitTypeRow,
)
from careloop.facts.visits import Whose
from careloop.guard.grants import load_relations
from careloop.records.models import (
    Booking,
    BookingPart,
    DirectoryEntry,
    Patient,
    PatientIdentifier,
    VisitItem,
    VisitType,
)
from careloop.rules.access import may_see_labels
from careloop.rules.preparation import COUNTED_IN, make_readiness
from careloop.rules.scheduling import say_preparation
from careloop.worklist.directory_rows import read_visit_types
from careloop.worklist.preparation import needs_of


def select_visits(rows: "QuerySet[Booking]") -> "QuerySet[Booking]":
    """Return bookings with all that a line needs: three statements, however many there are."""
    parts = BookingPart.objects.filter(entry__isnull=False).select_related("entry__site").order_by("id")
    return rows.select_related("visit_type", "patient").prefetch_related(
        Prefetch("bookingpart_set", queryset=parts), Prefetch("group__bookingpart_set", queryset=parts)
    )


def load_visits(patient_ids: Sequence[UUID]) -> tuple[VisitRow, ...]:
    """Return every booking of the records of one person, the newest day first: one statement."""
    its_own = Q(booking_id=OuterRef("pk")) | Q(group_id=OuterRef("group_id"))
    parts = BookingPart.objects.filter(its_own, entry__isnull=False).order_by("id")
    rows = Booking.objects.filter(patient_id__in=patient_ids).select_related("visit_type", "patient")
    items = VisitItem.objects.filter(booking_id=OuterRef("pk")).order_by("id")
    rows = rows.order_by("-starts_at", "-id").annotate(
        parts=ArraySubquery(parts.values(pair=JSONArray("entry__kind", "entry__name"))),
        items=ArraySubquery(items.values(pair=JSONArray("item", "state"))),
    )
    return tuple(_with_items(_read(row, ((kind, name) for kind, name in row.parts)), row, row.items) for row in rows)


def list_entries(row: Booking) -> list[DirectoryEntry]:
    """Return who and what takes part, the patient aside; those of a group's visit are the group's."""
    parts = [*row.bookingpart_set.all(), *(row.group.bookingpart_set.all() if row.group else ())]
    return [part.entry for part in parts if part.entry is not None]


def read_visit(row: Booking) -> VisitRow:
    """Return one booking, loaded by ``select_visits``, as a line."""
    return _read(row, [(entry.kind, entry.name) for entry in list_entries(row)])


def _read(row: Booking, parts: Iterable[tuple[str, str]]) -> VisitRow:
    return VisitRow(
        id=row.pk,
        loop_id=row.loop_id,
        patient_id=row.patient_id,
        visit_type=row.visit_type.name,
        state=BookingState(row.state),
        promised=Promised(row.starts_at.astimezone(UTC), row.zone, row.starts_wall),
        minutes=row.minutes,
        version=row.version,
        takes_part=tuple((kind, name) for kind, name in parts),
        preparation=say_preparation(Preparation(row.visit_type.preparation)),
        cancelled_by=CancelledBy(row.cancelled_by) if row.cancelled_by else None,
        reason=CancelReason(row.reason) if row.reason else None,
        note=row.note,
    )


def _with_items(line: VisitRow, row: Booking, items: Iterable[tuple[str, str]]) -> VisitRow:
    """Return the line with how much is in order before the visit, while that is of use."""
    if line.state not in COUNTED_IN:
        return line
    kept = [PreparedItem(Item(item), ItemState(state)) for item, state in items]
    return replace(line, prepared=make_readiness(needs_of(row), kept).counts)


def load_whose(patient: Patient) -> Whose:
    """Return what tells a patient apart: name, birth date, sex and the medical record number."""
    rows = PatientIdentifier.objects.filter(patient=patient, type_code__in=["MR", "MRN"]).order_by("id")[:1]
    found = tuple(Identifier(name=row.type_code, value=row.value, system=row.system) for row in rows)
    return Whose(
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        sex=Sex(patient.sex),
        identifiers=found or (Identifier(name="ID", value=patient.fhir_id[-8:], system=patient.source),),
        languages=tuple(patient.languages),
        needs_interpreter=patient.needs_interpreter,
        is_dead=patient.is_dead,
    )


def list_kinds(acting: Acting, patient: Patient, *, with_groups: bool = False) -> tuple[VisitTypeRow, ...]:
    """Return the kinds of visits for one patient, on wish those for a group too, that this person may see on them."""
    _relations, granted = load_relations(acting, patient.pk, patient.unit_id)
    rows = VisitType.objects.filter(is_active=True)
    kinds = read_visit_types((rows if with_groups else rows.filter(seats=1)).order_by("name", "id"))
    mask = int(patient.label_mask)
    return tuple(kind for kind in kinds if may_see_labels(acting, mask | kind.draft.labels, granted))


def list_group_kinds(acting: Acting) -> list[VisitType]:
    """Return the kinds of visits with seats, in use or not, that this person's role may see at all."""
    rows = VisitType.objects.filter(seats__gt=1).order_by("name", "id")
    # A group is of no patient: what its kind is about can be open to the role or not.
    return [row for row in rows if may_see_labels(acting, int(row.labels), int(row.labels))]
