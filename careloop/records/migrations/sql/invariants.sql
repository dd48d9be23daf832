-- Never events as views: each must be empty. Counted only through invariant_counts(), which the
-- seer owns: anybody else would see no rows and call it well.
CREATE VIEW inv_open_loop_without_owner WITH (security_invoker = true) AS
  SELECT id FROM loop WHERE state <> 'closed' AND num_nonnulls(owner_id, queue_id) <> 1;
CREATE VIEW inv_open_loop_without_next WITH (security_invoker = true) AS
  SELECT id FROM loop WHERE state <> 'closed' AND num_nulls(next_step, next_at, sort_at) > 0;
CREATE VIEW inv_closed_loop_without_outcome WITH (security_invoker = true) AS
  SELECT id FROM loop WHERE state = 'closed' AND (outcome IS NULL OR closed_at IS NULL);
CREATE VIEW inv_open_loop_of_dead WITH (security_invoker = true) AS
  SELECT l.id FROM loop l JOIN patient p ON p.id = l.patient_id WHERE l.state <> 'closed' AND p.is_dead;
CREATE VIEW inv_two_open_loops_for_one_finding WITH (security_invoker = true) AS
  SELECT patient_id, check_name, finding_key FROM loop WHERE state <> 'closed' AND check_name <> ''
  GROUP BY patient_id, check_name, finding_key, CASE WHEN patient_id IS NULL THEN unit_id END HAVING count(*) > 1;
CREATE VIEW inv_two_primary_coordinators WITH (security_invoker = true) AS
  SELECT a.id FROM caseload a JOIN caseload b
    ON a.patient_id = b.patient_id AND a.id < b.id AND a.during && b.during;
CREATE VIEW inv_open_loop_of_inactive_owner WITH (security_invoker = true) AS
  SELECT l.id FROM loop l JOIN person p ON p.id = l.owner_id
  WHERE l.state <> 'closed' AND NOT p.is_active AND NOT EXISTS (
    SELECT 1 FROM cover c WHERE c.absent_id = p.id
      AND c.during @> coalesce(careloop_context('at')::timestamptz, clock_timestamp()));
CREATE VIEW inv_loop_differs_from_history WITH (security_invoker = true) AS
  SELECT l.id FROM loop l LEFT JOIN LATERAL (
    SELECT e.version, e.to_state FROM loop_event e WHERE e.loop_id = l.id ORDER BY e.version DESC LIMIT 1) e ON true
  WHERE e.version IS DISTINCT FROM l.version OR e.to_state IS DISTINCT FROM l.state;
CREATE VIEW inv_loop_history_with_gap WITH (security_invoker = true) AS
  SELECT loop_id FROM loop_event GROUP BY loop_id HAVING count(*) <> max(version) OR min(version) <> 1;
CREATE VIEW inv_row_of_another_unit WITH (security_invoker = true) AS
  SELECT r.id FROM resource r JOIN patient p ON p.id = r.patient_id WHERE r.unit_id <> p.unit_id
  UNION ALL SELECT l.id FROM loop l JOIN patient p ON p.id = l.patient_id WHERE l.unit_id <> p.unit_id;
CREATE VIEW inv_patient_never_rechecked WITH (security_invoker = true) AS
  SELECT p.id FROM patient p WHERE NOT EXISTS (SELECT 1 FROM recheck r WHERE r.patient_id = p.id);
CREATE VIEW inv_resource_version_lost WITH (security_invoker = true) AS
  SELECT r.id FROM resource r
  WHERE r.version <> 1 + (SELECT count(*) FROM resource_version v WHERE v.resource_id = r.id);
CREATE VIEW inv_finding_waits_beside_open_loop WITH (security_invoker = true) AS
  SELECT w.id FROM waiting_finding w JOIN loop l ON l.patient_id = w.patient_id AND l.check_name = w.check_name
    AND l.finding_key = w.finding_key AND l.state <> 'closed';
CREATE VIEW inv_rejected_without_review WITH (security_invoker = true) AS
  SELECT i.id FROM inbox i WHERE i.state = 'rejected' AND NOT EXISTS (
    SELECT 1 FROM loop l WHERE l.kind = 'review' AND l.unit_id = i.unit_id AND l.check_name = 'inbox'
      AND l.finding_key = i.doc_key AND l.state <> 'closed');
CREATE VIEW inv_fact_without_resource WITH (security_invoker = true) AS
  SELECT f.resource_id FROM chart_fact f WHERE NOT EXISTS (SELECT 1 FROM resource r WHERE r.id = f.resource_id);

CREATE FUNCTION invariant_counts() RETURNS TABLE (name text, rows bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  FOR name IN SELECT v.viewname FROM pg_views v WHERE v.schemaname = 'public' AND v.viewname LIKE 'inv\_%' ORDER BY 1
  LOOP
    EXECUTE format('SELECT count(*) FROM public.%I', name) INTO rows;
    RETURN NEXT;
  END LOOP;
END $$;
ALTER FUNCTION invariant_counts() OWNER TO careloop_seer;
DO $$
DECLARE v text;
BEGIN
  FOR v IN SELECT viewname FROM pg_views WHERE schemaname = 'public' AND viewname LIKE 'inv\_%' LOOP
    EXECUTE format('GRANT SELECT ON %I TO careloop_seer', v);
  END LOOP;
END $$;
