"""How somebody can be reached: addresses, taken over from the record when first needed, and what was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from careloop.basics.ids import new_id
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.messages import Private
from careloop.facts.outbox import ChoiceKind
from careloop.records.models import CircleMember, ContactChoice, ContactPoint, Patient, PatientContact
from careloop.rules.outbox import fold_address

# Which kinds of contacts of a record lie on which road, the best use first; "old" is none.
SYSTEMS: Mapping[str, tuple[Road, ...]] = {
    "phone": (Road.TEXT, Road.PHONE), "sms": (Road.TEXT,), "email": (Road.EMAIL,),
}  # fmt: skip
USES = ("mobile", "home", "temp", "work", "")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is to be reached: the patient, or somebody of the circle."""

    patient: Patient
    member: CircleMember | None = None

    @property
    def member_id(self) -> UUID | None:
        """The key of who stands in the circle, None for the patient."""
        return self.member.pk if self.member else None

    def columns(self) -> dict[str, object]:
        """Return what every row about them begins with."""
        one = self.patient
        return {
            "patient_id": one.pk, "unit_id": one.unit_id, "label_mask": one.label_mask, "member_id": self.member_id,
        }  # fmt: skip


def list_points(acting: Acting, receiver: Receiver) -> list[ContactPoint]:
    """Return the addresses of somebody, best first, after taking over what the record has come to know.

    What the record no longer has ends; what was frozen or preferred stays so.
    """
    rows = list(ContactPoint.objects.filter(patient=receiver.patient, member_id=receiver.member_id, ended_at=None))
    known = {(one.road, one.address): one for one in rows}
    wanted = _wanted(receiver)
    for (road, address), use in wanted.items():
        if (str(road), address) not in known:
            point = _make(acting, receiver, road, address, use)
            rows.append(point)
    for one in list(rows):
        if one.use != "added" and (Road(one.road), one.address) not in wanted:
            one.ended_at = acting.at
            one.save()
            rows.remove(one)
    order = [*USES, "added"]
    return sorted(rows, key=lambda one: (not one.is_preferred, order.index(one.use) if one.use in order else 9, one.pk))


def find_point(acting: Acting, receiver: Receiver, road: Road, *, point_id: UUID | None = None) -> ContactPoint | None:
    """Return the address by which somebody is reached on a road: the one named, else the best that is not frozen.

    If all are frozen, the first of them; None if there is none.
    """
    rows = [one for one in list_points(acting, receiver) if one.road == road]
    if point_id is not None:
        rows = [one for one in rows if one.pk == point_id]
    return next((one for one in rows if one.frozen_at is None), rows[0] if rows else None)


def add_point(acting: Acting, receiver: Receiver, road: Road, address: str) -> ContactPoint:
    """Keep an address that somebody gave us, beside those of the record; the same again is the same row.

    :raises ValueError: if it is no address on that road
    """
    folded = fold_address(road, address)
    if not folded:
        message = "no address on this road"
        raise ValueError(message)
    rows = ContactPoint.objects.filter(
        patient=receiver.patient, member_id=receiver.member_id, road=str(road), address=folded, ended_at=None
    )
    return rows.first() or _make(acting, receiver, road, folded, "added")


def freeze_point(acting: Acting, point: ContactPoint, because: str) -> None:
    """Let an address rest since it is somebody else's: from this commit on nothing goes there."""
    point.frozen_at, point.frozen_because = acting.at, because
    point.save()


def add_choice(
    acting: Acting, receiver: Receiver, kind: ChoiceKind, *, road: Road | None = None, because: str = "",
    value: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Write down what somebody chose about being reached. Whoever is sending at this instant is waited for."""
    ContactChoice(
        **receiver.columns(), kind=str(kind), road=str(road or ""), because=because, value=dict(value or {}),
        at=acting.at, by_id=acting.person_id,
    ).save(force_insert=True)  # fmt: skip


def stopped_since(receiver: Receiver, road: Road) -> datetime | None:
    """Return since when somebody is not to be reached on a road; None if they may be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stopped_since(%s, %s, %s)", [receiver.patient.pk, receiver.member_id, str(road)])
        (since,) = cursor.fetchone()
    found: datetime | None = since
    return found


def chosen_openly(receiver: Receiver) -> frozenset[Private]:
    """Return what somebody chose to have named where others may see it; nothing unless they said so."""
    rows = ContactChoice.objects.filter(
        patient=receiver.patient, member_id=receiver.member_id, kind=str(ChoiceKind.NAMING)
    )
    last = rows.order_by("-id").values_list("value", flat=True).first() or {}
    return frozenset(Private(one) for one in last.get("may_name", ()))


def _wanted(receiver: Receiver) -> dict[tuple[Road, str], str]:
    found: dict[tuple[Road, str], str] = {}
    for system, value, use in _known_ways(receiver):
        for road in SYSTEMS.get(system, ()):
            address = fold_address(road, value)
            if address and use != "old":
                found.setdefault((road, address), use)
    letter = fold_address(Road.LETTER, _postal(receiver))
    if letter:
        found[(Road.LETTER, letter)] = "home"
    return found


def _known_ways(receiver: Receiver) -> list[tuple[str, str, str]]:
    if receiver.member is not None:
        return [("phone", receiver.member.phone, ""), ("email", receiver.member.email, "")]
    rows = PatientContact.objects.filter(patient=receiver.patient).order_by("id")
    return [(one.system, one.value, one.use) for one in rows]


def _postal(receiver: Receiver) -> str:
    if receiver.member is not None:
        return str(receiver.member.address)
    one = receiver.patient
    parts = [*one.address_lines, " ".join(part for part in (one.city, one.state, one.postal_code) if part)]
    return ", ".join(part for part in parts if part) if one.address_lines else ""


def _make(acting: Acting, receiver: Receiver, road: Road, address: str, use: str) -> ContactPoint:
    point = ContactPoint(
        id=new_id(acting.at), **receiver.columns(), road=str(road), address=address, use=use, made_at=acting.at,
        made_by_id=acting.person_id,
    )  # fmt: skip
    point.save(force_insert=True)
    # The database lets it rest from the beginning if its number is shut.
    point.refresh_from_db(fields=["frozen_at", "frozen_because"])
    return point
