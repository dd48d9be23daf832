-- A promised time: instant, zone and wall time say the same, or the row is refused. The comparison starts from the
-- instant: the other way round PostgreSQL would quietly move a time that the clocks skip.
ALTER TABLE booking ADD CONSTRAINT booking_time_is_as_promised CHECK (starts_at AT TIME ZONE zone = starts_wall);
ALTER TABLE booking ADD CONSTRAINT booking_ends_after_its_length
  CHECK (minutes > 0 AND ends_at = starts_at + minutes * interval '1 minute');
ALTER TABLE group_visit ADD CONSTRAINT group_time_is_as_promised CHECK (starts_at AT TIME ZONE zone = starts_wall);
ALTER TABLE group_visit ADD CONSTRAINT group_ends_after_its_length
  CHECK (minutes > 0 AND ends_at = starts_at + minutes * interval '1 minute');

-- Who takes part is kept as long as the booking keeps its time: the key carries it over, in the same statement.
ALTER TABLE booking ADD CONSTRAINT booking_and_occupies UNIQUE (id, occupies);
ALTER TABLE booking_part ADD CONSTRAINT part_follows_booking FOREIGN KEY (booking_id, occupies)
  REFERENCES booking (id, occupies) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- The number by which a part excludes others is that of its entry or patient, whatever the caller wrote. An extra
-- seat is that of the entry and of its time; a seat of a group is one that there is.
CREATE FUNCTION fill_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.is_patient THEN
    NEW.occupant_no := (SELECT p.no FROM patient p WHERE p.id = NEW.patient_id);
  ELSE
    NEW.occupant_no := (SELECT e.no FROM directory_entry e WHERE e.id = NEW.entry_id
                        AND e.kind IN ('practitioner', 'room', 'device', 'interpreter'));
  END IF;
  IF NEW.occupant_no IS NULL THEN
    RAISE EXCEPTION 'only who or what can be booked takes part'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'part_can_be_booked';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER part_can_be_booked BEFORE INSERT OR UPDATE OF entry_id, patient_id, is_patient, occupant_no
  ON booking_part FOR EACH ROW EXECUTE FUNCTION fill_part();

CREATE FUNCTION refuse_other_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM extra_seat x WHERE x.id = NEW.extra_seat_id AND x.entry_id = NEW.entry_id
                 AND x.seat = NEW.seat AND NEW.during <@ x.during) THEN
    RAISE EXCEPTION 'this extra seat is another one, or for another time'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'part_extra_seat_is_its_own';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER part_extra_seat_is_its_own BEFORE INSERT OR UPDATE OF entry_id, seat, extra_seat_id, during
  ON booking_part FOR EACH ROW WHEN (NEW.seat > 0) EXECUTE FUNCTION refuse_other_seat();

CREATE FUNCTION refuse_seat_beyond() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Shared with other seats of this group, against its being cancelled.
  IF NOT EXISTS (SELECT 1 FROM group_visit g WHERE g.id = NEW.group_id AND NEW.seat_no <= g.seats
                 AND NOT g.is_cancelled AND g.starts_at = NEW.starts_at AND g.visit_type_id = NEW.visit_type_id
                 FOR SHARE) THEN
    RAISE EXCEPTION 'this group has no such seat' USING ERRCODE = 'check_violation', CONSTRAINT = 'group_has_the_seat';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER group_has_the_seat BEFORE INSERT OR UPDATE OF group_id, seat_no, starts_at ON booking
  FOR EACH ROW WHEN (NEW.group_id IS NOT NULL) EXECUTE FUNCTION refuse_seat_beyond();

-- A group that is cancelled gives its people and places back, and has no patient left.
CREATE FUNCTION end_group() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM booking b WHERE b.group_id = NEW.id AND b.occupies) THEN
    RAISE EXCEPTION 'patients are still booked into this group'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'group_is_empty';
  END IF;
  UPDATE booking_part p SET occupies = false WHERE p.group_id = NEW.id;
  RETURN NEW;
END $$;
CREATE TRIGGER group_is_empty AFTER UPDATE OF is_cancelled ON group_visit
  FOR EACH ROW WHEN (NEW.is_cancelled) EXECUTE FUNCTION end_group();

-- A booking that keeps a time hangs on an open loop of the same patient; such a loop is not closed under it. Both sides
-- take the same lock: neither can miss the other.
CREATE FUNCTION refuse_booking_without_loop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.loop_id::text, 2));
  IF EXISTS (SELECT 1 FROM booking b WHERE b.id = NEW.id AND b.occupies)
     AND NOT EXISTS (SELECT 1 FROM loop l WHERE l.id = NEW.loop_id AND l.kind = 'visit' AND l.state <> 'closed'
                     AND l.patient_id = NEW.patient_id) THEN
    RAISE EXCEPTION 'a booking hangs on an open loop of its patient'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_has_open_loop';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER booking_has_open_loop AFTER INSERT OR UPDATE OF state, loop_id, patient_id ON booking
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state IN ('held', 'booked', 'confirmed', 'arrived'))
  EXECUTE FUNCTION refuse_booking_without_loop();

