-- The end of a record. What is only added to is deleted by nobody but the seer, who deletes in one function alone, has
-- no right to delete from the log, and cannot log in.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_user = 'careloop_seer' THEN RETURN OLD; END IF;
  RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE FUNCTION refuse_other_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_user = 'careloop_seer' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'a document is never overwritten' USING ERRCODE = 'restrict_violation';
END $$;

-- Every table that points to a patient goes with the patient. A later one says so itself: let_go_with_patient.
DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c
           WHERE c.contype = 'f' AND c.confrelid = 'patient'::regclass AND c.conrelid <> 'deletion_wish'::regclass
           UNION SELECT 'patient' UNION SELECT 'inbox' LOOP
    EXECUTE format('CREATE POLICY seer_deletes ON %s FOR DELETE TO careloop_seer USING (true)', t);
    EXECUTE format('GRANT DELETE ON %s TO careloop_seer', t);
  END LOOP;
END $$;

-- Wishes: made and taken back.
GRANT SELECT, INSERT, UPDATE, DELETE ON deletion_wish TO careloop_app;
GRANT USAGE ON SEQUENCE deletion_wish_id_seq TO careloop_app;
GRANT SELECT ON deletion_wish TO careloop_backup;
GRANT SELECT ON SEQUENCE deletion_wish_id_seq TO careloop_backup;

-- Tombstones: seen by the team, written by the seer alone.
CREATE INDEX tombstone_by_key ON tombstone USING gin (keys);
ALTER TABLE tombstone ENABLE ROW LEVEL SECURITY;
ALTER TABLE tombstone FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON tombstone FOR SELECT TO careloop_app USING (unit_id = ANY((SELECT my_units())::int[]));
CREATE POLICY seer_all ON tombstone TO careloop_seer USING (true) WITH CHECK (true);
CREATE POLICY moving ON tombstone TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
GRANT SELECT ON tombstone TO careloop_app, careloop_backup;
GRANT SELECT, INSERT, UPDATE (readmitted_by_id, readmitted_at) ON tombstone TO careloop_seer;
CREATE FUNCTION refuse_other_stone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a tombstone stays' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tombstone_is_readmitted_once BEFORE UPDATE ON tombstone
  FOR EACH ROW WHEN (OLD.readmitted_at IS NOT NULL OR NEW.readmitted_at IS NULL)
  EXECUTE FUNCTION refuse_other_stone();
CREATE TRIGGER tombstone_stays BEFORE DELETE ON tombstone FOR EACH ROW EXECUTE FUNCTION refuse_other_stone();
CREATE TRIGGER tombstones_are_never_emptied BEFORE TRUNCATE ON tombstone EXECUTE FUNCTION refuse_other_stone();

-- The last day on which anything happened in a record, in the patient's zone; who handed it out or asked to amend it
-- counts too.
CREATE FUNCTION last_day_of(p patient) RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT greatest(
    (SELECT max(coalesce(f.end_on, f.start_on)) FROM chart_fact f WHERE f.patient_id = p.id),
    (SELECT max(d.dated_on) FROM document d WHERE d.patient_id = p.id),
    (SELECT max((d.added_at AT TIME ZONE p.zone)::date) FROM document d WHERE d.patient_id = p.id),
    (SELECT max((e.at AT TIME ZONE p.zone)::date) FROM loop_event e WHERE e.patient_id = p.id),
    (SELECT max((s.at AT TIME ZONE p.zone)::date) FROM disclosure s WHERE s.patient_id = p.id),
    (SELECT max((a.at AT TIME ZONE p.zone)::date) FROM amendment_event a WHERE a.patient_id = p.id),
    (SELECT max((o.made_at AT TIME ZONE p.zone)::date) FROM safety_override o WHERE o.patient_id = p.id),
    (p.made_at AT TIME ZONE p.zone)::date)
$$;

-- Whether a text that was refused speaks of a patient by the id of its source.
CREATE FUNCTION names_record(body bytea, fhir_id text) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT position(convert_to('Patient/' || fhir_id || '"', 'UTF8') IN body) > 0
    OR position(convert_to('"id":"' || fhir_id || '"', 'UTF8') IN body) > 0
    OR position(convert_to('"id": "' || fhir_id || '"', 'UTF8') IN body) > 0
$$;

