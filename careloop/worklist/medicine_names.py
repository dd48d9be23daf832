"""Whether the name of a medicine stands in its reminder: only by the patient's own wish, until it is taken back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from careloop.facts.access import Acting
from careloop.facts.medicine_reminders import NamingWish
from careloop.facts.messages import Private
from careloop.facts.outbox import ChoiceKind, Stopped
from careloop.records.models import ContactChoice, Outbox, Patient
from careloop.worklist.contact_points import Receiver, add_choice, chosen_openly
from careloop.worklist.outbox import withdraw_where

# The words that name no medicine, and those that do.
NEUTRAL, NAMED = "medicine_time", "medicine_time_named"


def load_wish(patient: Patient) -> NamingWish | None:
    """Return what the patient last said of it, when, and who wrote it down; None if nobody ever asked."""
    rows = ContactChoice.objects.filter(patient=patient, member_id=None, kind=str(ChoiceKind.NAMING))
    last = rows.select_related("by").order_by("-id").first()
    if last is None:
        return None
    is_named = str(Private.MEDICINE) in last.value.get("may_name", ())
    at: datetime = last.at
    return NamingWish(is_named, at, last.by.name, last.because)


def keep_wish(acting: Acting, patient: Patient, because: str, *, is_named: bool) -> None:
    """Write down the wish; what else may be named stays as it is. Once taken back, no message with the name goes."""
    receiver = Receiver(patient)
    others = chosen_openly(receiver) - {Private.MEDICINE}
    may = others | {Private.MEDICINE} if is_named else others
    add_choice(
        acting, receiver, ChoiceKind.NAMING, because=because, value={"may_name": sorted(str(one) for one in may)}
    )
    if not is_named:
        withdraw_where(acting, {"patient": patient, "message__situation": NAMED}, Stopped.BY_PERSON)


def may_be_named(patient: Patient, labels: int) -> bool:
    """Tell whether a medicine of these labels may be named: what carries a label never is."""
    return not labels and Private.MEDICINE in chosen_openly(Receiver(patient))


def find_unwished(acting: Acting, rows: Iterable[Outbox]) -> Mapping[UUID, Stopped]:
    """Return which of these messages name a medicine though the patient does not wish it (any more)."""
    named = [row for row in rows if row.message is not None and row.message.situation == NAMED]
    patients = Patient.objects.in_bulk([row.patient_id for row in named])
    wishes = {key: Private.MEDICINE in chosen_openly(Receiver(one)) for key, one in patients.items()}
    return {row.pk: Stopped.BY_PERSON for row in named if not wishes.get(row.patient_id)}
