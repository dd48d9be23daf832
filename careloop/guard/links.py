"""Whether a link opens what is asked for, at this very moment: asked by the door of every page and deed behind it."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.consents import ConsentPurpose, Road, Topic
from careloop.facts.portal import LinkPurpose, LinkState
from careloop.records.models import Patient, PatientLink
from careloop.rules.portal import TOPIC_OF, state_of


def expect_live(acting: Acting, link: PatientLink, purposes: Collection[LinkPurpose]) -> None:
    """Refuse a link that is over, somebody else's or for another purpose, or whose patient has died.

    For a person of the circle the patient's consent is read and held until this passage ends: whoever takes it back
    waits so long, and from then on nothing opens. A message asks for the consent to its own topic where it is read: a
    page that may not show it any more says so, and nothing else.

    :raises NotFound: in every case: why is nobody's business
    """
    purpose = LinkPurpose(link.purpose)
    state = state_of(ended_at=link.ended_at, locked_at=link.locked_at, expires_at=link.expires_at, at=acting.at)
    if link.person_id != acting.person_id or state is not LinkState.LIVE or purpose not in purposes:
        raise NotFound
    if not Patient.objects.filter(pk=link.patient_id, is_dead=False).exists():
        raise NotFound
    if purpose is LinkPurpose.MESSAGE:
        return
    if link.member_id is not None and lock_hearing(acting, link.member_id, purpose, link.label_mask) is None:
        raise NotFound


def lock_hearing(
    acting: Acting, member_id: UUID, purpose: LinkPurpose, labels: int, topic: Topic | None = None
) -> UUID | None:
    """Return the consent by which a person of the circle may see on a page of ours what such a link shows, and hold it.

    ``topic`` is that of a message. None if there is none at this moment, or if nobody but the patient is given such a
    link.
    """
    topic = topic or TOPIC_OF.get(purpose)
    if topic is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lock_consent(%s, %s, %s, %s, %s, %s)",
            [member_id, str(topic), str(ConsentPurpose.CARE), str(Road.PORTAL), labels, acting.at],
        )
        found: UUID | None = cursor.fetchone()[0]
    return found
