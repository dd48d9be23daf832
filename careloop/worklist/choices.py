"""What the people around a patient chose about being reached, read from all that they ever chose."""

from dataclasses import replace
from uuid import UUID

from careloop.facts.choices import ChoiceRow, ChosenStop
from careloop.records.models import ContactChoice, Patient
from careloop.rules.choices import find_stops


def list_stops(patient: Patient) -> tuple[ChosenStop, ...]:
    """Return what the patient and each person of the circle want no more: the patient first, then by name.

    One statement, however many they are.
    """
    rows = ContactChoice.objects.filter(patient=patient).select_related("member").order_by("id")
    people: dict[UUID | None, tuple[str, bool]] = {}
    chosen: dict[UUID | None, list[ChoiceRow]] = {}
    for one in rows:
        member = one.member
        people[one.member_id] = (member.name, member.ended_at is not None) if member else ("", False)
        chosen.setdefault(one.member_id, []).append(ChoiceRow(one.kind, one.road, one.at, one.because))
    order = sorted(chosen, key=lambda key: (key is not None, people[key][0], str(key)))
    return tuple(
        replace(stop, member_id=key, name=people[key][0], is_gone=people[key][1])
        for key in order for stop in find_stops(chosen[key])
    )  # fmt: skip
