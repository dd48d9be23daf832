"""What goes out, in processes that may be killed at any moment, and against those who say stop at that moment."""

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import OperationalError, connection, transaction

from careloop.actions.consents import add_member, give_consent, take_back
from careloop.actions.outbox import choose_contact, send_message
from careloop.basics.clock import read_clock
from careloop.facts.access import Purpose
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.messages import Field
from careloop.facts.outbox import ChoiceKind, Handed, LookedUp, OutgoingDraft, Parcel, Went
from careloop.guard.context import enter, set_context
from careloop.jobs.outbox import send_due
from tests.faults.said import say
from tests.faults.together import at_once
from tests.outgoing import bring_reachable
from tests.people import House, build_house, system

ANA = MemberDraft("Ana Alvarez", Relation.CHILD, phone="(555) 010-9999")
RIDES = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.TEXT,), GivenHow.SCREEN)


def queue_many(patients: int, each: int) -> None:
    """Make a house with patients who have telephones, and write to each of them; say the key of every message."""
    house = build_house()
    for n in range(patients):
        patient = bring_reachable(house, f"p{n}", f"(555) 01{n // 100}-{n % 100:02}42")
        for m in range(each):
            say(str(send_message(house.acting("dana", at=read_clock()), patient, _draft(patient, f"{n}/{m}"))))


def send_all(url: str, minutes: int) -> None:
    """Send what is due, as the worker does, so many minutes after the stopped clock, until nothing is."""
    settings = {"URL": url, "ACCOUNT": "ACsandbox", "TOKEN": "sandbox-token", "FROM": "+15550100100"}
    for name, value in settings.items():
        os.environ[f"CARELOOP_TEXT_{name}"] = value
    at = read_clock() + timedelta(minutes=minutes)
    while send_due(lambda: at):
        pass


def race_to_stop(how: str, rounds: int, seed: int) -> None:
    """Send and stop at about the same moment; say for each round when the provider took it and when the stop was done.

    The stop comes at any instant of a sending, however long that lasts on this machine.
    """
    house, chance = build_house(), random.Random(seed)  # noqa: S311
    lasted = 0.05
    for n in range(rounds):
        patient = bring_reachable(house, f"r{n}", f"(555) 01{n // 100}-{n % 100:02}42")
        member = _agree(house, patient) if how == "revoke" else None
        send_message(house.acting("dana", at=read_clock()), patient, _draft(patient, f"race {n}", member))
        taker = _Taker()
        stopped: list[int] = []
        stop = {"stop": _stop, "revoke": partial(_revoke, member), "death": _die}[how]
        late = chance.uniform(0, 1.5) * lasted
        fates = at_once([partial(_send, taker), partial(_do, stop, house, patient, stopped, late)])
        lasted = taker.lasted or lasted
        say({"fates": fates, "took": taker.took, "stopped": stopped})


def _draft(patient: UUID, words: str, member: UUID | None = None) -> OutgoingDraft:
    at = read_clock()
    return OutgoingDraft(
        patient_id=patient, topic=Topic.VISITS, road=Road.TEXT, not_before=at, good_until=at + timedelta(days=30),
        key=f"{patient}/{words}", words=f"No. {words}", values={Field.PHONE: "(555) 010-0100"}, member_id=member,
    )  # fmt: skip


def _agree(house: House, patient: UUID) -> UUID:
    dana = house.acting("dana", at=read_clock())
    member = add_member(dana, patient, ANA)
    give_consent(dana, patient, RIDES, member_id=member)
    return member


class _Taker:
    """A provider that takes everything and notes when, and how long after the sending began."""

    name = "taker"

    def __init__(self) -> None:
        self.took: list[int] = []
        self.began = time.monotonic()
        self.lasted = 0.0

    def send(self, parcel: Parcel) -> Handed:
        time.sleep(0.002)
        self.took.append(time.monotonic_ns())
        self.lasted = time.monotonic() - self.began
        return Handed(Went.SENT, str(parcel.outbox_id))

    def look_up(self, parcel: Parcel) -> LookedUp:
        raise AssertionError("nothing was unclear here")


def _send(taker: _Taker) -> None:
    """Send what is due, as the worker does: whoever was in the way of a round is there no more in the next."""
    taker.began = time.monotonic()
    while True:
        try:
            send_due(read_clock, lambda _road: taker)  # type: ignore[arg-type, return-value]
            return
        except OperationalError:
            connection.close()


def _do(stop: Callable[[House, UUID], object], house: House, patient: UUID, stopped: list[int], late: float) -> None:
    time.sleep(late)
    stop(house, patient)
    stopped.append(time.monotonic_ns())


def _stop(house: House, patient: UUID) -> object:
    return choose_contact(house.acting("dana", at=read_clock()), patient, ChoiceKind.STOP, road=Road.TEXT)


def _revoke(member: UUID, house: House, patient: UUID) -> object:
    return take_back(house.acting("dana", at=read_clock()), patient, member_id=member, reason="No more")


def _die(_house: House, patient: UUID) -> object:
    with transaction.atomic(), connection.cursor() as cursor:
        set_context(system(Purpose.INTAKE, read_clock()))
        enter(patients=[patient])
        cursor.execute("UPDATE patient SET is_dead = true, died_at = now() WHERE id = %s", [patient])
    return None
