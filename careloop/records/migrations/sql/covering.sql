-- The moment of the door; outside one, for whoever counts from the command line, the clock.
CREATE FUNCTION moment_of_door() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce(careloop_context('at')::timestamptz, clock_timestamp())
$$;

-- Nobody is away twice at one time. What came to an end is not rewritten, and none is forgotten.
ALTER TABLE absence ADD CONSTRAINT absence_once_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(person_id::text, 0), hashtextextended(person_id::text, 0), '[]') WITH &&,
  during WITH &&) WHERE (ended_at IS NULL);
CREATE FUNCTION refuse_changed_absence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'another absence is another row'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'absence_is_not_rewritten';
END $$;
CREATE TRIGGER absence_is_not_rewritten BEFORE UPDATE ON absence FOR EACH ROW
  WHEN (OLD.ended_at IS NOT NULL OR OLD.person_id <> NEW.person_id OR OLD.made_at <> NEW.made_at
        OR lower(OLD.during) <> lower(NEW.during) OR upper(NEW.during) > upper(OLD.during))
  EXECUTE FUNCTION refuse_changed_absence();
CREATE TRIGGER absence_is_never_deleted BEFORE DELETE ON absence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER absence_share_is_not_rewritten BEFORE UPDATE ON absence_share FOR EACH ROW
  WHEN (OLD.ended_at IS NOT NULL OR OLD.covering_id <> NEW.covering_id OR OLD.patient_id <> NEW.patient_id
        OR OLD.absence_id <> NEW.absence_id)
  EXECUTE FUNCTION refuse_changed_absence();

-- Nobody is asked to stand in who does not work here, or stands in for themselves.
CREATE FUNCTION refuse_hollow_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM person p WHERE p.id = NEW.covering_id AND p.is_active FOR SHARE)
     OR EXISTS (SELECT 1 FROM absence a WHERE a.id = NEW.absence_id AND a.person_id = NEW.covering_id) THEN
    RAISE EXCEPTION 'somebody else who works here stands in'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'absence_share_to_somebody_there';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER absence_share_to_somebody_there BEFORE INSERT ON absence_share
  FOR EACH ROW EXECUTE FUNCTION refuse_hollow_share();
CREATE TRIGGER absence_part_to_somebody_there BEFORE INSERT ON absence_part
  FOR EACH ROW EXECUTE FUNCTION refuse_hollow_share();

-- Nobody leaves patients behind: as with open loops, unless somebody stands in at this moment.
CREATE FUNCTION refuse_leaving_patients() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE now_at timestamptz := moment_of_door();
BEGIN
  IF EXISTS (SELECT 1 FROM caseload c JOIN patient p ON p.id = c.patient_id
             WHERE c.person_id = NEW.id AND NOT p.is_dead
               AND (upper(c.during) IS NULL OR upper(c.during) > now_at))
     AND NOT EXISTS (SELECT 1 FROM cover c WHERE c.absent_id = NEW.id AND c.during @> now_at) THEN
    RAISE EXCEPTION 'patients would be left without a coordinator'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_leaves_patients';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER nobody_leaves_patients BEFORE UPDATE OF is_active ON person
  FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION refuse_leaving_patients();

ALTER TABLE work_profile ADD CONSTRAINT work_profile_is_a_week
  CHECK (cardinality(minutes) = 7 AND 0 <= ALL (minutes) AND 1440 >= ALL (minutes));
CREATE TRIGGER work_profile_is_history BEFORE UPDATE OR DELETE ON work_profile
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER work_profiles_are_never_emptied BEFORE TRUNCATE ON work_profile EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON absence, absence_part, absence_share, absence_loop TO careloop_app;
GRANT SELECT, INSERT ON work_profile TO careloop_app;
GRANT USAGE ON SEQUENCE absence_part_id_seq, absence_share_id_seq, absence_loop_id_seq, work_profile_id_seq
  TO careloop_app;
GRANT SELECT ON absence, absence_part, absence_share, absence_loop, work_profile, absence_part_id_seq,
  absence_share_id_seq, absence_loop_id_seq, work_profile_id_seq TO careloop_backup;
GRANT SELECT ON absence, absence_part, work_profile TO careloop_seer;

-- Never events of cover. An hour is what the worker may be late.
CREATE VIEW inv_absence_uncovered WITH (security_invoker = true) AS
  SELECT l.id FROM absence a JOIN loop l ON l.owner_id = a.person_id
  CROSS JOIN LATERAL (SELECT moment_of_door() AS at) t
  WHERE a.ended_at IS NULL AND a.during @> t.at AND lower(a.during) < t.at - interval '1 hour'
    AND l.state <> 'closed' AND l.patient_id IS NOT NULL AND l.opened_at < t.at - interval '1 hour';
CREATE VIEW inv_absence_not_back WITH (security_invoker = true) AS
  SELECT x.id FROM absence_loop x JOIN absence a ON a.id = x.absence_id
  CROSS JOIN LATERAL (SELECT moment_of_door() AS at) t
  WHERE x.back_at IS NULL AND (a.ended_at IS NOT NULL OR upper(a.during) < t.at - interval '1 hour');
CREATE VIEW inv_cover_unanswered WITH (security_invoker = true) AS
  SELECT p.id FROM absence_part p JOIN absence a ON a.id = p.absence_id
  CROSS JOIN LATERAL (SELECT moment_of_door() AS at) t
  WHERE p.state = 'offered' AND a.ended_at IS NULL AND p.expires_at < t.at - interval '1 hour';
CREATE VIEW inv_patient_of_inactive_coordinator WITH (security_invoker = true) AS
  SELECT c.id FROM caseload c JOIN person p ON p.id = c.person_id JOIN patient q ON q.id = c.patient_id
  CROSS JOIN LATERAL (SELECT moment_of_door() AS at) t
  WHERE NOT p.is_active AND NOT q.is_dead AND c.during @> t.at
    AND NOT EXISTS (SELECT 1 FROM cover v WHERE v.absent_id = p.id AND v.during @> t.at);
GRANT SELECT ON inv_absence_uncovered, inv_absence_not_back, inv_cover_unanswered,
  inv_patient_of_inactive_coordinator TO careloop_seer;

ALTER FUNCTION refuse_leaving_patients() OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_leaving_patients() FROM PUBLIC;
RESET ROLE;
