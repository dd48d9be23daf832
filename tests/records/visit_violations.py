"""Violations of what must never be with bookings, planted where a constraint was taken away."""

from datetime import time, timedelta

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant
from tests.records.visits import (
    STARTS,
    plant_booking,
    plant_entry,
    plant_group,
    plant_item,
    plant_itinerary,
    plant_move,
    plant_outage,
    plant_part,
    plant_step,
    plant_visit_loop,
    plant_visit_type,
    plant_whole,
)


def plant_booked_twice(plant: Plant) -> int:
    plant.run("ALTER TABLE booking_part DROP CONSTRAINT nothing_is_booked_twice")
    unit, entry = plant.unit(), plant_entry(plant)
    one, other, third = (plant.patient(unit) for _ in range(3))
    plant_whole(plant, unit, one, entry)
    plant_whole(plant, unit, other, entry)
    plant_whole(plant, unit, third, entry, state="cancelled", cancelled_by="patient", reason="sick")
    plant.run("UPDATE booking_part SET occupies = false WHERE patient_id = %s", third)
    return 1


def plant_seat_taken_twice(plant: Plant) -> int:
    plant.run("DROP INDEX group_seat_once")
    unit, kind = plant.unit(), plant_visit_type(plant, seats=2)
    group = plant_group(plant, unit, kind)
    for seat in (1, 1, 2):
        plant_whole(plant, unit, plant.patient(unit), visit_type_id=kind, group_id=group, seat_no=seat)
    return 1


def plant_booking_of_dead(plant: Plant) -> int:
    plant.run("ALTER TABLE patient DISABLE TRIGGER death_closes_loops")
    unit = plant.unit()
    living, dead = plant.patient(unit), plant.patient(unit)
    plant_whole(plant, unit, living)
    plant_whole(plant, unit, dead)
    plant.run("UPDATE patient SET is_dead = true WHERE id = %s", dead)
    return 1


def plant_booking_without_open_loop(plant: Plant) -> int:
    plant.run("ALTER TABLE booking DISABLE TRIGGER booking_has_open_loop")
    unit = plant.unit()
    one, other, third = (plant.patient(unit) for _ in range(3))
    closed = {"state": "closed", "outcome": "done", "closed_at": AT}
    plant_whole(plant, unit, one)
    plant_whole(plant, unit, other, loop=plant_visit_loop(plant, unit, other, **closed))
    plant_whole(plant, unit, third, loop=plant.loop(unit, third))
    return 2


def plant_hold_not_released(plant: Plant) -> int:
    unit = plant.unit()
    one, other = plant.patient(unit), plant.patient(unit)
    long_ago, lately = AT - timedelta(hours=2), AT - timedelta(minutes=30)
    for patient, until in ((one, long_ago), (other, lately)):
        plant_whole(plant, unit, patient, state="held", hold_until=until, made_at=until - timedelta(minutes=15))
    return 1


def plant_promised_time_differs(plant: Plant) -> int:
    plant.run("ALTER TABLE booking DROP CONSTRAINT booking_time_is_as_promised")
    unit = plant.unit()
    one, other = plant.patient(unit), plant.patient(unit)
    plant_whole(plant, unit, one)
    plant_whole(plant, unit, other, zone="America/Chicago")
    return 1


def plant_booking_without_its_parts(plant: Plant) -> int:
    plant.run("ALTER TABLE booking_part DROP CONSTRAINT part_follows_booking")
    unit = plant.unit()
    one, other, third, fourth = (plant.patient(unit) for _ in range(4))
    plant_whole(plant, unit, one)
    plant_booking(plant, unit, other)
    plant_part(plant, unit, third, plant_booking(plant, unit, third), occupies=False)
    early = plant_whole(plant, unit, fourth)
    plant.run("UPDATE booking_part SET during = tstzrange(%s, %s) WHERE booking_id = %s",
              STARTS, STARTS + timedelta(minutes=10), early)  # fmt: skip
    return 3


