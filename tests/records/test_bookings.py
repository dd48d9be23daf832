"""What the database itself refuses of bookings and of the directory, each tried past every door."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from psycopg.types.range import TimestamptzRange

from tests.records.plant import AT, FOREVER, Plant
from tests.records.test_constraints import refused
from tests.records.visits import (
    HALF,
    STARTS,
    WALL,
    plant_booking,
    plant_entry,
    plant_extra_seat,
    plant_group,
    plant_part,
    plant_visit_loop,
    plant_visit_type,
    plant_whole,
)

Try = Callable[[Plant, int, UUID], object]


def booking(**changed: object) -> Try:
    return lambda plant, unit, patient: plant_whole(plant, unit, patient, **changed)


def together(kind: str, **more: object) -> Try:
    """Book the same entry of a kind for two patients at times that overlap by ten minutes."""

    def work(plant: Plant, unit: int, patient: UUID) -> None:
        entry = plant_entry(plant, kind=kind, **more)
        after = timedelta(minutes=20)
        plant_whole(plant, unit, patient, entry)
        plant_whole(plant, unit, plant.patient(unit), entry, starts_at=STARTS + after, ends_at=STARTS + after + HALF,
                    starts_wall=WALL + after)  # fmt: skip

    return work


def two_loops(plant: Plant, unit: int, patient: UUID) -> None:
    plant_whole(plant, unit, patient)
    plant_whole(plant, unit, patient)


def one_loop_two_times(plant: Plant, unit: int, patient: UUID) -> None:
    loop, later = plant_visit_loop(plant, unit, patient), timedelta(days=1)
    plant_booking(plant, unit, patient, loop=loop)
    plant_booking(plant, unit, patient, loop=loop, starts_at=STARTS + later, ends_at=STARTS + later + HALF,
                  starts_wall=WALL + later)  # fmt: skip


def closed_loop(plant: Plant, unit: int, patient: UUID) -> None:
    plant_whole(plant, unit, patient,
                loop=plant_visit_loop(plant, unit, patient, state="closed", outcome="done", closed_at=AT))  # fmt: skip


def close_under(plant: Plant, unit: int, patient: UUID) -> None:
    loop = plant_visit_loop(plant, unit, patient)
    plant_whole(plant, unit, patient, loop=loop)
    plant.run("SET CONSTRAINTS ALL IMMEDIATE")
    plant.run("SET CONSTRAINTS ALL DEFERRED")
    plant.run(
        "UPDATE loop SET state = 'closed', outcome = 'done', closed_at = opened_at, next_step = NULL WHERE id = %s",
        loop,
    )


def seat(number: int | None, **of_group: object) -> Try:
    def work(plant: Plant, unit: int, patient: UUID) -> None:
        kind = plant_visit_type(plant, seats=2)
        group = plant_group(plant, unit, kind, **of_group)
        plant_whole(plant, unit, patient, visit_type_id=kind, group_id=group, seat_no=number)

    return work


def seat_twice(plant: Plant, unit: int, patient: UUID) -> None:
    kind = plant_visit_type(plant, seats=2)
    group = plant_group(plant, unit, kind)
    for one in (patient, plant.patient(unit)):
        plant_whole(plant, unit, one, visit_type_id=kind, group_id=group, seat_no=1)


def group_shut_with_patients(plant: Plant, unit: int, patient: UUID) -> None:
    kind = plant_visit_type(plant, seats=2)
    group = plant_group(plant, unit, kind)
    plant_whole(plant, unit, patient, visit_type_id=kind, group_id=group, seat_no=1)
    plant.run("UPDATE group_visit SET is_cancelled = true WHERE id = %s", group)


def extra(*, other_entry: bool = False, later: bool = False, twice: bool = False) -> Try:
    """Book an entry a second time by an extra seat, which may be of another entry or time, or used up."""

    def work(plant: Plant, unit: int, patient: UUID) -> None:
        entry = plant_entry(plant)
        plant_whole(plant, unit, patient, entry)
        hours = timedelta(hours=2 if later else 0)
        during = TimestamptzRange(STARTS + hours, STARTS + hours + HALF)
        allowed = plant_extra_seat(plant, plant_entry(plant) if other_entry else entry, during=during)
        for _ in range(2 if twice else 1):
            one = plant.patient(unit)
            plant_part(plant, unit, one, plant_whole(plant, unit, one), entry_id=entry, seat=1, extra_seat_id=allowed)

    return work


def change(columns: str, **changed: object) -> Try:
    def work(plant: Plant, unit: int, patient: UUID) -> None:
        one = plant_whole(plant, unit, patient, **changed)
        plant.run(f"UPDATE booking SET {columns} WHERE id = %s", one)

    return work


def part(**changed: object) -> Try:
    def work(plant: Plant, unit: int, patient: UUID) -> None:
        plant_part(plant, unit, patient, plant_booking(plant, unit, patient), **changed)

    return work


def for_linked_dead(plant: Plant, unit: int, patient: UUID) -> None:
    """Book for somebody of whom another record tells the death."""
    loop = plant_visit_loop(plant, unit, patient)
    plant.link_of(unit, patient, plant.patient(unit, is_dead=True))
    plant_whole(plant, unit, patient, loop=loop)


GIVEN_BACK = {"state": "cancelled", "cancelled_by": "patient", "reason": "sick"}
REFUSED: list[tuple[str, Try, str]] = [
    ("a practitioner twice", together("practitioner"), "nothing_is_booked_twice"),
    ("a room twice", together("room", sort="exam"), "nothing_is_booked_twice"),
    ("a device twice", together("device", sort="echo"), "nothing_is_booked_twice"),
    ("an interpreter twice", together("interpreter"), "nothing_is_booked_twice"),
    ("a patient in two places", two_loops, "nothing_is_booked_twice"),
    ("two times on one loop", one_loop_two_times, "booking_one_a_loop"),
    ("on a loop that is closed", closed_loop, "booking_has_open_loop"),
    ("on a loop that is no visit", lambda p, u, t: plant_whole(p, u, t, loop=p.loop(u, t)), "booking_has_open_loop"),
    (
        "on the loop of another patient",
        lambda p, u, t: plant_whole(p, u, t, loop=plant_visit_loop(p, u, p.patient(u))),
        "booking_has_open_loop",
    ),
    ("for somebody of whom another record tells the death", for_linked_dead, "booking_is_of_the_living"),
    ("a loop closed under it", close_under, "visit_is_still_booked"),
    ("an hour off its wall time", booking(starts_wall=WALL + timedelta(hours=1)), "booking_time_is_as_promised"),
    ("on the clocks of another zone", booking(zone="America/Chicago"), "booking_time_is_as_promised"),
    ("longer than its length", booking(ends_at=STARTS + 2 * HALF), "booking_ends_after_its_length"),
    ("an unknown state", booking(state="lost"), "booking_state_is_known"),
    ("cancelled without a reason", booking(state="cancelled"), "booking_cancelled_says_by_whom_and_why"),
    (
        "cancelled for another reason without words",
        booking(**(GIVEN_BACK | {"reason": "other"})),
        "booking_other_says_why",
    ),
    ("a hold that ended before it began", booking(state="held", hold_until=AT), "booking_hold_ends"),
    ("a seat beyond the last", seat(3), "group_has_the_seat"),
    ("a seat of a group that was cancelled", seat(1, is_cancelled=True), "group_has_the_seat"),
    ("a seat twice", seat_twice, "group_seat_once"),
    ("a group cancelled with patients in it", group_shut_with_patients, "group_is_empty"),
    ("an extra seat of somebody else", extra(other_entry=True), "part_extra_seat_is_its_own"),
    ("an extra seat of another time", extra(later=True), "part_extra_seat_is_its_own"),
    ("an extra seat twice", extra(twice=True), "nothing_is_booked_twice"),
    ("an extra seat that nobody allowed", part(entry_id=None, is_patient=True, seat=1), "part_extra_seat_is_its_own"),
    ("in a group without a seat", seat(None), "group_has_the_seat"),
    ("moved to another time", change("starts_at = starts_at + interval '1 day'"), "booking_is_not_rewritten"),
    (
        "taken up again",
        change("state = 'booked', cancelled_by = '', reason = ''", **GIVEN_BACK),
        "booking_is_not_rewritten",
    ),
    ("neither patient nor entry", part(is_patient=False), "part_can_be_booked"),
    ("kept for ever", part(during=FOREVER), "part_ends"),
    ("kept for no time", part(during=TimestamptzRange(empty=True)), "part_ends"),
    ("given back while its booking keeps it", part(occupies=False), "part_follows_booking"),
]  # fmt: skip


@pytest.mark.parametrize(("work", "constraint"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_no_booking_can_be(owner: Plant, work: Try, constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    assert refused(owner, lambda: work(owner, unit, patient)) == constraint


def test_what_is_like_the_refused_but_well_goes_in(owner: Plant) -> None:
    """Every refusal above is of one thing gone wrong: the same rows without it go in."""
    unit = owner.unit()
    entry = plant_entry(owner)
    plant_whole(owner, unit, owner.patient(unit), entry)
    # Right after, and beside what was given back.
    plant_whole(owner, unit, owner.patient(unit), entry, starts_at=STARTS + HALF, ends_at=STARTS + 2 * HALF,
                starts_wall=WALL + HALF)  # fmt: skip
    seat(2)(owner, unit, owner.patient(unit))
    extra()(owner, unit, owner.patient(unit))
    owner.run("SET CONSTRAINTS ALL IMMEDIATE")

    assert owner.value("SELECT count(*) FROM booking WHERE occupies") == 5


@pytest.mark.parametrize("kind", ["site", "organization", "service", "role"])
def test_a_place_or_a_service_takes_no_part(owner: Plant, kind: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    more = {"practitioner_id": plant_entry(owner)} if kind == "role" else {}

    def work() -> None:
        plant_whole(owner, unit, patient, plant_entry(owner, kind=kind, **more))

    assert refused(owner, work) == "part_can_be_booked"


def test_the_parts_follow_the_booking_in_the_same_statement_and_free_its_time(owner: Plant) -> None:
    unit, entry = owner.unit(), plant_entry(owner)
    first = plant_whole(owner, unit, owner.patient(unit), entry)

    owner.run("UPDATE booking SET state = 'no_show' WHERE id = %s", first)

    assert owner.value("SELECT bool_or(occupies) FROM booking_part WHERE booking_id = %s", first) is False
    plant_whole(owner, unit, owner.patient(unit), entry)


def test_a_part_cannot_be_written_under_another_number(owner: Plant) -> None:
    unit, entry = owner.unit(), plant_entry(owner)
    booking_id = plant_whole(owner, unit, owner.patient(unit), entry)

    owner.run("UPDATE booking_part SET occupant_no = 5 WHERE booking_id = %s AND entry_id IS NOT NULL", booking_id)

    number = owner.value("SELECT occupant_no FROM booking_part WHERE booking_id = %s AND NOT is_patient", booking_id)
    assert number == owner.value("SELECT no FROM directory_entry WHERE id = %s", entry)
    assert (
        number
        < 0
        < owner.value("SELECT occupant_no FROM booking_part WHERE booking_id = %s AND is_patient", booking_id)
    )


def test_a_wall_time_that_the_clocks_skip_is_at_no_instant(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    skipped = WALL.replace(year=2027, month=3, day=14, hour=2, minute=30)
    for hour in range(24):
        at = STARTS.replace(year=2027, month=3, day=14, hour=hour, minute=30)

        def work(at: object = at) -> None:
            plant_booking(owner, unit, patient, starts_at=at, ends_at=at + HALF, starts_wall=skipped)  # type: ignore[operator]

        assert refused(owner, work) == "booking_time_is_as_promised"


ENTRIES: list[tuple[str, dict[str, object], str]] = [
    ("without a name", {"name": ""}, "entry_has_name"),
    ("of an unknown kind", {"kind": "robot"}, "entry_kind_is_known"),
    ("to be booked without a zone", {"zone": ""}, "entry_booked_has_zone"),
    ("a role without its practitioner", {"kind": "role"}, "entry_role_has_practitioner"),
    ("in the sky", {"latitude": 91, "longitude": 0}, "entry_is_on_earth"),
    ("half a position", {"latitude": 40}, "entry_is_on_earth"),
    ("checked on a day by nobody", {"checked_on": AT.date()}, "entry_checked_by_somebody"),
    ("with a positive number", {"no": 7}, "entry_number_is_negative"),
]


@pytest.mark.parametrize(("columns", "constraint"), [row[1:] for row in ENTRIES], ids=[row[0] for row in ENTRIES])
def test_no_entry_can_be(owner: Plant, columns: dict[str, object], constraint: str) -> None:
    assert refused(owner, lambda: plant_entry(owner, **columns)) == constraint


def test_an_entry_names_others_of_the_right_kind_and_keeps_its_own(owner: Plant) -> None:
    room = plant_entry(owner, kind="room")

    assert refused(owner, lambda: plant_entry(owner, site_id=room)) == "entry_names_the_right_kind"
    assert refused(owner, lambda: plant_entry(owner, organization_id=room)) == "entry_names_the_right_kind"
    assert refused(owner, lambda: owner.run("UPDATE directory_entry SET kind = 'device' WHERE id = %s", room)) == (
        "entry_keeps_its_kind"
    )


def test_only_who_can_be_booked_or_a_site_has_a_calendar(owner: Plant) -> None:
    service = plant_entry(owner, kind="service")
    hours = {"weekday": 1, "opens": "09:00", "closes": "17:00"}

    assert refused(owner, lambda: owner.row("calendar_hours", entry_id=service, **hours)) == "calendar_is_of_bookable"
    owner.row("calendar_hours", entry_id=plant_entry(owner), **hours)


def test_whoever_does_not_act_is_told_nothing(app: Plant) -> None:
    assert app.value("SELECT count(*) FROM busy_times(ARRAY[-1, 1]::bigint[], '2000-01-01', '2100-01-01')") == 0
    assert app.value("SELECT release_run_out(ARRAY[-1]::bigint[])") == 0
    assert app.value("SELECT count(*) FROM due_holds('2100-01-01', 10)") == 0
    assert app.value("SELECT count(*) FROM seats_taken(%s)", uuid4()) == 0
