"""Death closes what is open about a person, and says so."""

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.worklist import Event, Outcome, State
from careloop.records.models import Loop, Patient, WaitingFinding
from careloop.worklist.settle import Change, change


def close_for_death(acting: Acting, patient: Patient) -> int:
    """Close every open loop of a patient who has died, in this transaction; return how many."""
    loops = Loop.objects.filter(patient_id=patient.pk).exclude(state=str(State.CLOSED))
    ended = list(loops.select_for_update(of=("self",)).order_by("id"))
    for loop in ended:
        died = Change(Event.DEATH, Say("event.death"), outcome=Outcome.DECEASED)
        change(acting, loop, died)
    WaitingFinding.objects.filter(patient_id=patient.pk).delete()
    return len(ended)
