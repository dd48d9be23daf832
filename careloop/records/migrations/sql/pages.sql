-- A message behind a link: of the same patient, and shown only while the link is live.
ALTER TABLE patient_link ADD CONSTRAINT link_message_is_of_the_same_patient FOREIGN KEY (message_id, patient_id)
  REFERENCES message (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

DROP TRIGGER link_in_use_is_live ON patient_link_step;
CREATE TRIGGER link_in_use_is_live BEFORE INSERT ON patient_link_step FOR EACH ROW
  WHEN (NEW.step IN ('opened', 'confirmed', 'asked_change', 'answered', 'seen'))
  EXECUTE FUNCTION refuse_use_of_ended_link();

CREATE OR REPLACE VIEW inv_link_used_after_end WITH (security_invoker = true) AS
  SELECT s.id FROM patient_link_step s JOIN patient_link l ON l.id = s.link_id
  WHERE s.step IN ('opened', 'confirmed', 'asked_change', 'answered', 'seen')
    AND (s.at >= l.expires_at OR s.at > l.ended_at OR s.at > l.locked_at);
-- Whoever of the circle was shown a message stands in the ledger for it, with the consent that held at that moment.
CREATE VIEW inv_page_seen_without_ledger WITH (security_invoker = true) AS
  SELECT s.id FROM patient_link_step s JOIN patient_link l ON l.id = s.link_id
  WHERE s.step = 'seen' AND l.member_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM disclosure d WHERE d.patient_id = l.patient_id AND d.member_id = l.member_id AND d.at = s.at
      AND d.road = 'portal' AND d.consent_id IS NOT NULL);
GRANT SELECT ON inv_page_seen_without_ledger TO careloop_seer;

-- Answers on pages that came in and are to be read, oldest first.
CREATE FUNCTION new_page_answers(how_many integer) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT i.id FROM inbox_item i WHERE is_system() AND i.state = 'new' AND i.source = 'page'
  ORDER BY i.received_at, i.id LIMIT how_many
$$;
ALTER FUNCTION new_page_answers(integer) OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION new_page_answers(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION new_page_answers(integer) TO careloop_app;
RESET ROLE;
