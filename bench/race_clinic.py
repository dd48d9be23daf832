"""A clinic in which many want the same time, and one request for it, in SQL: who wants whom, when, and which way.

``RACERS`` requests make a contest for one doctor, one room or one patient. In each, everybody brings others who are
wanted by nobody else, and a time that begins 0 to 25 minutes after the hour and lasts 30: all overlap, so one can win.
Every request hangs on a loop of its own. ``LANES`` contests share an hour, each with people and rooms of its own.
"""

import psycopg

from bench.fill import LOOP_ID, NOW, PATIENT_ID, PERSON_ID, STEPS, fill, plan_clinic

RACERS = 20
LANES = 10
# Of each lane: the one who is wanted, and one for each racer.
SEATS = RACERS + 1
CONTESTS = ("doctor", "room", "patient")
MINUTES = 30
FIRST = "2026-11-23 13:00+00"
ENTRY_ID = "('019a0000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
BOOKING_ID = "('019b0000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
VISIT_TYPE = "019c0000-0000-7000-8000-000000000000"
# The request that a booking answers is written in its key.
REQUEST_OF = "('x' || right(replace(b.id::text, '-', ''), 12))::bit(48)::bigint"

# By the number of a request: its contest and lane, its turn within it, what is wanted, and the time.
ASKED = f"""
SELECT n, n / {RACERS} AS contest, n / {RACERS} % {LANES} AS lane, (n % {RACERS} + 1)::int AS turn,
  (n / {RACERS} % {len(CONTESTS)})::int AS wanted, n / {RACERS * LANES} AS hour"""
SEAT = f"(lane * {SEATS} + CASE WHEN wanted = {{kind}} THEN 0 ELSE turn END)"

# As the application asks: what ran out is let go, one looks who is busy, waits for whoever writes, and writes. Who does
# not look goes straight at the constraint; who does not wait either can stand in another's way (a deadlock).
FUNCTION = f"""
CREATE FUNCTION race_for_a_time(n bigint, looks boolean, waits boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  asked record; doctor record; room record; who record; busy bigint[]; one bigint; starts timestamptz; span tstzrange;
  key uuid := {BOOKING_ID.format(n="n")};
BEGIN
  PERFORM set_config('careloop.person', {PERSON_ID.format(n="1")}::text, true),
    set_config('careloop.purpose', 'treatment', true), set_config('careloop.at', '{NOW.isoformat()}', true);
  SELECT * INTO asked FROM ({ASKED}) a;
  SELECT e.id, e.no INTO STRICT doctor FROM directory_entry e
  WHERE e.id = {ENTRY_ID.format(n="asked.lane * <seats> + CASE WHEN asked.wanted = 0 THEN 0 ELSE asked.turn END")};
  SELECT e.id, e.no INTO STRICT room FROM directory_entry e WHERE e.id = {
    ENTRY_ID.format(n="<rooms> + asked.lane * <seats> + CASE WHEN asked.wanted = 1 THEN 0 ELSE asked.turn END")
};
  SELECT p.id, p.no, p.unit_id, p.label_mask INTO STRICT who FROM patient p
  WHERE p.id = {PATIENT_ID.format(n="asked.lane * <seats> + CASE WHEN asked.wanted = 2 THEN 0 ELSE asked.turn END")};
  starts := timestamptz '{FIRST}' + asked.hour * interval '1 hour' + n * 7 % 6 * interval '5 minutes';
  span := tstzrange(starts, starts + interval '{MINUTES} minutes');
  busy := ARRAY(SELECT v FROM unnest(ARRAY[doctor.no, room.no, who.no]) v ORDER BY v);
  IF looks THEN
    PERFORM release_run_out(busy);
    IF EXISTS (SELECT FROM busy_times(busy, lower(span), upper(span))) THEN RETURN 'seen'; END IF;
  END IF;
  IF waits THEN
    FOREACH one IN ARRAY busy LOOP PERFORM pg_advisory_xact_lock(hashtextextended(one::text, 3)); END LOOP;
  END IF;
  INSERT INTO booking (id, patient_id, unit_id, label_mask, loop_id, visit_type_id, state, state_since, starts_at,
    ends_at, zone, starts_wall, minutes, hold_token, hold_until, cancelled_by, reason, note, booked_by_id, made_at,
    version, awaits_word)
  VALUES (key, who.id, who.unit_id, who.label_mask, {LOOP_ID.format(n="n")}, '{VISIT_TYPE}', 'held', '{NOW}', starts,
    upper(span), 'America/New_York', starts AT TIME ZONE 'America/New_York', {MINUTES}, gen_random_uuid(),
    timestamptz '{NOW}' + interval '10 minutes', '', '', '', {PERSON_ID.format(n="1")}, '{NOW}', 1, false);
  INSERT INTO booking_part (patient_id, unit_id, label_mask, booking_id, entry_id, is_patient, occupant_no, seat,
    during, occupies)
  SELECT who.id, who.unit_id, who.label_mask, key, e.id, false, 0, 0, span, true
  FROM (VALUES (doctor.id, doctor.no), (room.id, room.no)) e (id, no) ORDER BY e.no;
  INSERT INTO booking_part (patient_id, unit_id, label_mask, booking_id, is_patient, occupant_no, seat, during,
    occupies)
  VALUES (who.id, who.unit_id, who.label_mask, key, true, 0, 0, span, true);
  RETURN 'won';
END $$"""

