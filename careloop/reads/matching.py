"""Two records side by side: what each says of the person, and where they differ."""

from uuid import UUID

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.chart import Sex
from careloop.facts.matching import SAME_PERSON, RecordSide, SamePage
from careloop.facts.pages import Contact, Identifier
from careloop.facts.worklist import State
from careloop.guard.doors import load_beside, reading
from careloop.records.models import Loop, Patient, PatientContact, PatientIdentifier, PersonLink, Unit
from careloop.rules.matching import make_plain
from careloop.rules.people import fold

COMPARED = ("name", "birth_on", "sex", "identifiers", "contacts", "address", "languages")


@reading(needs=Right.INTAKE_REVIEW, about=Loop)
def get_same_page(acting: Acting, loop: Loop) -> SamePage:
    """Return the page on which somebody says whether two records are of one person.

    The other record is None if the reader does not reach it: then there is nothing to answer.

    :raises NotFound: if the loop asks something else
    """
    if loop.check_name != SAME_PERSON or loop.patient_id is None:
        raise NotFound
    one = _side(load_beside(acting, Right.INTAKE_REVIEW, loop.patient_id))
    other = _find_other(acting, UUID(loop.finding_key))
    wish = _find_wish(loop) if other else None
    return SamePage(
        loop_id=loop.pk,
        version=loop.version,
        is_open=loop.state != State.CLOSED,
        because=tuple(Say.from_stored(s) for s in loop.because),
        one=one,
        other=other,
        differs=_differences(one, other) if other else frozenset(),
        said_by=wish.asked_by.name if wish else "",
        said_why=wish.reason if wish else "",
        said_by_me=bool(wish and wish.asked_by_id == acting.person_id),
    )


def _find_other(acting: Acting, key: UUID) -> RecordSide | None:
    try:
        return _side(load_beside(acting, Right.INTAKE_REVIEW, key))
    except NotFound:
        return None


def _find_wish(loop: Loop) -> PersonLink | None:
    """Return what somebody said of these records, or of those in which they go on, and nobody agreed to yet."""
    wishes = PersonLink.objects.raw(
        "SELECT w.* FROM person_link w, (SELECT array_agg(DISTINCT root) AS roots FROM linked_records(%s)) r"
        " WHERE w.linked_at IS NULL AND w.ended_at IS NULL AND w.patient_id = ANY (r.roots)"
        " AND w.survivor_id = ANY (r.roots)",
        [[loop.patient_id, UUID(loop.finding_key)]],
    )
    return next(iter(wishes), None)


def _side(patient: Patient) -> RecordSide:
    identifiers = PatientIdentifier.objects.filter(patient=patient).order_by("id")
    contacts = PatientContact.objects.filter(patient=patient).order_by("id")
    place = ", ".join(part for part in (*patient.address_lines, patient.city, patient.state) if part)
    return RecordSide(
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        sex=Sex(patient.sex),
        is_dead=patient.is_dead,
        identifiers=tuple(Identifier(name=i.type_code or "ID", value=i.value, system=i.system) for i in identifiers),
        contacts=tuple(Contact(system=c.system, use=c.use, value=c.value) for c in contacts),
        address=f"{place} {patient.postal_code}".strip(),
        languages=tuple(patient.languages),
        source=patient.source,
        unit_name=str(Unit.objects.values_list("name", flat=True).get(pk=patient.unit_id)),
        since=patient.made_at,
    )


def _differences(one: RecordSide, other: RecordSide) -> frozenset[str]:
    """Return what differs, by the name of the field; accents, case and how a number is written do not count."""
    return frozenset(name for name in COMPARED if _plain(one, name) != _plain(other, name))


def _plain(side: RecordSide, name: str) -> object:
    if name == "identifiers":
        return {(i.system, make_plain(i.value)) for i in side.identifiers}
    if name == "contacts":
        return {make_plain(c.value) for c in side.contacts}
    value = getattr(side, name)
    return fold(value) if isinstance(value, str) and name != "sex" else value
