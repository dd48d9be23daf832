-- A date is a moment, a zone and what the clock there shows; the three agree.
ALTER TABLE referral ADD CONSTRAINT referral_date_is_as_promised
  CHECK (CASE WHEN zone <> '' THEN starts_at AT TIME ZONE zone = starts_wall ELSE true END);

-- What left is kept as it left.
ALTER TABLE referral_packet ADD CONSTRAINT packet_is_as_it_left
  CHECK (sha256 = sha256(content) AND manifest_sha256 = sha256(manifest));
-- Bytes belong to a stray report until it is decided whose it is.
ALTER TABLE stray_report ADD CONSTRAINT stray_is_as_it_came
  CHECK (state = 'matched' AND content = ''::bytea OR state <> 'matched' AND sha256 = sha256(content));

-- A referral is over when its loop is, whatever ended it, and open again when its loop is.
CREATE FUNCTION follow_referral_loop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'closed' THEN
    UPDATE referral r SET before = r.state, state = 'closed', ended_as = NEW.outcome, state_since = NEW.closed_at,
      version = r.version + 1 WHERE r.loop_id = NEW.id AND r.state <> 'closed';
  ELSE
    UPDATE referral r SET state = r.before, before = '', ended_as = '', state_since = NEW.state_since,
      version = r.version + 1 WHERE r.loop_id = NEW.id AND r.state = 'closed';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER referral_follows_loop AFTER UPDATE OF state ON loop
  FOR EACH ROW WHEN (NEW.kind = 'referral' AND (OLD.state = 'closed') <> (NEW.state = 'closed'))
  EXECUTE FUNCTION follow_referral_loop();

-- A packet and what was said of it are not rewritten: a sending may only learn what became of it.
CREATE FUNCTION refuse_changed_packet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what left is not rewritten' USING ERRCODE = 'check_violation', CONSTRAINT = 'sent_is_not_rewritten';
END $$;
CREATE TRIGGER packet_is_not_rewritten BEFORE UPDATE ON referral_packet FOR EACH ROW
  WHEN (OLD.unit_id = NEW.unit_id) EXECUTE FUNCTION refuse_changed_packet();
CREATE TRIGGER sending_is_not_rewritten BEFORE UPDATE ON referral_sending FOR EACH ROW
  WHEN (OLD.packet_id <> NEW.packet_id OR OLD.channel <> NEW.channel OR OLD.to_name <> NEW.to_name
        OR OLD.address <> NEW.address OR OLD.sent_at <> NEW.sent_at OR OLD.state = 'not_sent')
  EXECUTE FUNCTION refuse_changed_packet();

GRANT SELECT, INSERT, UPDATE ON referral, referral_sending, referral_report, stray_report TO careloop_app;
GRANT SELECT, INSERT ON referral_packet, referral_answer, referral_stay TO careloop_app;
GRANT USAGE ON SEQUENCE referral_stay_id_seq TO careloop_app;
GRANT SELECT ON referral, referral_packet, referral_sending, referral_answer, referral_report, stray_report,
  referral_stay, referral_stay_id_seq TO careloop_backup;

-- Never events of referrals.
CREATE VIEW inv_referral_without_open_loop WITH (security_invoker = true) AS
  SELECT r.id FROM referral r WHERE r.state <> 'closed' AND NOT EXISTS (
    SELECT 1 FROM loop l WHERE l.id = r.loop_id AND l.kind = 'referral' AND l.state <> 'closed'
      AND l.patient_id = r.patient_id)
  UNION ALL SELECT l.id FROM loop l WHERE l.kind = 'referral' AND NOT EXISTS (
    SELECT 1 FROM referral r WHERE r.loop_id = l.id AND (r.state = 'closed') = (l.state = 'closed'));
CREATE VIEW inv_referral_closed_untold WITH (security_invoker = true) AS
  SELECT r.id FROM referral r JOIN loop l ON l.id = r.loop_id
  WHERE r.state = 'closed' AND l.outcome IN ('done', 'done_elsewhere') AND num_nonnulls(r.read_by_id, r.told_by_id) < 2;
CREATE VIEW inv_referral_sent_without_evidence WITH (security_invoker = true) AS
  SELECT r.id FROM referral r WHERE r.state IN ('sent', 'delivered', 'silent') AND NOT EXISTS (
    SELECT 1 FROM referral_sending s WHERE s.referral_id = r.id AND s.state IN ('sent', 'delivered')
      AND s.evidence <> '')
  UNION ALL SELECT s.id FROM referral_sending s WHERE NOT EXISTS (
    SELECT 1 FROM referral_packet p WHERE p.id = s.packet_id AND p.referral_id = s.referral_id);
CREATE VIEW inv_referral_resent_unchecked WITH (security_invoker = true) AS
  SELECT s.id FROM referral_sending s JOIN referral_sending later ON later.referral_id = s.referral_id
    AND later.sent_at > s.sent_at WHERE s.state = 'checking'
  UNION ALL SELECT r.id FROM referral r WHERE r.state = 'checking' AND NOT EXISTS (
    SELECT 1 FROM referral_sending s WHERE s.referral_id = r.id AND s.state = 'checking');
CREATE VIEW inv_referral_asked_twice WITH (security_invoker = true) AS
  SELECT r.patient_id FROM referral r WHERE r.state <> 'closed'
  GROUP BY r.patient_id, r.specialty, r.question_key HAVING count(*) > 1;
CREATE VIEW inv_report_in_two_places WITH (security_invoker = true) AS
  SELECT s.id FROM stray_report s JOIN loop l ON l.id = s.loop_id
  WHERE (s.state = 'waiting') <> (l.state <> 'closed')
    OR s.state = 'matched' AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = s.document_id
                                           AND d.patient_id = s.patient_id)
  UNION ALL SELECT p.id FROM referral_report p WHERE NOT EXISTS (
    SELECT 1 FROM document d WHERE d.id = p.document_id AND d.patient_id = p.patient_id)
  UNION ALL SELECT r.id FROM referral r WHERE r.state IN ('report_in', 'read') AND NOT EXISTS (
    SELECT 1 FROM referral_report p WHERE p.referral_id = r.id);
GRANT SELECT ON inv_referral_without_open_loop, inv_referral_closed_untold, inv_referral_sent_without_evidence,
  inv_referral_resent_unchecked, inv_referral_asked_twice, inv_report_in_two_places TO careloop_seer;

-- The place of a row for purposes of the system, of referrals too.
SET LOCAL ROLE careloop_seer;
CREATE OR REPLACE FUNCTION place_of(what text, key uuid) RETURNS TABLE (patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.id, p.unit_id FROM patient p WHERE what = 'patient' AND p.id = key AND is_system()
  UNION ALL
  SELECT l.patient_id, l.unit_id FROM loop l WHERE what = 'loop' AND l.id = key AND is_system()
  UNION ALL
  SELECT r.patient_id, r.unit_id FROM referral r WHERE what = 'referral' AND r.id = key AND is_system()
$$;
RESET ROLE;
