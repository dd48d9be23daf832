"""The rows of a circle as plain values: who stands in it, and what was consented to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from careloop.facts.access import Label
from careloop.facts.consents import (
    CircleWho,
    Consent,
    ConsentPurpose,
    GivenHow,
    MemberDraft,
    NearAndTold,
    Relation,
    Road,
    Topic,
)
from careloop.records.models import CircleMember, Patient
from careloop.records.models import Consent as ConsentRow
from careloop.rules.consents import list_hearing
from careloop.worklist.json_rows import read_json_rows


def read_consent(row: ConsentRow) -> Consent:
    """Return a consent as the rules read it."""
    return Consent(
        id=row.pk,
        topic=Topic(row.topic),
        purpose=ConsentPurpose(row.purpose),
        road=Road(row.road),
        named=Label(row.named_labels),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        how=GivenHow(row.how),
        taken_back_at=row.taken_back_at,
    )


def read_member(row: CircleMember) -> MemberDraft:
    """Return somebody of the circle as entered."""
    return MemberDraft(
        name=row.name,
        relation=Relation(row.relation),
        language=row.language,
        needs_interpreter=row.needs_interpreter,
        phone=row.phone,
        email=row.email,
        address=row.address,
        is_emergency=row.is_emergency,
        note=row.note,
    )


def read_whose(patient: Patient) -> CircleWho:
    """Return whose page it is."""
    return CircleWho(patient.pk, patient.full_name, patient.birth_on, patient.zone, patient.is_dead)


def group_consents(rows: Iterable[ConsentRow]) -> Mapping[UUID, list[Consent]]:
    """Return consents by the person of the circle."""
    found: dict[UUID, list[Consent]] = {}
    for row in rows:
        found.setdefault(row.member_id, []).append(read_consent(row))
    return found


def load_circle(patient_ids: Sequence[UUID], at: datetime, zone: str) -> tuple[NearAndTold, ...]:
    """Return who stands in the circle now and what each may hear: two statements, whatever there is."""
    rows = CircleMember.objects.filter(patient__in=patient_ids, ended_at=None).order_by("added_at", "id")
    standing = ConsentRow.objects.filter(patient__in=patient_ids, taken_back_at=None, member__ended_at=None)
    return _fold(rows, standing.order_by("id"), at, zone)


# The same as two parts of a statement that asks for more: each is one JSON text, %(ids)s the patients.
CIRCLE_PARTS = (
    "SELECT json_agg(to_jsonb(m) ORDER BY m.added_at, m.id) FROM circle_member m"
    " WHERE m.patient_id = ANY(%(ids)s) AND m.ended_at IS NULL",
    "SELECT json_agg(to_jsonb(c) ORDER BY c.id) FROM consent c JOIN circle_member m ON m.id = c.member_id"
    " WHERE c.patient_id = ANY(%(ids)s) AND c.taken_back_at IS NULL AND m.ended_at IS NULL",
)


def read_circle(
    members: Sequence[Mapping[str, object]], consents: Sequence[Mapping[str, object]], at: datetime, zone: str
) -> tuple[NearAndTold, ...]:
    """Return what ``load_circle`` returns, from the answers to ``CIRCLE_PARTS``."""
    return _fold(read_json_rows(CircleMember, members), read_json_rows(ConsentRow, consents), at, zone)


def _fold(
    rows: Iterable[CircleMember], standing: Iterable[ConsentRow], at: datetime, zone: str
) -> tuple[NearAndTold, ...]:
    """Emergency contacts come first, then in the order in which they were added."""
    consents = group_consents(standing)
    found = [
        NearAndTold(
            id=row.pk,
            name=row.name,
            relation=Relation(row.relation),
            ways=tuple(way for way in (row.phone, row.email) if way),
            is_emergency=row.is_emergency,
            hearing=list_hearing(consents.get(row.pk, ()), at, zone),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: not one.is_emergency))
