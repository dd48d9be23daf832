"""Death closes what is open about a person, and says so."""

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.worklist import Event, Outcome, State
from careloop.records.models import Loop, Patient, Recheck, WaitingFinding
from careloop.worklist.settle import Change, change


def close_for_death(acting: Acting, patient: Patient) -> int:
    """Close every open loop of a patient who has died, in this transaction; return how many."""
    # Whoever checks this patient or opens loops for findings ends first: nothing comes in behind our back.
    list(Recheck.objects.filter(patient_id=patient.pk).select_for_update().values_list("pk"))
    WaitingFinding.objects.filter(patient_id=patient.pk).delete()
    loops = Loop.objects.filter(patient_id=patient.pk).exclude(state=str(State.CLOSED))
    ended = list(loops.select_for_update(of=("self",)).order_by("id"))
    for loop in ended:
        died = Change(Event.DEATH, Say("event.death"), outcome=Outcome.DECEASED)
        change(acting, loop, died)
    return len(ended)
