-- That a document was another person's is not unsaid: if it was theirs after all, a person matches it to them.
CREATE TRIGGER document_out_is_history BEFORE UPDATE OF id, patient_id, document_id, stray_id, undo_id, out_by_id, out_at,
  because OR DELETE ON document_out FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER documents_out_are_never_emptied BEFORE TRUNCATE ON document_out EXECUTE FUNCTION refuse_change();
CREATE INDEX document_out_by_patient ON document_out (patient_id);
GRANT SELECT, INSERT ON document_out TO careloop_app;
GRANT SELECT ON document_out TO careloop_backup;

-- Another person's document is shown in a record again, and nobody said that it is theirs; or nobody was asked what
-- came of it.
CREATE VIEW inv_document_out_stays WITH (security_invoker = true) AS
  SELECT o.id FROM document_out o JOIN document d ON d.id = o.document_id
  WHERE d.label_mask & 256 = 0 AND NOT EXISTS (
      SELECT 1 FROM stray_report s WHERE s.patient_id = o.patient_id AND s.sha256 = d.sha256 AND s.state = 'matched'
        AND s.decided_at >= o.out_at)
    OR NOT EXISTS (SELECT 1 FROM loop l WHERE l.id = o.undo_id AND l.patient_id = o.patient_id)
      AND NOT EXISTS (SELECT 1 FROM patient p WHERE p.id = o.patient_id AND p.is_dead);
GRANT SELECT ON inv_document_out_stays TO careloop_seer;

-- No visit counts as approved on a day on which its approval does not hold, by whichever road it got its time.
CREATE FUNCTION refuse_approval_elsewhen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM booking b WHERE b.id = NEW.booking_id
             AND b.starts_wall::date NOT BETWEEN NEW.first_on AND NEW.last_on) THEN
    RAISE EXCEPTION 'the approval does not hold on the day of the visit'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_item_approval_holds_then';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER visit_item_approval_holds_then BEFORE INSERT OR UPDATE ON visit_item FOR EACH ROW
  WHEN (NEW.item = 'approval' AND NEW.state = 'done') EXECUTE FUNCTION refuse_approval_elsewhen();
ALTER FUNCTION refuse_approval_elsewhen() OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_approval_elsewhen() FROM PUBLIC;
RESET ROLE;

CREATE VIEW inv_visit_outside_approval WITH (security_invoker = true) AS
  SELECT i.id FROM visit_item i JOIN booking b ON b.id = i.booking_id
  WHERE i.item = 'approval' AND i.state = 'done' AND b.occupies
    AND b.starts_wall::date NOT BETWEEN i.first_on AND i.last_on;
GRANT SELECT ON inv_visit_outside_approval TO careloop_seer;