CREATE FUNCTION refuse_closing_under_booking() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.id::text, 2));
  IF EXISTS (SELECT 1 FROM loop l WHERE l.id = NEW.id AND l.state = 'closed')
     AND EXISTS (SELECT 1 FROM booking b WHERE b.loop_id = NEW.id AND b.occupies) THEN
    RAISE EXCEPTION 'a visit is still booked' USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_is_still_booked';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER visit_is_still_booked AFTER UPDATE OF state ON loop
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'visit' AND NEW.state = 'closed')
  EXECUTE FUNCTION refuse_closing_under_booking();

-- Nobody who has died, by the word of any of their records, is given a time.
CREATE FUNCTION refuse_booking_of_dead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.patient_id::text, 1));
  IF has_person_died(NEW.patient_id) THEN
    RAISE EXCEPTION 'no visit is booked for somebody who has died'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_is_of_the_living';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER booking_is_of_the_living BEFORE INSERT ON booking
  FOR EACH ROW WHEN (NEW.state IN ('held', 'booked', 'confirmed', 'arrived')) EXECUTE FUNCTION refuse_booking_of_dead();

-- What was given back stays given back; when and for whom a booking is never changes: another time is another booking.
CREATE FUNCTION refuse_changed_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'another time is another booking'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_is_not_rewritten';
END $$;
CREATE TRIGGER booking_is_not_rewritten BEFORE UPDATE ON booking FOR EACH ROW
  WHEN (OLD.patient_id <> NEW.patient_id OR OLD.loop_id <> NEW.loop_id OR OLD.starts_at <> NEW.starts_at
        OR OLD.starts_wall <> NEW.starts_wall OR OLD.zone <> NEW.zone OR OLD.minutes <> NEW.minutes
        OR OLD.hold_token <> NEW.hold_token OR OLD.visit_type_id <> NEW.visit_type_id
        OR (OLD.state NOT IN ('held', 'booked', 'confirmed', 'arrived') AND OLD.state <> NEW.state))
  EXECUTE FUNCTION refuse_changed_booking();

