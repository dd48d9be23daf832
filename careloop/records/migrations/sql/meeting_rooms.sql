-- What is booked for a family meeting is of its patient, and for the time of the meeting alone.
ALTER TABLE booking_part ADD CONSTRAINT part_is_of_the_meetings_patient FOREIGN KEY (meeting_id, patient_id)
  REFERENCES family_meeting (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION refuse_part_beside_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- Shared with who books for this meeting, against its being moved or called off.
  PERFORM 1 FROM family_meeting m WHERE m.id = NEW.meeting_id AND m.state = 'set'
    AND NEW.during = tstzrange(m.starts_at, m.starts_at + m.minutes * interval '1 minute') FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a meeting keeps people and places for its own time'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'part_is_for_the_meeting';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER part_is_for_the_meeting BEFORE INSERT OR UPDATE OF meeting_id, during ON booking_part
  FOR EACH ROW WHEN (NEW.meeting_id IS NOT NULL) EXECUTE FUNCTION refuse_part_beside_meeting();

-- A meeting that is moved, missed or called off, by whatever road, gives back who and what was booked for it.
CREATE FUNCTION free_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE booking_part p SET occupies = false WHERE p.meeting_id = NEW.id AND p.occupies;
  RETURN NULL;
END $$;
CREATE TRIGGER meeting_gives_back AFTER UPDATE OF state, starts_at, minutes ON family_meeting FOR EACH ROW
  WHEN (NEW.state IN ('to_arrange', 'cancelled') OR OLD.starts_at IS DISTINCT FROM NEW.starts_at
        OR OLD.minutes <> NEW.minutes)
  EXECUTE FUNCTION free_meeting();

ALTER FUNCTION refuse_part_beside_meeting() OWNER TO careloop_seer;
ALTER FUNCTION free_meeting() OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_part_beside_meeting(), free_meeting() FROM PUBLIC;
RESET ROLE;