PEOPLE = ("units", "people", "members", "grants of units", "patients")


def _make_entries(kind: str, first: str) -> str:
    return f"""
INSERT INTO directory_entry (id, kind, name, name_key, is_active, sort, zone, specialties, languages, networks, phone,
  fax, email, referral_by, address, source, fhir_id, version, made_at, changed_at)
SELECT {ENTRY_ID.format(n=f"{first} + n")}, '{kind}', '{kind} ' || n, '{kind} ' || n, true, '', 'America/New_York',
  '{{}}', '{{}}', '{{}}', '', '', '', '', '', 'bench', n::text, 1, '{NOW}', '{NOW}'
FROM generate_series(0, <rooms> - 1) n"""


VISITS = {
    "doctors": _make_entries("practitioner", "0"),
    "rooms": _make_entries("room", "<rooms>"),
    "kind of visit": f"""
INSERT INTO visit_type (id, name, is_active, minutes, gap_before, gap_after, preparation, needs_practitioner,
  needs_escort, needs_fasting, room_sort, device_sort, seats, labels, version, set_by_id, set_at)
VALUES ('{VISIT_TYPE}', 'A wanted visit', true, {MINUTES}, 0, 0, 'none', true, false, false, '', '', 1, 0, 1,
  {PERSON_ID.format(n="0")}, '{NOW}')""",
    "loops": f"""
INSERT INTO loop (id, patient_id, unit_id, label_mask, kind, state, state_since, owner_id, ball, title, because,
  if_waits, next_step, next_at, clock, severity, sort_at, opened_at, version, base_step, last_contact, reminders,
  check_name, finding_key, finding_print, evidence, waits)
SELECT {LOOP_ID.format(n="n")}, {PATIENT_ID.format(n=SEAT.format(kind=2))}, 1, 0, 'visit', 'to_do', '{NOW}',
  {PERSON_ID.format(n="1")}, 'us', '{{"key": "visit.title", "values": {{"name": "A wanted visit"}}}}',
  '[{{"key": "visit.promised", "values": {{}}}}]', NULL, '{{"key": "step.visit_find_time", "values": {{}}}}', '{NOW}',
  '', 2, '{NOW}', '{NOW}', 1, '{{"key": "step.visit_find_time", "values": {{}}}}', '', 0, '', '', '', '{{}}', false
FROM ({ASKED} FROM generate_series(0::bigint, <requests> - 1) n) a""",
    "request": FUNCTION,
}

# Bookings that begin before another of the same person, room or patient has ended: by the ranges, not the constraint.
DOUBLE = """
SELECT count(*) FROM (
  SELECT lower(during) < max(upper(during)) OVER (PARTITION BY occupant_no, seat ORDER BY lower(during), id
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_double
  FROM booking_part WHERE occupies) t WHERE is_double"""
# Contests that do not have exactly one winner.
NOT_ONE = f"""
SELECT count(*) FROM (
  SELECT c FROM generate_series(0, <requests> / {RACERS} - 1) c
  LEFT JOIN (SELECT {REQUEST_OF} / {RACERS} AS c FROM booking b WHERE b.occupies) won USING (c)
  GROUP BY c HAVING count(won.c) <> 1) t"""
INCOMPLETE = "SELECT count(*) FROM inv_booking_without_its_parts"


def fill_races(link: "psycopg.Connection[tuple[object, ...]]", requests: int) -> None:
    """Fill an empty, migrated database as the superuser with all that so many requests need, whole contests."""
    clinic = plan_clinic(LANES * SEATS, loops_each=0)
    steps = {name: STEPS[name] for name in PEOPLE} | VISITS
    fill(link, clinic, steps, requests=requests, rooms=LANES * SEATS, seats=SEATS)


def count(link: "psycopg.Connection[tuple[object, ...]]", sql: str, requests: int) -> int:
    """Return the number that a question about the finished race has for its answer."""
    found = link.execute(sql.replace("<requests>", str(requests))).fetchone()
    assert found is not None
    return int(str(found[0]))