-- When people and things are busy: free or not, without whom. The times of a patient only for whoever reaches them.
-- A hold that ran out keeps nobody busy.
CREATE FUNCTION busy_times(numbers bigint[], since timestamptz, until timestamptz)
RETURNS TABLE (occupant_no bigint, seat integer, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT q.occupant_no, q.seat::integer, lower(q.during), upper(q.during) FROM booking_part q
  LEFT JOIN booking b ON b.id = q.booking_id
  WHERE careloop_context('person') IS NOT NULL AND q.occupies AND q.occupant_no = ANY (numbers)
    AND q.during && tstzrange(since, until)
    AND NOT (coalesce(b.state, '') = 'held' AND b.hold_until <= careloop_context('at')::timestamptz)
    AND (q.occupant_no < 0 OR EXISTS (
      SELECT 1 FROM patient p WHERE p.no = q.occupant_no
        AND (p.unit_id = ANY (my_units()) OR p.id = ANY (my_patients()))))
  ORDER BY 1, 3
$$;

-- Holds that ran out give their time back to whoever wants it now; their loops hear of it later.
CREATE FUNCTION release_run_out(numbers bigint[]) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE n integer;
BEGIN
  IF careloop_context('person') IS NULL THEN RETURN 0; END IF;
  UPDATE booking b SET state = 'released', state_since = b.hold_until, version = b.version + 1, awaits_word = true
  WHERE b.state = 'held' AND b.hold_until <= careloop_context('at')::timestamptz AND b.id IN (
    SELECT q.booking_id FROM booking_part q WHERE q.occupies AND q.occupant_no = ANY (numbers));
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;
CREATE POLICY seer_releases ON booking FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_gives_back ON booking_part FOR UPDATE TO careloop_seer USING (true);
GRANT UPDATE (state, state_since, version, awaits_word) ON booking TO careloop_seer;
GRANT UPDATE (occupies) ON booking_part TO careloop_seer;

-- How many seats of a group are taken, by number: without whom.
CREATE FUNCTION seats_taken(of_group uuid) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT b.seat_no::integer FROM booking b WHERE careloop_context('person') IS NOT NULL
    AND b.group_id = of_group AND b.occupies ORDER BY 1
$$;

-- Holds whose end has come, and those whose loops have not heard of it.
CREATE FUNCTION due_holds(moment timestamptz, how_many integer)
RETURNS TABLE (booking_id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT b.id, b.patient_id, b.unit_id FROM booking b
  WHERE is_system() AND (b.awaits_word OR b.state = 'held' AND b.hold_until <= moment)
  ORDER BY b.hold_until LIMIT how_many
$$;

-- Requests that were answered: everybody their own.
ALTER TABLE answered_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE answered_request FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON answered_request TO careloop_app
  USING (person_id = (SELECT careloop_context('person'))::uuid OR (SELECT is_system()));
CREATE POLICY seer_all ON answered_request FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON answered_request TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');

GRANT SELECT, INSERT, UPDATE ON booking, booking_part, group_visit TO careloop_app;
GRANT SELECT, INSERT ON extra_seat TO careloop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON answered_request TO careloop_app;
GRANT USAGE ON SEQUENCE booking_part_id_seq TO careloop_app;
GRANT SELECT ON booking, booking_part, group_visit, extra_seat, answered_request, booking_part_id_seq
  TO careloop_backup;
GRANT SELECT ON group_visit, extra_seat, answered_request TO careloop_seer;

-- Never events of scheduling.
CREATE VIEW inv_booked_twice WITH (security_invoker = true) AS
  SELECT a.id FROM booking_part a JOIN booking_part b ON a.occupant_no = b.occupant_no AND a.seat = b.seat
    AND a.id < b.id AND a.during && b.during WHERE a.occupies AND b.occupies;
CREATE VIEW inv_seat_taken_twice WITH (security_invoker = true) AS
  SELECT b.group_id, b.seat_no FROM booking b WHERE b.group_id IS NOT NULL AND b.occupies
  GROUP BY b.group_id, b.seat_no HAVING count(*) > 1;
CREATE VIEW inv_booking_of_dead WITH (security_invoker = true) AS
  SELECT b.id FROM booking b JOIN patient p ON p.id = b.patient_id WHERE b.occupies AND p.is_dead;
CREATE VIEW inv_booking_without_open_loop WITH (security_invoker = true) AS
  SELECT b.id FROM booking b WHERE b.occupies AND NOT EXISTS (
    SELECT 1 FROM loop l WHERE l.id = b.loop_id AND l.state <> 'closed' AND l.kind = 'visit'
      AND l.patient_id = b.patient_id);
CREATE VIEW inv_hold_not_released WITH (security_invoker = true) AS
  SELECT b.id FROM booking b WHERE b.state = 'held'
    AND b.hold_until < coalesce(careloop_context('at')::timestamptz, clock_timestamp()) - interval '1 hour';
CREATE VIEW inv_promised_time_differs WITH (security_invoker = true) AS
  SELECT b.id FROM booking b WHERE b.starts_at AT TIME ZONE b.zone <> b.starts_wall
  UNION ALL SELECT g.id FROM group_visit g WHERE g.starts_at AT TIME ZONE g.zone <> g.starts_wall;
CREATE VIEW inv_booking_without_its_parts WITH (security_invoker = true) AS
  SELECT b.id FROM booking b WHERE b.occupies AND (
    NOT EXISTS (SELECT 1 FROM booking_part q WHERE q.booking_id = b.id AND q.is_patient AND q.patient_id = b.patient_id)
    OR EXISTS (SELECT 1 FROM booking_part q WHERE q.booking_id = b.id
               AND (NOT q.occupies OR NOT q.during @> tstzrange(b.starts_at, b.ends_at))));
GRANT SELECT ON inv_booked_twice, inv_seat_taken_twice, inv_booking_of_dead, inv_booking_without_open_loop,
  inv_hold_not_released, inv_promised_time_differs, inv_booking_without_its_parts TO careloop_seer;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['fill_part()', 'end_group()', 'refuse_booking_without_loop()', 'refuse_booking_of_dead()',
    'refuse_closing_under_booking()', 'busy_times(bigint[], timestamptz, timestamptz)', 'release_run_out(bigint[])',
    'seats_taken(uuid)', 'due_holds(timestamptz, integer)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION fill_part(), end_group(), refuse_booking_without_loop(), refuse_closing_under_booking(),
  refuse_booking_of_dead(), busy_times(bigint[], timestamptz, timestamptz), release_run_out(bigint[]), seats_taken(uuid),
  due_holds(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION busy_times(bigint[], timestamptz, timestamptz), release_run_out(bigint[]), seats_taken(uuid),
  due_holds(timestamptz, integer) TO careloop_app;
RESET ROLE;
