-- Documents, words to search, requests to amend, disclosures and holds: what the ORM cannot say.

-- The bytes are what their hash says, from the first moment and for good.
ALTER TABLE document ADD CONSTRAINT document_is_as_hashed CHECK (sha256 = sha256(content));
ALTER TABLE document ADD CONSTRAINT document_size_is_true CHECK (size = octet_length(content));
ALTER TABLE document ADD CONSTRAINT document_is_not_empty CHECK (size > 0);
CREATE FUNCTION refuse_other_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a document is never overwritten' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER document_is_never_overwritten BEFORE UPDATE OF id, patient_id, sha256, content, size, media_type
  OR DELETE ON document FOR EACH ROW EXECUTE FUNCTION refuse_other_content();
CREATE TRIGGER documents_are_never_emptied BEFORE TRUNCATE ON document EXECUTE FUNCTION refuse_change();

-- Words as they are compared: no case, no accents of Latin letters. Every function in here is immutable.
CREATE FUNCTION fold_words(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT translate(lower(normalize(words, NFC)),
    'áàâäãåÁÀÂÄÃÅéèêëÉÈÊËíìîïÍÌÎÏóòôöõÓÒÔÖÕúùûüÚÙÛÜñÑçÇýÿÝ',
    'aaaaaaaaaaaaeeeeeeeeiiiiiiiioooooooooouuuuuuuunnccyyy')
$$;
-- A tsvector holds a megabyte at most: of a longer text the first 100,000 characters can be found.
ALTER TABLE note ADD COLUMN search tsvector NOT NULL
  GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, left(fold_words(title || ' ' || words), 100000))) STORED;
CREATE INDEX note_search ON note USING gin (search);

