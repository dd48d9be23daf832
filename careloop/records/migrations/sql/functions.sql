-- Narrow windows past row security, each owned by the seer and asked only by a door.

-- Where a patient or loop lies, for system doors that enter its context.
CREATE FUNCTION place_of(what text, key uuid) RETURNS TABLE (patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.id, p.unit_id FROM patient p WHERE what = 'patient' AND p.id = key AND is_system()
  UNION ALL
  SELECT l.patient_id, l.unit_id FROM loop l WHERE what = 'loop' AND l.id = key AND is_system()
$$;

-- Patients that came from a source before.
CREATE FUNCTION known_patients(from_source text, keys text[])
RETURNS TABLE (fhir_id text, id uuid, unit_id integer, shift_days integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.fhir_id, p.id, p.unit_id, p.shift_days FROM patient p
  WHERE is_system() AND p.source = from_source AND p.fhir_id = ANY (keys)
$$;

-- Resources that another patient's record already holds, by the patient whom a document names.
CREATE FUNCTION kept_elsewhere(from_source text, types text[], keys text[], patients uuid[])
RETURNS TABLE (type text, fhir_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT r.type, r.fhir_id FROM unnest(types, keys, patients) AS k (type, fhir_id, patient_id)
  JOIN resource r ON r.source = from_source AND r.type = k.type AND r.fhir_id = k.fhir_id
  WHERE is_system() AND r.patient_id <> k.patient_id
$$;

CREATE FUNCTION patients_of_source(from_source text) RETURNS TABLE (fhir_id text, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.fhir_id, p.id FROM patient p WHERE is_system() AND p.source = from_source
$$;

-- Work that is due. Ids only: the door then enters each patient's context and locks.
CREATE FUNCTION due_rechecks(at timestamptz, how_many integer)
RETURNS TABLE (patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT r.patient_id, r.unit_id FROM recheck r
  WHERE is_system() AND r.due_at <= at
  ORDER BY r.due_at LIMIT how_many
$$;
CREATE FUNCTION due_loops(at timestamptz, how_many integer)
RETURNS TABLE (loop_id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.id, l.patient_id, l.unit_id FROM loop l
  WHERE is_system() AND l.state <> 'closed' AND l.next_at <= at ORDER BY l.next_at LIMIT how_many
$$;
CREATE FUNCTION units_with_waiting() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT w.unit_id FROM waiting_finding w WHERE is_system()
$$;

-- Which patients a check's knowledge must be applied to anew.
CREATE FUNCTION outdated_rechecks(version text, how_many integer)
RETURNS TABLE (patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT r.patient_id, r.unit_id FROM recheck r
  -- An empty version is one that was handed out already and waits for its check.
  WHERE is_system() AND r.knowledge NOT IN ('', version) AND r.checked_at IS NOT NULL LIMIT how_many
$$;

-- The find door: two identifiers, ten hits, only what tells people apart.
CREATE FUNCTION find_people(name_starts text, born date, identifier text)
RETURNS TABLE (id uuid, full_name text, birth_on date, sex text, city text, last_of_identifier text, may_open boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.id, p.full_name, p.birth_on, p.sex, p.city,
    coalesce((SELECT right(i.value, 4) FROM patient_identifier i WHERE i.patient_id = p.id
              ORDER BY (i.type_code = 'MR') DESC, i.id LIMIT 1), ''),
    (p.unit_id = ANY (my_units()) OR p.id = ANY (my_patients())) AND p.label_mask & ~my_labels() = 0
  FROM patient p
  WHERE careloop_context('person') IS NOT NULL
    AND (name_starts <> '')::int + (born IS NOT NULL)::int + (identifier <> '')::int >= 2
    AND (name_starts = '' OR p.name_key ^@ name_starts)
    AND (born IS NULL OR p.birth_on = born)
    AND (identifier = '' OR EXISTS (
      SELECT 1 FROM patient_identifier i WHERE i.patient_id = p.id AND i.value = identifier))
  ORDER BY p.name_key, p.id LIMIT 10
$$;

-- Who looked at a patient whom one may reach.
CREATE FUNCTION who_looked(patient uuid, how_many integer)
RETURNS TABLE (at timestamptz, person_name text, person_kind text, role text, what text, purpose text, outcome text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.at, coalesce(w.name, ''), coalesce(w.kind, ''), a.role, a.what, a.purpose, a.outcome
  FROM (
    (SELECT * FROM audit_line l WHERE l.patient_id = patient ORDER BY l.id DESC LIMIT how_many)
    UNION ALL
    (SELECT * FROM audit_line l WHERE l.patient_ids @> ARRAY[patient] ORDER BY l.id DESC LIMIT how_many)
  ) a LEFT JOIN person w ON w.id = a.person_id
  WHERE EXISTS (SELECT 1 FROM patient p WHERE p.id = patient
                AND (p.unit_id = ANY (my_units()) OR p.id = ANY (my_patients())))
  ORDER BY a.id DESC LIMIT how_many
$$;

-- What a person would leave behind.
CREATE FUNCTION loops_left_by(leaving uuid, how_many integer)
RETURNS TABLE (loop_id uuid, kind text, next_at timestamptz, whole bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.id, l.kind, l.next_at, count(*) OVER () FROM loop l
  WHERE l.owner_id = leaving AND l.state <> 'closed' ORDER BY l.next_at LIMIT how_many
$$;

-- Ending grants at a moment; one that would never have begun keeps a microsecond.
CREATE FUNCTION end_grants(of_person uuid, of_patient uuid, through text, ends timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE n integer;
BEGIN
  IF careloop_context('person') IS NULL THEN RETURN 0; END IF;
  UPDATE access_grant g
  SET during = tstzrange(lower(g.during), greatest(ends, lower(g.during) + interval '1 microsecond'))
  WHERE g.person_id = of_person AND (of_patient IS NULL OR g.patient_id = of_patient)
    AND (through = '' OR g.source = through) AND (upper(g.during) IS NULL OR upper(g.during) > ends);
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- Counts without names, for operators.
CREATE FUNCTION status_counts(at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object(
    'patients', (SELECT count(*) FROM patient),
    'resources', (SELECT coalesce(jsonb_object_agg(t.type, t.n), '{}') FROM (
        SELECT r.type, count(*) AS n FROM resource r GROUP BY r.type
        UNION ALL SELECT d.type, count(*) FROM directory_resource d GROUP BY d.type) t),
    'open', (SELECT coalesce(jsonb_object_agg(t.kind, t.n), '{}') FROM (
        SELECT l.kind, count(*) AS n FROM loop l WHERE l.state <> 'closed' GROUP BY l.kind) t),
    'by_check', (SELECT coalesce(jsonb_object_agg(t.check_name, t.n), '{}') FROM (
        SELECT l.check_name, count(*) AS n FROM loop l
        WHERE l.state <> 'closed' AND l.kind IN ('gap', 'safety') AND l.check_name <> '' GROUP BY l.check_name) t),
    'waiting', (SELECT count(*) FROM waiting_finding),
    'overdue', (SELECT count(*) FROM loop l WHERE l.state <> 'closed' AND l.due_at < at),
    'rechecks_due', (SELECT count(*) FROM recheck r WHERE r.due_at <= at),
    'loops_due', (SELECT count(*) FROM loop l WHERE l.state <> 'closed' AND l.next_at <= at),
    'inbox_rejected', (SELECT count(*) FROM inbox i WHERE i.state = 'rejected'),
    'stuck', (SELECT count(*) FROM recheck r WHERE r.attempts >= 5))
$$;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['place_of(text, uuid)', 'patients_of_source(text)', 'known_patients(text, text[])',
    'kept_elsewhere(text, text[], text[], uuid[])',
    'due_rechecks(timestamptz, integer)', 'due_loops(timestamptz, integer)', 'units_with_waiting()',
    'outdated_rechecks(text, integer)', 'find_people(text, date, text)', 'who_looked(uuid, integer)',
    'loops_left_by(uuid, integer)', 'status_counts(timestamptz)',
    'end_grants(uuid, uuid, text, timestamptz)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
