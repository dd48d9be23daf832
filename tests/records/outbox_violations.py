"""Violations of what must never go out, planted where a constraint was taken away."""

from psycopg.types.json import Jsonb

from tests.records.consents import plant_consent, plant_member
from tests.records.outbox import PACKET, plant_choice, plant_out, plant_out_event, plant_point, plant_thread, sent
from tests.records.plant import AT, Plant, days
from tests.records.referrals import plant_loop_of_referral, plant_referral, plant_sending
from tests.records.visits import plant_booking

HOUR = days(1 / 24)


def plant_sent_without_receipt(plant: Plant) -> int:
    plant.run("ALTER TABLE outbox DROP CONSTRAINT outbox_sent_has_a_receipt")
    unit = plant.unit()
    good = plant.patient(unit)
    plant_out_event(plant, unit, good, plant_out(plant, unit, good, **sent(1)), reference="SM1")
    for number, columns in enumerate(({"reference": ""}, {"sent_at": None}, {})):
        patient = plant.patient(unit)
        plant_out(plant, unit, patient, **sent(10 + number) | columns)
    return 3


def plant_sent_to_dead_or_stopped(plant: Plant) -> int:
    unit = plant.unit()
    for number, (kind, road) in enumerate((("stop", "text"), ("stop", ""), ("do_not_contact", ""), ("stop", "email"))):
        patient = plant.patient(unit)
        plant_choice(plant, unit, patient, kind=kind, road=road, at=AT - HOUR)
        out = plant_out(plant, unit, patient, **sent(number))
        plant_out_event(plant, unit, patient, out, reference=f"SM{number}")
    # Who wanted texts again, and who stopped only afterwards.
    back = plant.patient(unit)
    plant_choice(plant, unit, back, at=AT - 2 * HOUR)
    plant_choice(plant, unit, back, kind="start", at=AT - HOUR)
    plant_choice(plant, unit, back, at=AT + HOUR)
    plant_out_event(plant, unit, back, plant_out(plant, unit, back, **sent(8)), reference="SM8")
    dead = plant.patient(unit)
    plant_out_event(plant, unit, dead, plant_out(plant, unit, dead, **sent(9)), reference="SM9")
    plant.run("UPDATE patient SET is_dead = true, died_at = %s WHERE id = %s", AT - HOUR, dead)
    return 4


def plant_sent_twice(plant: Plant) -> int:
    unit = plant.unit()
    one, two = plant.patient(unit), plant.patient(unit)
    out = plant_out(plant, unit, one, **sent(1))
    plant_out_event(plant, unit, one, out, reference="SM1")
    plant_out_event(plant, unit, one, out, reference="SM2")
    thread, point = plant_thread(plant, unit, two), plant_point(plant, unit, two)
    for _ in range(2):
        out = plant_out(plant, unit, two, thread_id=thread, point_id=point, **sent(5))
        plant_out_event(plant, unit, two, out, reference="SM5")
    return 2


def plant_sent_old_time(plant: Plant) -> int:
    unit = plant.unit()
    given_back = {"state": "cancelled", "cancelled_by": "patient", "reason": "other", "note": "x", "version": 2}
    for number, columns in enumerate(
        (given_back | {"state_since": AT - HOUR}, given_back | {"state_since": AT + HOUR}, {"version": 2})
    ):
        patient = plant.patient(unit)
        booking = plant_booking(plant, unit, patient, **columns)
        out = plant_out(plant, unit, patient, booking_id=booking, booking_version=1, **sent(number))
        plant_out_event(plant, unit, patient, out, reference=f"SM{number}")
    return 1


def plant_sent_without_consent(plant: Plant) -> int:
    unit = plant.unit()
    back = {"taken_back_by_id": plant.person(), "taken_back_because": "No"}
    for number, columns in enumerate(
        ({}, {"topic": "results"}, {"taken_back_at": AT - HOUR, **back}, {"taken_back_at": AT + HOUR, **back})
    ):
        patient = plant.patient(unit)
        member = plant_member(plant, unit, patient)
        # It began the day before.
        consent = plant_consent(plant, unit, patient, member, road="text", starts_at=AT - days(1), **columns)
        thread = plant_thread(plant, unit, patient, partner="member", member_id=member)
        point = plant_point(plant, unit, patient, member_id=member)
        about = {"thread_id": thread, "point_id": point, "member_id": member, "consent_id": consent}
        out = plant_out(plant, unit, patient, **about, **sent(number))
        plant_out_event(plant, unit, patient, out, reference=f"SM{number}")
    return 2


