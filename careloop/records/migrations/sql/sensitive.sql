-- A label given by hand: it only adds bits, and whoever gives it may be somebody who then no longer sees the document.
CREATE POLICY seer_labels ON document FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_labels ON document_source FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_adds ON document_source FOR INSERT TO careloop_seer WITH CHECK (resource_id IS NULL);
CREATE POLICY seer_labels ON note FOR UPDATE TO careloop_seer USING (true);
GRANT UPDATE (label_mask) ON document, document_source, note TO careloop_seer;
GRANT INSERT ON document_source TO careloop_seer;
GRANT USAGE ON SEQUENCE document_source_id_seq TO careloop_seer;

CREATE FUNCTION label_document(of_patient uuid, hash bytea, labels integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE one record;
BEGIN
  SELECT d.id, d.unit_id, d.label_mask INTO one FROM document d
  WHERE careloop_context('person') IS NOT NULL AND d.patient_id = of_patient AND d.sha256 = hash
    AND (d.unit_id = ANY (my_units()) OR d.patient_id = ANY (my_patients()));
  IF NOT FOUND THEN RETURN; END IF;
  -- The label stands on a source too: when the sources are added up again, it stays.
  UPDATE document_source s SET label_mask = s.label_mask | labels
  WHERE s.document_id = one.id AND s.resource_id IS NULL;
  IF NOT FOUND THEN
    INSERT INTO document_source (patient_id, unit_id, label_mask, document_id, person_id, at, is_current)
    VALUES (of_patient, one.unit_id, labels, one.id, careloop_context('person')::uuid,
            careloop_context('at')::timestamptz, true);
  END IF;
  UPDATE document d SET label_mask = d.label_mask | labels WHERE d.id = one.id;
  UPDATE note n SET label_mask = d.label_mask FROM document d WHERE d.id = one.id AND n.document_id = one.id;
END $$;
ALTER FUNCTION label_document(uuid, bytea, integer) OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION label_document(uuid, bytea, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION label_document(uuid, bytea, integer) TO careloop_app;
RESET ROLE;
