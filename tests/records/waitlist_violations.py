"""Violations of what must never be with the waiting list, planted where a constraint was taken away."""

from tests.records.plant import Plant
from tests.records.visits import HALF, STARTS, WALL, plant_visit_loop, plant_whole
from tests.records.waitlist import CLOSED, plant_freed, plant_offer, plant_wish


def plant_offer_yes_without_booking(plant: Plant) -> int:
    plant.run("ALTER TABLE waitlist_offer DROP CONSTRAINT offer_yes_has_booking")
    unit = plant.unit()
    one, other, third = (plant.patient(unit) for _ in range(3))
    loops = [plant_visit_loop(plant, unit, patient) for patient in (one, other, third)]
    wishes = [
        plant_wish(plant, unit, patient, loop=loop, state="got_time")
        for patient, loop in zip((one, other, third), loops, strict=True)
    ]
    right = plant_whole(plant, unit, one, loop=loops[0])
    beside = plant_whole(plant, unit, third)
    plant_offer(plant, unit, one, wishes[0], plant_freed(plant), state="yes", booking_id=right)
    plant_offer(plant, unit, other, wishes[1], plant_freed(plant), state="yes")
    plant_offer(plant, unit, third, wishes[2], plant_freed(plant), state="yes", booking_id=beside)
    return 2


def plant_wish_with_two_bookings(plant: Plant) -> int:
    plant.run("DROP INDEX booking_one_a_loop, offer_one_yes_a_wish")
    unit = plant.unit()
    one, other = plant.patient(unit), plant.patient(unit)
    for patient, count in ((one, 1), (other, 2)):
        loop = plant_visit_loop(plant, unit, patient)
        wish = plant_wish(plant, unit, patient, loop=loop)
        for number in range(count):
            starts = STARTS + number * HALF
            times = {"starts_at": starts, "ends_at": starts + HALF, "starts_wall": WALL + number * HALF}
            plant_whole(plant, unit, patient, loop=loop, **times)
        assert wish
    return 1


def plant_wish_without_open_loop(plant: Plant) -> int:
    plant.run("ALTER TABLE waitlist_wish DISABLE TRIGGER wish_has_open_loop")
    unit = plant.unit()
    one, other, third, fourth = (plant.patient(unit) for _ in range(4))
    plant_wish(plant, unit, one)
    plant_wish(plant, unit, other, loop=plant_visit_loop(plant, unit, other, **CLOSED))
    plant_wish(plant, unit, third, loop=plant.loop(unit, third))
    plant_wish(plant, unit, fourth, loop=plant_visit_loop(plant, unit, fourth, **CLOSED), state="ended")
    return 2