-- What stands in the way of deleting a record that one reaches, whatever its labels.
CREATE FUNCTION record_obstacles(of_patient uuid)
RETURNS TABLE (last_on date, is_held boolean, open_loops bigint, is_linked boolean, is_in_inbox boolean, asked_by uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT last_day_of(p),
    EXISTS (SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL AND (h.patient_id IS NULL OR h.patient_id = p.id)),
    (SELECT count(*) FROM loop l WHERE l.state <> 'closed'
       AND (l.patient_id = p.id OR l.check_name = 'same_person' AND l.finding_key = p.id::text)),
    EXISTS (SELECT 1 FROM person_link k WHERE k.ended_at IS NULL AND (k.patient_id = p.id OR k.survivor_id = p.id)),
    EXISTS (SELECT 1 FROM inbox i WHERE i.state = 'rejected' AND i.source = p.source
              AND names_record(i.body, p.fhir_id)),
    (SELECT w.asked_by_id FROM deletion_wish w WHERE w.patient_id = p.id)
  FROM patient p
  WHERE p.id = of_patient AND careloop_context('person') IS NOT NULL
    AND (p.unit_id = ANY (my_units()) OR p.id = ANY (my_patients()))
$$;

-- The last wall: a record that something keeps is deleted by nobody. While this is asked the row is locked: who adds to
-- the record waits, and then finds no patient.
CREATE FUNCTION refuse_kept_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL AND (h.patient_id IS NULL OR h.patient_id = OLD.id))
     OR EXISTS (SELECT 1 FROM loop l WHERE l.state <> 'closed' AND (l.patient_id = OLD.id
                OR l.check_name = 'same_person' AND l.finding_key = OLD.id::text))
     OR EXISTS (SELECT 1 FROM person_link k WHERE k.ended_at IS NULL
                AND (k.patient_id = OLD.id OR k.survivor_id = OLD.id))
     OR EXISTS (SELECT 1 FROM inbox i WHERE i.state = 'rejected' AND i.source = OLD.source
                AND names_record(i.body, OLD.fhir_id)) THEN
    RAISE EXCEPTION 'something keeps this record' USING ERRCODE = 'check_violation', CONSTRAINT = 'record_is_kept';
  END IF;
  RETURN OLD;
END $$;
ALTER FUNCTION refuse_kept_record() OWNER TO careloop_seer;
CREATE TRIGGER record_is_kept BEFORE DELETE ON patient FOR EACH ROW EXECUTE FUNCTION refuse_kept_record();

