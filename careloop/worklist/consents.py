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
    """Return who stands in the circle now and what each may hear: two statements, whatever there is.

    Emergency contacts come first, then in the order in which they were added.
    """
    rows = list(CircleMember.objects.filter(patient__in=patient_ids, ended_at=None).order_by("added_at", "id"))
    standing = ConsentRow.objects.filter(patient__in=patient_ids, taken_back_at=None, member__ended_at=None)
    consents = group_consents(standing.order_by("id"))
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
