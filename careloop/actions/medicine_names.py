"""A patient's wish that reminders name the medicine is written down, dated, and taken back at any time."""

from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.guard.doors import action
from careloop.records.models import Patient
from careloop.rules.access import has_right
from careloop.worklist.medicine_names import keep_wish

SAID_LONGEST = 300


@action(needs=Right.LOOP_WRITE, about=Patient)
def wish_medicine_named(acting: Acting, patient: Patient, *, is_named: bool, because: str = "") -> None:
    """Write down whether the patient wants the name of the medicine in its reminder; no unless they said so.

    Taken back, it holds from the end of this: what is on its way with a name does not go.

    :raises Refusal: without words on how the patient said it, with too many, or if the patient has died
    :raises NotFound: if this person may not see what the patient takes
    """
    if not has_right(acting, Right.CHART_READ):
        raise NotFound
    said = clean_words(because)
    if patient.is_dead:
        raise Refusal(Say("refusal.outbox_dead"))
    if is_named and not said:
        raise Refusal(Say("refusal.naming_because"))
    if len(said) > SAID_LONGEST:
        raise Refusal(Say("refusal.note_too_long", count=SAID_LONGEST))
    keep_wish(acting, patient, said, is_named=is_named)
