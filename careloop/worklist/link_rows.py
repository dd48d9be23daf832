"""The rows of a link: its actor, the one grant by which it reaches one patient, and that it was given."""

from datetime import datetime
from uuid import UUID

from psycopg.types.range import TimestamptzRange

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.plain import choose_language
from careloop.facts.access import Acting, Relation, Role
from careloop.facts.portal import LinkPurpose, LinkStep
from careloop.records.models import Patient, PatientLink, PatientLinkStep, Person
from careloop.rules.access import grant_labels
from careloop.worklist.grants import give_grant


def expect_openable(patient: Patient, labels: int, role: Role) -> None:
    """Refuse a link that could not be opened with a birth date, or would show what its reader may not see.

    :raises Refusal: with the first thing that stands in the way
    """
    if patient.is_dead:
        raise Refusal(Say("refusal.patient_has_died"))
    if patient.birth_on is None:
        raise Refusal(Say("refusal.link_birth"))
    if labels & ~int(grant_labels(role)):
        raise Refusal(Say("refusal.link_labelled"))


def save_link(
    acting: Acting,
    patient: Patient,
    labels: int,
    *,
    key: UUID,
    token_hash: bytes,
    purpose: LinkPurpose,
    until: datetime,
    member_id: UUID | None = None,
    **about: object,
) -> PatientLink:
    """Keep a link with an actor of its own, who reaches this patient until it ends and nobody else."""
    role = Role.PROXY if member_id else Role.PATIENT
    person = Person(id=new_id(acting.at), kind=str(role), role=str(role), language=choose_language(*patient.languages))
    person.save(force_insert=True)
    relation = Relation.PROXY if member_id else Relation.SELF
    give_grant(acting, person, relation, patient_id=patient.pk, during=TimestamptzRange(acting.at, until))
    columns = {"patient_id": patient.pk, "unit_id": patient.unit_id, "label_mask": labels}
    link = PatientLink(
        id=key, **columns, person=person, member_id=member_id, purpose=str(purpose), token_hash=token_hash,
        made_at=acting.at, made_by_id=acting.person_id, expires_at=until, **about,
    )  # fmt: skip
    link.save(force_insert=True)
    note_step(acting, link, LinkStep.GIVEN, acting.person_id)
    return link


def note_step(acting: Acting, link: PatientLink, step: LinkStep, person_id: UUID, words: str = "") -> None:
    """Write a line of what happened to a link."""
    PatientLinkStep(
        patient_id=link.patient_id, unit_id=link.unit_id, label_mask=link.label_mask, link=link, at=acting.at,
        person_id=person_id, step=str(step), words=words,
    ).save(force_insert=True)  # fmt: skip
