-- Where an entry takes referrals as FHIR: of no patient. A copy of it in a backup opens with the clinic's key alone.
GRANT SELECT, INSERT, UPDATE, DELETE ON fhir_endpoint TO careloop_app;
GRANT SELECT ON fhir_endpoint TO careloop_backup;

-- What was given back stays given back. Only that somebody did not come can turn out wrong, and takes no time again.
DROP TRIGGER booking_is_not_rewritten ON booking;
CREATE TRIGGER booking_is_not_rewritten BEFORE UPDATE ON booking FOR EACH ROW
  WHEN (OLD.patient_id <> NEW.patient_id OR OLD.loop_id <> NEW.loop_id OR OLD.starts_at <> NEW.starts_at
        OR OLD.starts_wall <> NEW.starts_wall OR OLD.zone <> NEW.zone OR OLD.minutes <> NEW.minutes
        OR OLD.hold_token <> NEW.hold_token OR OLD.visit_type_id <> NEW.visit_type_id
        OR (OLD.state NOT IN ('held', 'booked', 'confirmed', 'arrived') AND OLD.state <> NEW.state
            AND NOT (OLD.state = 'no_show' AND NEW.state = 'done')))
  EXECUTE FUNCTION refuse_changed_booking();

-- How many questions of the planner wait in the whole clinic: a number, and nobody's.
CREATE FUNCTION count_plan_searches() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*)::integer FROM plan_search s WHERE careloop_context('person') IS NOT NULL AND s.state = 'waiting'
$$;
ALTER FUNCTION count_plan_searches() OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION count_plan_searches() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_plan_searches() TO careloop_app;
RESET ROLE;
