-- A report that was another person's is taken out of a record and kept: 256 is a label that nobody holds.

-- It was this person's after all: the document is theirs again, with the labels that it had.
CREATE FUNCTION put_document_back(of_patient uuid, hash bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE one uuid;
BEGIN
  SELECT d.id INTO one FROM document d
  WHERE careloop_context('person') IS NOT NULL AND d.patient_id = of_patient AND d.sha256 = hash
    AND d.label_mask & 256 <> 0 AND (d.unit_id = ANY (my_units()) OR d.patient_id = ANY (my_patients()));
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE document_source s SET label_mask = s.label_mask & ~256 WHERE s.document_id = one;
  UPDATE document d SET label_mask = d.label_mask & ~256 WHERE d.id = one;
  UPDATE note n SET label_mask = d.label_mask FROM document d WHERE d.id = one AND n.document_id = one;
END $$;
ALTER FUNCTION put_document_back(uuid, bytea) OWNER TO careloop_seer;

-- What was taken out, for those alone who had it in their hands: brought it, read it, told of it, or took it out.
CREATE FUNCTION misfiled_document(of_referral uuid, report uuid) RETURNS TABLE (media_type text, content bytea, sha256 bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT d.media_type, d.content, d.sha256 FROM referral_report r JOIN document d ON d.id = r.document_id
  WHERE r.id = report AND r.referral_id = of_referral AND r.taken_out_at IS NOT NULL AND r.stray_id IS NOT NULL
    AND careloop_context('person')::uuid IN (r.came_by_id, r.read_by_id, r.told_by_id, r.taken_out_by_id)
    AND (r.unit_id = ANY (my_units()) OR r.patient_id = ANY (my_patients()))
    AND (r.label_mask | (d.label_mask & ~256)) & ~my_labels() = 0
$$;
ALTER FUNCTION misfiled_document(uuid, uuid) OWNER TO careloop_seer;

SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION put_document_back(uuid, bytea), misfiled_document(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION put_document_back(uuid, bytea), misfiled_document(uuid, uuid) TO careloop_app;
RESET ROLE;

-- Who had read it and who was told stays written as it was.
CREATE FUNCTION refuse_changed_misfiling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was taken out is not rewritten' USING ERRCODE = 'check_violation',
    CONSTRAINT = 'taken_out_is_not_rewritten';
END $$;
CREATE TRIGGER report_taken_out_is_not_rewritten BEFORE UPDATE ON referral_report FOR EACH ROW
  WHEN (OLD.taken_out_at IS NOT NULL AND OLD.unit_id = NEW.unit_id) EXECUTE FUNCTION refuse_changed_misfiling();

CREATE OR REPLACE VIEW inv_report_in_two_places WITH (security_invoker = true) AS
  SELECT s.id FROM stray_report s JOIN loop l ON l.id = s.loop_id
  WHERE (s.state = 'waiting') <> (l.state <> 'closed')
    OR s.state = 'matched' AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = s.document_id
                                           AND d.patient_id = s.patient_id)
  UNION ALL SELECT p.id FROM referral_report p WHERE NOT EXISTS (
    SELECT 1 FROM document d WHERE d.id = p.document_id AND d.patient_id = p.patient_id)
  UNION ALL SELECT r.id FROM referral r WHERE r.state IN ('report_in', 'read') AND NOT EXISTS (
    SELECT 1 FROM referral_report p WHERE p.referral_id = r.id AND p.taken_out_at IS NULL);

-- Another person's report is shown in a record, one that counts is hidden, or nobody is asked to undo what came of it.
CREATE VIEW inv_misfiled_report_stays WITH (security_invoker = true) AS
  SELECT p.id FROM referral_report p JOIN document d ON d.id = p.document_id
  WHERE p.taken_out_at IS NULL AND d.label_mask & 256 <> 0
    OR p.stray_id IS NOT NULL AND d.label_mask & 256 = 0 AND NOT EXISTS (
      SELECT 1 FROM referral_report k WHERE k.document_id = p.document_id AND k.taken_out_at IS NULL)
    OR p.stray_id IS NOT NULL AND num_nonnulls(p.read_by_id, p.told_by_id) > 0
      AND NOT EXISTS (SELECT 1 FROM loop l WHERE l.id = p.undo_id AND l.patient_id = p.patient_id)
      AND NOT EXISTS (SELECT 1 FROM patient q WHERE q.id = p.patient_id AND q.is_dead);
GRANT SELECT ON inv_misfiled_report_stays TO careloop_seer;
