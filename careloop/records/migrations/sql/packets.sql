-- A packet on its way out belongs to one sending of the same patient, and stays with it.
ALTER TABLE referral_sending ADD CONSTRAINT sending_and_patient UNIQUE (id, patient_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_sending_is_of_the_same_patient FOREIGN KEY (sending_id, patient_id)
  REFERENCES referral_sending (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
CREATE TRIGGER outbox_sending_is_fixed BEFORE UPDATE OF sending_id ON outbox FOR EACH ROW
  WHEN (OLD.sending_id IS DISTINCT FROM NEW.sending_id) EXECUTE FUNCTION refuse_change();

-- Why something may not go at this moment; '' if it may. A packet goes to an office: what the patient chose about being
-- reached does not hold it back, their death does, and so does a referral that waits for it no more.
CREATE OR REPLACE FUNCTION outbox_hindrance(o outbox, moment timestamptz) RETURNS text LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE since timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(o.patient_id::text, 1));
  IF has_person_died(o.patient_id) THEN RETURN 'dead'; END IF;
  IF o.kind = 'packet' THEN
    PERFORM FROM referral_sending s JOIN referral r ON r.id = s.referral_id
      WHERE s.id = o.sending_id AND s.state = 'checking' AND r.state = 'checking' FOR SHARE OF s, r;
    IF NOT FOUND THEN RETURN 'by_person'; END IF;
    IF moment > o.good_until THEN RETURN 'too_late'; END IF;
    RETURN '';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(o.patient_id::text, 5));
  since := stopped_since(o.patient_id, o.member_id, o.road);
  IF since IS NOT NULL AND NOT (o.is_last_word AND o.queued_at >= since AND moment <= since + interval '5 minutes') THEN
    RETURN 'stopped';
  END IF;
  IF o.member_id IS NOT NULL
     AND lock_consent(o.member_id, o.topic, o.purpose, o.road, o.label_mask, moment) IS NULL THEN
    RETURN 'no_consent';
  END IF;
  PERFORM FROM contact_point p WHERE p.id = o.point_id AND p.frozen_at IS NULL AND p.ended_at IS NULL FOR SHARE;
  IF NOT FOUND THEN RETURN 'frozen'; END IF;
  IF o.booking_id IS NOT NULL THEN
    PERFORM FROM booking b WHERE b.id = o.booking_id AND b.patient_id = o.patient_id
      AND (b.version = o.booking_version OR b.state = 'confirmed' AND b.version > o.booking_version) FOR SHARE;
    IF NOT FOUND THEN RETURN 'moved'; END IF;
  END IF;
  IF o.resource_id IS NOT NULL THEN
    PERFORM FROM resource r WHERE r.id = o.resource_id AND r.patient_id = o.patient_id
      AND r.version = o.resource_version FOR SHARE;
    IF NOT FOUND THEN RETURN 'medicine_changed'; END IF;
  END IF;
  IF moment > o.good_until THEN RETURN 'too_late'; END IF;
  RETURN '';
END $$;
CREATE POLICY seer_locks ON referral FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_locks ON referral_sending FOR UPDATE TO careloop_seer USING (true);
GRANT UPDATE (version) ON referral TO careloop_seer;
GRANT UPDATE (evidence) ON referral_sending TO careloop_seer;

-- Sendings of which the outbox knows what became, and their referral has not heard it yet.
CREATE FUNCTION settled_packets(how_many integer) RETURNS TABLE (id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, s.patient_id, s.unit_id FROM outbox o JOIN referral_sending s ON s.id = o.sending_id
  WHERE is_system() AND s.state = 'checking' AND (o.state IN ('sent', 'delivered', 'withdrawn')
    OR o.state = 'failed' AND o.said <> 'nobody can tell whether it went') ORDER BY s.id LIMIT how_many
$$;
CREATE INDEX sending_unsure ON referral_sending (id) WHERE state = 'checking';
ALTER FUNCTION settled_packets(integer) OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION settled_packets(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION settled_packets(integer) TO careloop_app;
RESET ROLE;

-- What a patient chose about being reached is about them and their people, not about an office.
CREATE OR REPLACE VIEW inv_sent_to_dead_or_stopped WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o WHERE o.sent_at IS NOT NULL AND NOT o.is_last_word AND o.kind <> 'packet' AND EXISTS (
      SELECT FROM contact_choice c WHERE c.patient_id = o.patient_id
        AND c.member_id IS NOT DISTINCT FROM o.member_id AND c.kind IN ('stop', 'do_not_contact')
        AND (c.road IN ('', o.road) OR c.kind = 'do_not_contact') AND c.at < o.claimed_at
        AND NOT EXISTS (
          SELECT FROM contact_choice d WHERE d.patient_id = c.patient_id
            AND d.member_id IS NOT DISTINCT FROM c.member_id AND d.at <= o.claimed_at AND d.id > c.id
            AND d.kind = CASE c.kind WHEN 'stop' THEN 'start' ELSE 'may_contact' END
            AND (d.road IN ('', o.road) OR c.kind = 'do_not_contact')))
    OR o.sent_at IS NOT NULL AND EXISTS (
      SELECT FROM patient p WHERE p.id = o.patient_id AND p.is_dead AND p.died_at < o.queued_at);

-- A referral says of its packet what the outbox does not, or what left is missing in the ledger.
CREATE VIEW inv_packet_told_otherwise WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o JOIN referral_sending s ON s.id = o.sending_id
  WHERE s.state IN ('sent', 'delivered') AND (o.state NOT IN ('sent', 'delivered', 'failed') OR NOT EXISTS (
      SELECT FROM disclosure d JOIN referral_packet p ON p.id = s.packet_id
      WHERE d.patient_id = o.patient_id AND d.what = 'referral_packet' AND d.sha256 = p.sha256))
    OR s.state = 'not_sent' AND o.state IN ('held', 'waiting', 'claimed', 'unknown');
GRANT SELECT ON inv_packet_told_otherwise TO careloop_seer;
