"""Somebody is out, and whoever moves their visits may be killed at any moment."""

from uuid import UUID

from django.conf import settings

from careloop.actions.outages import enter_outage, leave_to_person, move_for_outage
from careloop.actions.reminders import send_due_reminders
from careloop.basics.clock import read_clock
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.outages import NeedsPerson, OutAsk
from careloop.reads.outages import get_outage_page
from careloop.rules.outages import read_place
from tests.actions.places import MONDAY, make_places
from tests.actions.visits import booked
from tests.faults.said import say
from tests.outgoing import bring_reachable
from tests.people import build_house, system


def fill_a_day(patients: int) -> None:
    """Fill the Monday of one doctor, half an hour a patient, and say the doctor is out; say what is needed to move."""
    house = build_house()
    places, dana = make_places(house), house.acting("dana", at=read_clock())
    for number in range(patients):
        patient = bring_reachable(house, f"p{number}", f"(555) 010-01{number:02}")
        # Half an hour, and ten minutes between two.
        hour, minute = divmod(number * 40, 60)
        booked(dana, patient, places.talk_at(9 + hour, minute))
    outage = enter_outage(dana, OutAsk(places.rivera, MONDAY.date(), MONDAY.date()), reason="sick", key="out")
    say({"person": str(dana.person_id), "outage": str(outage), "doctor": str(places.rivera)})


def move_the_day(person: str, outage: str) -> None:
    """Move every visit of the outage that has another time, leave the rest to a person; say each when it is done."""
    acting = Acting(UUID(person), Role.COORDINATOR, read_clock(), Purpose.TREATMENT)
    while lines := get_outage_page(acting, outage_id=UUID(outage)).lines:
        for line in lines:
            found = [one for one in (read_place(code) for code in line.code.split()) if one is not None]
            if line.person is None and found:
                moved = move_for_outage(acting, line.key, found, outage_id=UUID(outage))
                say({"visit": str(line.key), "moved": moved})
            else:
                leave_to_person(acting, line.key, outage_id=UUID(outage), why=line.person or NeedsPerson.CHOSEN)
                say({"visit": str(line.key), "moved": 0})


def tell_the_day() -> None:
    """Tell people of their new times, as the worker does; say how many were seen to in each round."""
    # They were read when the stage was set.
    settings.CLINIC_PHONE, settings.DRAFT_WORDS_MAY_GO = "(555) 010-0100", True
    while count := send_due_reminders(system(Purpose.SWEEP, read_clock()), how_many=2):
        say(count)