-- Delete a record whole, or nothing of it: the wish of one supervisor, the word of another, nothing that keeps it, and
-- nothing new since it was looked at (``seen_last``). Returns the tombstone's counts and hash.
CREATE FUNCTION delete_record(of_patient uuid, stone uuid, confirmer uuid, seen_last date, kept date, late bytea[])
RETURNS TABLE (counts jsonb, sha256 bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  p patient;
  wish deletion_wish;
  c record;
  n bigint;
  h bytea;
BEGIN
  -- Deletions come one after the other, and no hold is set meanwhile.
  LOCK TABLE legal_hold IN SHARE ROW EXCLUSIVE MODE;
  PERFORM FROM record_obstacles(of_patient);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such record' USING ERRCODE = 'check_violation', CONSTRAINT = 'record_is_kept';
  END IF;
  SELECT w.* INTO wish FROM deletion_wish w WHERE w.patient_id = of_patient;
  IF wish.id IS NULL OR wish.asked_by_id = confirmer OR NOT EXISTS (
       SELECT 1 FROM person s WHERE s.id = confirmer AND s.is_active AND s.role = 'supervisor') THEN
    RAISE EXCEPTION 'a record is deleted by two people' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'deletion_by_two_people';
  END IF;
  DELETE FROM patient t WHERE t.id = of_patient RETURNING t.* INTO p;
  IF last_day_of(p) IS DISTINCT FROM seen_last OR kept >= careloop_context('at')::timestamptz::date THEN
    RAISE EXCEPTION 'something happened in this record' USING ERRCODE = 'check_violation', CONSTRAINT = 'record_is_kept';
  END IF;
  counts := jsonb_build_object('patient', jsonb_build_object('rows', 1, 'sha256',
    encode(sha256(convert_to(to_jsonb(p)::text, 'UTF8')), 'hex')));
  FOR c IN SELECT k.conrelid::regclass::text AS named, a.attname AS of FROM pg_constraint k
           JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
           WHERE k.contype = 'f' AND k.confrelid = 'patient'::regclass ORDER BY 1, 2 LOOP
    EXECUTE format('WITH gone AS (DELETE FROM %s t WHERE t.%I = $1 RETURNING t.*),'
      ' hashed AS (SELECT sha256(convert_to((to_jsonb(g) - ''content'')::text, ''UTF8'')) AS h FROM gone g)'
      ' SELECT count(*), sha256(coalesce(string_agg(h, ''''::bytea ORDER BY h), ''''::bytea)) FROM hashed',
      c.named, c.of) INTO n, h USING of_patient;
    IF n > 0 THEN
      counts := counts || jsonb_build_object(
        c.named || CASE c.of WHEN 'patient_id' THEN '' ELSE '.' || c.of END,
        jsonb_build_object('rows', n, 'sha256', encode(h, 'hex')));
    END IF;
  END LOOP;
  -- What was refused once and then came in, or was set aside, lies there whole too.
  WITH gone AS (DELETE FROM inbox i WHERE i.source = p.source AND names_record(i.body, p.fhir_id) RETURNING i.sha256)
  SELECT count(*), sha256(coalesce(string_agg(g.sha256, ''::bytea ORDER BY g.sha256), ''::bytea)) INTO n, h FROM gone g;
  IF n > 0 THEN
    counts := counts || jsonb_build_object('inbox', jsonb_build_object('rows', n, 'sha256', encode(h, 'hex')));
  END IF;
  sha256 := sha256(convert_to(counts::text, 'UTF8'));
  INSERT INTO tombstone (id, was_patient, unit_id, keys, last_on, kept_until, asked_by_id, asked_at, confirmed_by_id,
    deleted_at, counts, sha256)
  VALUES (stone, of_patient, p.unit_id, late, seen_last, kept, wish.asked_by_id, wish.asked_at, confirmer,
    careloop_context('at')::timestamptz, counts, sha256);
  RETURN NEXT;
END $$;

-- Which of these hashes belong to a record that was deleted and not readmitted.
CREATE FUNCTION find_deleted(keys bytea[]) RETURNS TABLE (key bytea, stone uuid, deleted_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT k, t.id, t.deleted_at FROM tombstone t, unnest(t.keys) AS k
  WHERE is_system() AND t.readmitted_at IS NULL AND t.keys && find_deleted.keys AND k = ANY (find_deleted.keys)
  ORDER BY t.deleted_at, t.id
$$;

CREATE FUNCTION readmit_record(stone uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE tombstone t SET readmitted_by_id = careloop_context('person')::uuid,
    readmitted_at = careloop_context('at')::timestamptz
  WHERE t.id = stone AND t.readmitted_at IS NULL AND is_system();
  RETURN FOUND;
END $$;

CREATE VIEW inv_deleted_record_is_back WITH (security_invoker = true) AS
  SELECT t.id FROM tombstone t JOIN patient p ON p.id = t.was_patient;
GRANT SELECT ON inv_deleted_record_is_back TO careloop_seer;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['record_obstacles(uuid)', 'delete_record(uuid, uuid, uuid, date, date, bytea[])',
    'find_deleted(bytea[])', 'readmit_record(uuid)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_kept_record() FROM PUBLIC;
REVOKE ALL ON FUNCTION record_obstacles(uuid), delete_record(uuid, uuid, uuid, date, date, bytea[]),
  find_deleted(bytea[]), readmit_record(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_obstacles(uuid), delete_record(uuid, uuid, uuid, date, date, bytea[]),
  find_deleted(bytea[]), readmit_record(uuid) TO careloop_app;

-- As before, with the last day as deletion counts it.
CREATE OR REPLACE FUNCTION patients_quiet_since(on_day date, how_many integer)
RETURNS TABLE (id uuid, unit_id integer, birth_on date, died_at timestamptz, last_on date, is_held boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT q.*, EXISTS (SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL
                      AND (h.patient_id IS NULL OR h.patient_id = q.id))
  FROM (SELECT p.id, p.unit_id, p.birth_on, p.died_at, last_day_of(p) AS last_on FROM patient p WHERE is_system()) q
  WHERE q.last_on < on_day ORDER BY q.last_on, q.id LIMIT how_many
$$;
RESET ROLE;
