-- How the clinic is run: whom a change of staff touches, the log for those who audit it, and the ages of queues.

-- The patients and teams whose rows somebody who changes role or leaves still holds: system work enters them.
CREATE FUNCTION held_by(leaving uuid) RETURNS TABLE (patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT h.patient_id, h.unit_id FROM (
    SELECT l.patient_id, l.unit_id FROM loop l WHERE l.owner_id = leaving AND l.state <> 'closed'
    UNION ALL
    SELECT c.patient_id, c.unit_id FROM caseload c
    WHERE c.person_id = leaving AND (upper(c.during) IS NULL OR upper(c.during) > careloop_context('at')::timestamptz)
    UNION ALL
    SELECT m.patient_id, m.unit_id FROM care_team_member m
    WHERE m.person_id = leaving AND (upper(m.during) IS NULL OR upper(m.during) > careloop_context('at')::timestamptz)
  ) h WHERE is_system()
$$;

-- How many open loops of some teams somebody owns: a count without names.
CREATE FUNCTION loops_held_in(holder uuid, units integer[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*) FROM loop l WHERE careloop_context('person') IS NOT NULL
    AND l.owner_id = holder AND l.state <> 'closed' AND l.unit_id = ANY (units)
$$;

-- Who may look at the log: an auditor who works here, or the system.
CREATE FUNCTION is_auditor() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT is_system() OR EXISTS (SELECT 1 FROM person p WHERE p.id = careloop_context('person')::uuid
                                AND p.role = 'auditor' AND p.is_active)
$$;

-- Lines are found through an index for each question, newest first, from a line on: as fast at any age of the log.
CREATE INDEX audit_by_person ON audit_line (person_id, id DESC);
CREATE INDEX audit_by_what ON audit_line (what, id DESC);
CREATE INDEX audit_by_outcome ON audit_line (outcome, id DESC) WHERE outcome IN ('refused', 'failed');
CREATE INDEX audit_by_at ON audit_line (at, id);

-- One line with who it was, whether it was seen under break-glass, its seal, and the hash that the seal holds.
CREATE FUNCTION audit_lines(ids bigint[])
RETURNS TABLE (id bigint, at timestamptz, person_id uuid, person_name text, role text, purpose text, what text,
  key text, patient_id uuid, patient_ids uuid[], outcome text, broke_glass boolean, hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.id, l.at, l.person_id, coalesce(p.name, ''), l.role, l.purpose, l.what, l.key, l.patient_id, l.patient_ids,
    l.outcome,
    EXISTS (SELECT 1 FROM access_grant g WHERE g.person_id = l.person_id AND g.source = 'break_glass'
            AND g.during @> l.at AND (g.patient_id = l.patient_id OR g.patient_id = ANY (l.patient_ids))),
    encode(audit_line_hash(l), 'hex')
  FROM audit_line l LEFT JOIN person p ON p.id = l.person_id AND p.kind <> 'patient'
  WHERE is_auditor() AND l.id = ANY (ids) ORDER BY l.id DESC
$$;

-- The lines that answer a question, newest first and older than a line; an empty part asks nothing. The day of a line
-- is found by its place: clocks of several processes differ by less than the lines that are looked at beside.
CREATE FUNCTION find_audit(of_person uuid, of_patient uuid, of_what text, of_outcome text, is_broken boolean,
  since timestamptz, until timestamptz, older_than bigint, how_many integer)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last bigint := coalesce(older_than, 9223372036854775807);
  first bigint := 0;
  asked text := 'SELECT l.id FROM audit_line l WHERE l.id < $1 AND l.id >= $2';
BEGIN
  IF NOT is_auditor() THEN RETURN; END IF;
  IF until IS NOT NULL THEN
    last := least(last, coalesce((SELECT l.id FROM audit_line l WHERE l.at < until ORDER BY l.at DESC, l.id DESC LIMIT 1)
                                 + 10000, 0));
    asked := asked || ' AND l.at < $8';
  END IF;
  IF since IS NOT NULL THEN
    first := coalesce((SELECT l.id FROM audit_line l WHERE l.at >= since ORDER BY l.at, l.id LIMIT 1) - 10000, last);
    asked := asked || ' AND l.at >= $7';
  END IF;
  IF of_person IS NOT NULL THEN asked := asked || ' AND l.person_id = $3'; END IF;
  IF of_what <> '' THEN asked := asked || ' AND l.what = $5'; END IF;
  IF of_outcome <> '' THEN asked := asked || ' AND l.outcome = $6'; END IF;
  IF is_broken THEN
    asked := asked || ' AND EXISTS (SELECT 1 FROM access_grant g WHERE g.person_id = l.person_id'
      || ' AND g.source = ''break_glass'' AND g.during @> l.at'
      || ' AND (g.patient_id = l.patient_id OR g.patient_id = ANY (l.patient_ids)))'
      || ' AND l.person_id = ANY (ARRAY(SELECT DISTINCT b.person_id FROM access_grant b'
      || ' WHERE b.source = ''break_glass''))';
  END IF;
  IF of_patient IS NOT NULL THEN
    asked := '(' || asked || ' AND l.patient_id = $4 ORDER BY l.id DESC LIMIT $9) UNION (' || asked
      || ' AND l.patient_ids @> ARRAY[$4] ORDER BY l.id DESC LIMIT $9) ORDER BY 1 DESC LIMIT $9';
  ELSE
    asked := asked || ' ORDER BY l.id DESC LIMIT $9';
  END IF;
  RETURN QUERY EXECUTE asked USING last, first, of_person, of_patient, of_what, of_outcome, since, until, how_many;
END $$;

-- Which patients bear a number: for those who audit, who see no name.
CREATE FUNCTION audit_patients(number text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT i.patient_id FROM patient_identifier i WHERE is_auditor() AND i.value = number LIMIT 2
$$;

-- What the log holds at all: the doors that were ever passed, found by jumping from one to the next.
CREATE FUNCTION audit_kinds() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE kinds AS (
    (SELECT l.what FROM audit_line l WHERE is_auditor() ORDER BY l.what LIMIT 1)
    UNION ALL
    SELECT (SELECT l.what FROM audit_line l WHERE l.what > k.what ORDER BY l.what LIMIT 1) FROM kinds k
    WHERE k.what IS NOT NULL
  ) SELECT what FROM kinds WHERE what IS NOT NULL
$$;

-- Since when the oldest of each queue waits, for operators: moments without names.
CREATE FUNCTION queue_ages(moment timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object(
    'rechecks_due', (SELECT min(r.due_at) FROM recheck r WHERE r.due_at <= moment),
    'loops_due', (SELECT min(l.next_at) FROM loop l WHERE l.state <> 'closed' AND l.next_at <= moment),
    'inbox_rejected', (SELECT min(i.received_at) FROM inbox i WHERE i.state = 'rejected'),
    'staff_changes', (SELECT min(s.from_at) FROM staff_change s WHERE s.applied_at IS NULL AND s.withdrawn_at IS NULL
      AND s.from_at <= moment AND (NOT s.needs_second OR s.agreed_by_id IS NOT NULL)),
    'unsealed', (SELECT l.at FROM audit_line l
      WHERE l.xid >= coalesce((SELECT s.to_xid FROM audit_seal s ORDER BY s.id DESC LIMIT 1), '0'::xid8)
      ORDER BY l.xid, l.id LIMIT 1))
  WHERE careloop_context('person') IS NOT NULL
$$;

-- A change of staff that is done or withdrawn stays as it is.
CREATE FUNCTION refuse_change_of_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a change of staff that is done or withdrawn stays' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER staff_change_is_history BEFORE UPDATE ON staff_change
  FOR EACH ROW WHEN (OLD.applied_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL)
  EXECUTE FUNCTION refuse_change_of_done();

GRANT SELECT, INSERT, UPDATE ON staff_change, clinic_day, first_run TO careloop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON opening_hours TO careloop_app;
GRANT DELETE ON clinic_day TO careloop_app;
GRANT USAGE ON SEQUENCE opening_hours_id_seq TO careloop_app;
GRANT SELECT ON staff_change, opening_hours, clinic_day, first_run TO careloop_seer, careloop_backup;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['held_by(uuid)', 'loops_held_in(uuid, integer[])', 'is_auditor()',
    'audit_lines(bigint[])', 'audit_patients(text)',
    'find_audit(uuid, uuid, text, text, boolean, timestamptz, timestamptz, bigint, integer)', 'audit_kinds()',
    'queue_ages(timestamptz)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['held_by(uuid)', 'loops_held_in(uuid, integer[])', 'is_auditor()',
    'audit_lines(bigint[])', 'audit_patients(text)',
    'find_audit(uuid, uuid, text, text, boolean, timestamptz, timestamptz, bigint, integer)', 'audit_kinds()',
    'queue_ages(timestamptz)']::regprocedure[]
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO careloop_app', f);
  END LOOP;
END $$;
RESET ROLE;