def plant_itinerary_step_on_other_loop(plant: Plant) -> int:
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    whole = plant.loop(unit, patient)
    itinerary = plant_itinerary(plant, unit, patient, whole)
    under = {"parent_id": whole}
    plant_step(plant, unit, patient, itinerary, plant_visit_loop(plant, unit, patient, **under), key="right")
    plant_step(plant, unit, patient, itinerary, plant_visit_loop(plant, unit, patient), key="beside")
    plant_step(plant, unit, patient, itinerary, plant_visit_loop(plant, unit, other, **under), key="of another")
    plant_step(plant, unit, patient, itinerary, plant.loop(unit, patient, **under), key="no visit")
    return 3


def plant_outage_visit_left(plant: Plant) -> int:
    """One visit was forgotten, and one in a room of a place that is closed; the others are seen to or not hit."""
    unit, site = plant.unit(), plant_entry(plant, kind="site")
    doctors = [plant_entry(plant) for _ in range(3)]
    room = plant_entry(plant, kind="room", site_id=site)
    patients = [plant.patient(unit) for _ in range(5)]
    plant_whole(plant, unit, patients[0], doctors[0])
    seen_to = plant_whole(plant, unit, patients[1], doctors[1])
    plant_whole(plant, unit, patients[2], doctors[2])
    plant_whole(plant, unit, patients[3], room)
    plant_whole(plant, unit, patients[4])
    plant_outage(plant, doctors[0])
    plant_move(plant, unit, patients[1], plant_outage(plant, doctors[1]), seen_to)
    plant_outage(plant, doctors[2], in_calendar=False)
    plant_outage(plant, site)
    plant_outage(plant, doctors[2], opens=time(7), closes=time(9))
    return 2


def plant_told_twice(plant: Plant) -> int:
    unit = plant.unit()
    once, twice = plant.patient(unit), plant.patient(unit)
    outage = plant_outage(plant, plant_entry(plant))
    told = plant.loop(unit, once)
    for patient, loops in ((once, (told, told)), (twice, (plant.loop(unit, twice), plant.loop(unit, twice)))):
        for loop in loops:
            gone = {"state": "bumped", "reason": "provider_away"}
            old, new = (plant_booking(plant, unit, patient, **gone) for _ in range(2))
            moved = {"became": "moved", "new_booking_id": new, "loop_id": loop}
            plant_move(plant, unit, patient, outage, old, **moved)
    return 1


def plant_visit_outside_approval(plant: Plant) -> int:
    """One approval ended before the visit and one begins after it; of a time that was given back it does not matter."""
    plant.run("ALTER TABLE visit_item DISABLE TRIGGER visit_item_approval_holds_then")
    unit, day = plant.unit(), timedelta(days=1)
    gone = {"state": "bumped", "reason": "provider_away"}
    spans = [(-900, 900, {}), (-900, -800, {}), (800, 900, {}), (-900, -800, gone)]
    for first, last, columns in spans:
        patient = plant.patient(unit)
        booking = plant_booking(plant, unit, patient, **columns) if columns else plant_whole(plant, unit, patient)
        days = {"first_on": AT.date() + first * day, "last_on": AT.date() + last * day}
        plant_item(plant, unit, patient, booking, item="approval", **days)
    return 2


def plant_visit_item_without_evidence(plant: Plant) -> int:
    plant.run("ALTER TABLE visit_item DROP CONSTRAINT visit_item_says_what_shows_it")
    unit = plant.unit()
    patient = plant.patient(unit)
    booking = plant_whole(plant, unit, patient)
    plant_item(plant, unit, patient, booking)
    plant_item(plant, unit, patient, booking, item="forms", state="open", note="")
    plant_item(plant, unit, patient, booking, item="ride", note="")
    plant_item(plant, unit, patient, booking, item="escort", state="not_needed", note=" ")
    plant_item(plant, unit, patient, booking, item="records", set_by_id=SYSTEM_ID)
    return 3


def plant_request_without_answer(plant: Plant) -> int:
    for key, answer in (("a", None), ("b", SYSTEM_ID)):
        plant.run(
            "INSERT INTO answered_request (person_id, key, sha256, answer, at) VALUES (%s, %s, '', %s, %s)",
            SYSTEM_ID, key, answer, AT,
        )  # fmt: skip
    return 1