-- Full text is not leakproof, so the index could not serve a walled query: the seer asks, with the same walls.
CREATE FUNCTION search_notes(tokens text[], of_patient uuid, how_many integer, skipped integer)
RETURNS TABLE (patient_id uuid, full_name text, birth_on date, document_id uuid, resource_id uuid, said_by text,
               title text, dated_on date, words text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH asked AS MATERIALIZED (
    SELECT to_tsquery('simple'::regconfig, string_agg(quote_literal(fold_words(t)) || ':*', ' & ')) AS query
    FROM unnest(tokens) t
  )
  SELECT n.patient_id, p.full_name, p.birth_on, n.document_id, n.resource_id,
    coalesce(r.type || ', ' || r.source, ''), n.title, n.dated_on, n.words
  FROM asked, note n JOIN patient p ON p.id = n.patient_id LEFT JOIN resource r ON r.id = n.resource_id
  WHERE careloop_context('person') IS NOT NULL AND n.search @@ asked.query
    AND (of_patient IS NULL OR n.patient_id = of_patient)
    AND (n.unit_id = ANY (my_units()) OR n.patient_id = ANY (my_patients()))
    AND (n.label_mask | p.label_mask) & ~my_labels() = 0
  ORDER BY n.dated_on DESC NULLS LAST, n.id DESC LIMIT how_many OFFSET skipped
$$;

-- The log about one patient whom one reaches, a page at a time: what goes out with the record.
CREATE FUNCTION log_about(patient uuid, after bigint, how_many integer)
RETURNS TABLE (id bigint, at timestamptz, person_id uuid, role text, what text, purpose text, outcome text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.id, a.at, a.person_id, a.role, a.what, a.purpose, a.outcome
  FROM (
    (SELECT * FROM audit_line l WHERE l.patient_id = patient AND l.id > after ORDER BY l.id LIMIT how_many)
    UNION
    (SELECT * FROM audit_line l WHERE l.patient_ids @> ARRAY[patient] AND l.id > after ORDER BY l.id LIMIT how_many)
  ) a
  WHERE EXISTS (SELECT 1 FROM patient p WHERE p.id = patient
                AND (p.unit_id = ANY (my_units()) OR p.id = ANY (my_patients())))
  ORDER BY a.id LIMIT how_many
$$;

-- Every patient in the order of ids, a page at a time, for the system that leaves with everything.
CREATE FUNCTION patients_after(after uuid, how_many integer) RETURNS TABLE (id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.id, p.unit_id FROM patient p WHERE is_system() AND p.id > after ORDER BY p.id LIMIT how_many
$$;

-- Patients about whom nothing has happened since a day, and whether a hold keeps their record.
CREATE FUNCTION patients_quiet_since(on_day date, how_many integer)
RETURNS TABLE (id uuid, unit_id integer, birth_on date, died_at timestamptz, last_on date, is_held boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT q.*, EXISTS (SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL
                      AND (h.patient_id IS NULL OR h.patient_id = q.id))
  FROM (
    SELECT p.id, p.unit_id, p.birth_on, p.died_at,
      greatest((SELECT max(coalesce(f.end_on, f.start_on)) FROM chart_fact f WHERE f.patient_id = p.id),
               (SELECT max(d.dated_on) FROM document d WHERE d.patient_id = p.id),
               (SELECT max((e.at AT TIME ZONE p.zone)::date) FROM loop_event e WHERE e.patient_id = p.id),
               (p.made_at AT TIME ZONE p.zone)::date) AS last_on
    FROM patient p WHERE is_system()
  ) q WHERE q.last_on < on_day ORDER BY q.last_on, q.id LIMIT how_many
$$;

-- Histories that are only added to.
CREATE TRIGGER amendment_event_is_history BEFORE UPDATE OF id, amendment_id, patient_id, version, at, person_id, event,
  words, due_on OR DELETE ON amendment_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER amendment_events_are_never_emptied BEFORE TRUNCATE ON amendment_event EXECUTE FUNCTION refuse_change();
CREATE TRIGGER amendment_says_what_was_asked BEFORE UPDATE OF id, patient_id, loop_id, resource_id, asked_by, asked_on,
  wrong, should_say, made_at OR DELETE ON amendment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_is_history BEFORE UPDATE OF id, patient_id, at, person_id, what, recipient, reason, sha256,
  counts OR DELETE ON disclosure FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosures_are_never_emptied BEFORE TRUNCATE ON disclosure EXECUTE FUNCTION refuse_change();

-- A hold is set, and once lifted: nothing else ever changes in it.
CREATE FUNCTION refuse_other_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.lifted_at IS NOT NULL OR (NEW.id, NEW.patient_id, NEW.label_mask, NEW.reason, NEW.set_by, NEW.since)
     IS DISTINCT FROM (OLD.id, OLD.patient_id, OLD.label_mask, OLD.reason, OLD.set_by, OLD.since) THEN
    RAISE EXCEPTION 'a hold is only lifted' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER legal_hold_is_only_lifted BEFORE UPDATE OF id, patient_id, label_mask, reason, set_by, since, lifted_by, lifted_at,
  lifted_because ON legal_hold FOR EACH ROW EXECUTE FUNCTION refuse_other_hold();
CREATE TRIGGER legal_hold_is_never_deleted BEFORE DELETE ON legal_hold
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER legal_holds_are_never_emptied BEFORE TRUNCATE ON legal_hold EXECUTE FUNCTION refuse_change();

-- A hold on one patient is seen by whoever reaches the patient; one on everything by everybody who acts.
ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE legal_hold FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON legal_hold TO careloop_app USING (
  (patient_id IS NULL AND (SELECT careloop_context('person')) IS NOT NULL)
  OR unit_id = ANY((SELECT my_units())::int[]) OR patient_id = ANY((SELECT my_patients())::uuid[]));
CREATE POLICY labelled ON legal_hold AS RESTRICTIVE TO careloop_app
  USING (coalesce(label_mask & ~(SELECT my_labels()) = 0, false));
CREATE POLICY seer_all ON legal_hold FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON legal_hold TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
GRANT SELECT ON legal_hold TO careloop_seer;

-- What must never be.
CREATE VIEW inv_open_amendment_without_loop WITH (security_invoker = true) AS
  SELECT a.id FROM amendment a JOIN patient p ON p.id = a.patient_id
  WHERE a.state = 'open' AND NOT p.is_dead AND NOT EXISTS (
    SELECT 1 FROM loop l WHERE l.id = a.loop_id AND l.patient_id = a.patient_id AND l.state <> 'closed');
CREATE VIEW inv_amendment_differs_from_history WITH (security_invoker = true) AS
  SELECT a.id FROM amendment a LEFT JOIN LATERAL (
    SELECT count(*) AS n, max(e.version) AS version FROM amendment_event e WHERE e.amendment_id = a.id) e ON true
  WHERE e.n IS DISTINCT FROM a.version OR e.version IS DISTINCT FROM a.version;
CREATE VIEW inv_document_without_source WITH (security_invoker = true) AS
  SELECT d.id FROM document d WHERE NOT EXISTS (
    SELECT 1 FROM document_source s WHERE s.document_id = d.id AND s.patient_id = d.patient_id);
CREATE VIEW inv_document_less_labelled_than_source WITH (security_invoker = true) AS
  SELECT s.id FROM document_source s JOIN document d ON d.id = s.document_id WHERE s.label_mask & ~d.label_mask <> 0
  UNION ALL SELECT n.id FROM note n JOIN document d ON d.id = n.document_id WHERE n.label_mask <> d.label_mask;
GRANT SELECT ON inv_open_amendment_without_loop, inv_amendment_differs_from_history, inv_document_without_source,
  inv_document_less_labelled_than_source TO careloop_seer;

-- What the application may do.
GRANT SELECT, INSERT, UPDATE ON document, document_source, note, amendment, legal_hold TO careloop_app;
GRANT SELECT, INSERT ON amendment_event, disclosure TO careloop_app;
GRANT DELETE ON note TO careloop_app;
GRANT USAGE ON SEQUENCE document_source_id_seq, note_id_seq, amendment_event_id_seq, disclosure_id_seq,
  legal_hold_id_seq TO careloop_app;
GRANT SELECT ON document, document_source, note, amendment, amendment_event, disclosure, legal_hold TO careloop_backup;
GRANT SELECT ON SEQUENCE document_source_id_seq, note_id_seq, amendment_event_id_seq, disclosure_id_seq,
  legal_hold_id_seq TO careloop_backup;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['search_notes(text[], uuid, integer, integer)', 'log_about(uuid, bigint, integer)',
    'patients_after(uuid, integer)', 'patients_quiet_since(date, integer)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION search_notes(text[], uuid, integer, integer), log_about(uuid, bigint, integer),
  patients_after(uuid, integer), patients_quiet_since(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_notes(text[], uuid, integer, integer), log_about(uuid, bigint, integer),
  patients_after(uuid, integer), patients_quiet_since(date, integer) TO careloop_app;
RESET ROLE;
