GRANT SELECT, INSERT, UPDATE ON plan_search TO careloop_app;
GRANT SELECT ON plan_search TO careloop_backup;

-- Questions that wait, or were begun so long ago that whoever began is gone.
CREATE FUNCTION due_plan_searches(moment timestamptz, how_many integer) RETURNS TABLE (search_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, s.patient_id FROM plan_search s
  WHERE is_system() AND s.state = 'waiting' AND (s.begun_at IS NULL OR s.begun_at < moment - interval '2 minutes')
  ORDER BY s.asked_at, s.id LIMIT how_many
$$;

-- A day later calendars are others: what was found then is forgotten.
CREATE FUNCTION forget_plan_searches(moment timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE n integer;
BEGIN
  IF NOT is_system() THEN RETURN 0; END IF;
  DELETE FROM plan_search s WHERE s.asked_at < moment - interval '1 day';
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['due_plan_searches(timestamptz, integer)', 'forget_plan_searches(timestamptz)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION due_plan_searches(timestamptz, integer), forget_plan_searches(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION due_plan_searches(timestamptz, integer), forget_plan_searches(timestamptz) TO careloop_app;
RESET ROLE;