def plant_outbox_forgotten(plant: Plant) -> int:
    plant.run(
        "ALTER TABLE outbox DROP CONSTRAINT outbox_waiting_has_a_moment, DROP CONSTRAINT outbox_held_says_for_what,"
        " DROP CONSTRAINT outbox_claimed_has_a_lease"
    )
    unit = plant.unit()
    for columns in ({}, {"next_at": None}, {"state": "held"}, {"state": "claimed"}):
        plant_out(plant, unit, plant.patient(unit), **columns)
    return 3


def plant_packet_told_otherwise(plant: Plant) -> int:
    unit = plant.unit()
    # Said to have gone while it waits, gone without a line in the ledger, said not to have gone while it is sent.
    for says, columns in (("sent", {}), ("sent", sent(1)), ("not_sent", {"state": "unknown"}), ("checking", {})):
        patient = plant.patient(unit)
        loop = plant_loop_of_referral(plant, unit, patient)
        referral = plant_referral(plant, unit, patient, loop=loop)
        sending = plant_sending(plant, unit, patient, referral, state=says)
        out = plant_out(plant, unit, patient, **PACKET, sending_id=sending, **columns)
        if columns.get("reference"):
            plant_out_event(plant, unit, patient, out, reference="SM1")
    return 3


def plant_sent_to_other_address(plant: Plant) -> int:
    plant.run("ALTER TABLE outbox DISABLE TRIGGER outbox_goes_to_its_person")
    unit = plant.unit()
    points: list[dict[str, object]] = [
        {}, {"frozen_at": AT + HOUR, "frozen_because": "Wrong number"}, {"address": "+15550100199"},
        {"ended_at": AT - HOUR}, {"frozen_at": AT - HOUR, "frozen_because": "Wrong number"}, {},
    ]  # fmt: skip
    for number, columns in enumerate(points):
        patient = plant.patient(unit)
        about: dict[str, object] = {"point_id": plant_point(plant, unit, patient, **columns)}
        if number == len(points) - 1:
            # The daughter's talk, and the mother's number.
            member = plant_member(plant, unit, patient)
            about["thread_id"] = plant_thread(plant, unit, patient, partner="member", member_id=member)
        out = plant_out(plant, unit, patient, **about, **sent(number))
        plant_out_event(plant, unit, patient, out, reference=f"SM{number}")
    return 4


def plant_text_names_medicine(plant: Plant) -> int:
    unit = plant.unit()
    named, wished, later = ({"may_name": ["medicine"]}, {"may_name": ["clinic"]}, {"may_name": []})
    for number, (label, choice) in enumerate(
        (("Can", None), ("Come 5 mg", None), ("Come 5 mg", named), ("Come 5 mg", wished), ("Warfarin", later))
    ):
        patient = plant.patient(unit)
        resource = plant.resource(unit, patient, type="MedicationStatement")
        plant.fact(unit, patient, resource, kind="medicine", label=label)
        if choice is not None:
            plant_choice(plant, unit, patient, kind="naming", road="", value=Jsonb(choice), at=AT - HOUR)
        out = plant_out(plant, unit, patient, resource_id=resource, resource_version=1, **sent(number))
        plant_out_event(plant, unit, patient, out, reference=f"SM{number}")
    return 2


def plant_sent_while_waiting(plant: Plant) -> int:
    unit = plant.unit()
    for number, at in enumerate((AT - HOUR, AT + HOUR)):
        patient = plant.patient(unit)
        out = plant_out(plant, unit, patient, **sent(number))
        plant_out_event(plant, unit, patient, out, reference=f"SM{number}")
        plant_out_event(plant, unit, patient, out, event="claimed", at=at, reference="")
    plant.run("UPDATE outbox_epoch SET is_waiting = true, because = 'restore', since = %s, round_at = %s", AT, AT)
    return 1


def plant_sent_in_other_language(plant: Plant) -> int:
    plant.run("ALTER TABLE message DISABLE TRIGGER message_is_history")
    unit = plant.unit()
    for number, (asked, opened) in enumerate(
        (("en-US", None), ("ar", None), ("ar", AT - HOUR), ("so", AT + HOUR), ("", None))
    ):
        patient = plant.patient(unit)
        if opened is not None:
            plant.loop(unit, patient, check_name="offer_interpreter", finding_key=str(patient), opened_at=opened)
        out = plant_out(plant, unit, patient, **sent(number))
        plant.run("UPDATE message SET asked_language = %s WHERE id = %s", asked, out)
        plant_out_event(plant, unit, patient, out, reference=f"SM{number}")
    return 2
