"""The links of a patient as the staff sees them: what can be given, what the person would see, and what was done."""

from collections.abc import Sequence
from uuid import UUID

from careloop.catalog.plain import choose_language
from careloop.facts.access import Acting, Right, Role
from careloop.facts.consents import Consent as Given
from careloop.facts.consents import ConsentPurpose, Road, TellAsk, Topic
from careloop.facts.portal import LINK_ROADS, LinkPurpose, LinkRow, LinksPage, LinkStep
from careloop.guard.doors import reading
from careloop.records.models import CircleMember, Consent, Patient, PatientLink, PatientLinkStep
from careloop.rules.access import grant_labels, has_right
from careloop.rules.consents import decide
from careloop.rules.portal import TOPIC_OF, state_of
from careloop.worklist.consents import group_consents, read_whose
from careloop.worklist.link_words import show_link_words
from careloop.worklist.portal import load_page, load_visits

# So many links are listed, the newest first.
ROWS = 50


@reading(needs=Right.LINK_GIVE, about=Patient)
def get_links_page(acting: Acting, patient: Patient, *, chosen: LinkPurpose = LinkPurpose.NEXT) -> LinksPage:
    """Return the links of a patient, what can be given now, and what a link of the chosen purpose would show today.

    The preview holds what the reader may see: rows with labels that are not theirs stand on the patient's page only.
    """
    whose = read_whose(patient)
    may_give = not patient.is_dead and patient.birth_on is not None
    may_give = may_give and not patient.label_mask & ~int(grant_labels(Role.PATIENT))
    may_send = may_give and has_right(acting, Right.MESSAGE_WRITE)
    preview = load_page(acting, patient, chosen) if chosen is not LinkPurpose.QUESTION else None
    return LinksPage(
        at=acting.at,
        whose=whose,
        language=choose_language(*patient.languages),
        rows=_rows(acting, patient),
        visits=load_visits(acting, patient),
        members=_members(acting, patient),
        previews=(preview,) if preview else (),
        may_give=may_give,
        messages=show_link_words(acting, patient) if may_send else (),
        roads=LINK_ROADS if may_send else (),
        chosen=chosen,
    )


def _rows(acting: Acting, patient: Patient) -> tuple[LinkRow, ...]:
    found = PatientLink.objects.filter(patient=patient).select_related("made_by", "member", "booking")
    rows = list(found.order_by("-made_at", "-id")[:ROWS])
    said = PatientLinkStep.objects.filter(link_id__in=[row.pk for row in rows], step=str(LinkStep.ANSWERED))
    answers: dict[UUID, str] = dict(said.values_list("link_id", "words"))
    return tuple(
        LinkRow(
            id=row.pk,
            purpose=LinkPurpose(row.purpose),
            state=state_of(ended_at=row.ended_at, locked_at=row.locked_at, expires_at=row.expires_at, at=acting.at),
            made_at=row.made_at,
            made_by=row.made_by.name,
            until=row.expires_at,
            uses=row.uses,
            used_at=row.used_at,
            for_name=row.member.name if row.member else "",
            about=row.booking.starts_wall if row.booking else None,
            question=row.question,
            answer=answers.get(row.pk, ""),
        )
        for row in rows
    )


def _members(acting: Acting, patient: Patient) -> tuple[tuple[UUID, str, tuple[LinkPurpose, ...]], ...]:
    """Return whoever of the circle the patient agreed may see something on a page of ours, and which links."""
    consents = group_consents(Consent.objects.filter(patient=patient, taken_back_at=None, member__ended_at=None))
    people = CircleMember.objects.filter(patient=patient, ended_at=None).order_by("added_at", "id")
    found = []
    for one in people:
        may = tuple(purpose for purpose, topic in TOPIC_OF.items() if _agreed(consents.get(one.pk, []), topic, acting))
        if may:
            found.append((one.pk, one.name, may))
    return tuple(found)


def _agreed(consents: Sequence[Given], topic: Topic, acting: Acting) -> bool:
    return decide(consents, TellAsk(topic, ConsentPurpose.CARE, Road.PORTAL), acting.at).is_allowed
