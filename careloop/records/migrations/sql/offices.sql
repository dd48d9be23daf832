-- Letters to offices, clinicians and health plans.

-- What left is kept as it left, of the same patient as its message, and is not rewritten.
ALTER TABLE office_letter ADD CONSTRAINT letter_is_of_the_same_patient FOREIGN KEY (message_id, patient_id)
  REFERENCES message (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE office_letter ADD CONSTRAINT letter_is_as_it_left
  CHECK (sha256 = sha256(content) AND manifest_sha256 = sha256(manifest));
CREATE TRIGGER letter_is_history BEFORE UPDATE OF message_id, patient_id, entry_id, to_name, way, address, kind, code,
  basis, asks, knows_dead, manifest, manifest_sha256, content, sha256, made_by_id, made_at OR DELETE ON office_letter
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letters_are_never_emptied BEFORE TRUNCATE ON office_letter EXECUTE FUNCTION refuse_change();

-- A letter is a person's: nothing writes to an office by itself. It is to whom its thread is with.
CREATE FUNCTION refuse_letter_of_nobody() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM person p WHERE p.id = NEW.made_by_id AND p.kind = 'staff') OR NOT EXISTS (
       SELECT FROM message m JOIN thread t ON t.id = m.thread_id
       WHERE m.id = NEW.message_id AND t.entry_id = NEW.entry_id AND m.direction = 'out') THEN
    RAISE EXCEPTION 'a letter to an office is written by a person, to whom the thread is with'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_is_of_a_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER letter_is_of_a_person BEFORE INSERT ON office_letter FOR EACH ROW
  EXECUTE FUNCTION refuse_letter_of_nobody();
GRANT SELECT, INSERT ON office_letter TO careloop_app;
GRANT SELECT ON office_letter TO careloop_backup;

-- One line in the ledger for each letter that left: its hash is its own.
CREATE UNIQUE INDEX disclosure_letter_once ON disclosure (patient_id, sha256) WHERE what = 'office_letter';

-- Why a letter to an office may not go at this moment; '' if it may. It goes to where the directory says at this very
-- moment, or not at all; about somebody who has died only where the writer knew it.
CREATE FUNCTION letter_hindrance(o outbox, moment timestamptz) RETURNS text LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  letter office_letter;
BEGIN
  SELECT * INTO letter FROM office_letter l WHERE l.message_id = o.id;
  IF NOT letter.knows_dead AND has_person_died(o.patient_id) THEN RETURN 'dead'; END IF;
  PERFORM FROM directory_entry e WHERE e.id = letter.entry_id AND e.is_active AND letter.address = CASE letter.way
      WHEN 'email' THEN CASE WHEN e.referral_by = 'email' THEN e.email ELSE '' END
      WHEN 'fax' THEN e.fax ELSE e.address END FOR SHARE;
  IF NOT FOUND THEN RETURN 'office_changed'; END IF;
  IF moment > o.good_until THEN RETURN 'too_late'; END IF;
  RETURN '';
END $$;
GRANT UPDATE (version) ON directory_entry TO careloop_seer;

-- As before, and a letter to an office has looks of its own: what the patient chose about being reached is about them
-- and their people.
CREATE OR REPLACE FUNCTION outbox_hindrance(o outbox, moment timestamptz) RETURNS text LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE since timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(o.patient_id::text, 1));
  IF o.kind = 'office' THEN RETURN letter_hindrance(o, moment); END IF;
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

-- The thread that an answer names: by its code, or by the message that it answers. The system alone asks.
CREATE FUNCTION office_thread_of(by_code text, by_messages uuid[])
RETURNS TABLE (thread_id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT t.id, t.patient_id, t.unit_id FROM office_letter l JOIN message m ON m.id = l.message_id
    JOIN thread t ON t.id = m.thread_id
  WHERE is_system() AND (by_code <> '' AND l.code = by_code OR l.message_id = ANY (by_messages))
$$;
-- The threads with whom an address is, as the directory has it.
CREATE FUNCTION office_threads_of_mail(address text)
RETURNS TABLE (thread_id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id, t.patient_id, t.unit_id FROM directory_entry e JOIN thread t ON t.entry_id = e.id
  WHERE is_system() AND address <> '' AND lower(e.email) COLLATE "C" = address ORDER BY t.id LIMIT 50
$$;
-- Letters that wait for an answer since a moment: the newest of their thread that asks, with nothing from them after it,
-- about somebody who lives, and nobody was told yet.
CREATE FUNCTION silent_offices(since timestamptz, how_many integer)
RETURNS TABLE (letter_id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.message_id, l.patient_id, l.unit_id FROM office_letter l JOIN outbox o ON o.id = l.message_id
    JOIN thread t ON t.id = o.thread_id
  WHERE is_system() AND l.asks AND o.sent_at <= since AND NOT has_person_died(l.patient_id)
    AND NOT EXISTS (SELECT FROM message m WHERE m.thread_id = t.id AND m.at > l.made_at
      AND (m.direction = 'call' OR m.direction = 'in' AND NOT coalesce((m.pieces ->> 'by_machine')::boolean, false)))
    AND NOT EXISTS (SELECT FROM office_letter n JOIN message m ON m.id = n.message_id
      JOIN outbox x ON x.id = n.message_id
      WHERE m.thread_id = t.id AND n.made_at > l.made_at AND x.state <> 'withdrawn'
        AND (n.asks OR n.kind = 'thank_close'))
    AND NOT EXISTS (SELECT FROM loop p WHERE p.patient_id = l.patient_id AND p.check_name = 'office_silent'
      AND p.finding_key = t.id::text || ' ' || l.message_id::text)
  ORDER BY o.sent_at, l.message_id LIMIT how_many
$$;
CREATE INDEX letter_asks ON office_letter (made_at) WHERE asks;
CREATE INDEX entry_by_mail ON directory_entry (lower(email) COLLATE "C") WHERE email <> '';
CREATE INDEX thread_by_entry ON thread (entry_id) WHERE entry_id IS NOT NULL;

-- What a patient chose about being reached is about them and their people, not about an office; a letter about somebody
-- who has died is looked at below.
CREATE OR REPLACE VIEW inv_sent_to_dead_or_stopped WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o
  WHERE o.sent_at IS NOT NULL AND NOT o.is_last_word AND o.kind NOT IN ('packet', 'office') AND EXISTS (
      SELECT FROM contact_choice c WHERE c.patient_id = o.patient_id
        AND c.member_id IS NOT DISTINCT FROM o.member_id AND c.kind IN ('stop', 'do_not_contact')
        AND (c.road IN ('', o.road) OR c.kind = 'do_not_contact') AND c.at < o.claimed_at
        AND NOT EXISTS (
          SELECT FROM contact_choice d WHERE d.patient_id = c.patient_id
            AND d.member_id IS NOT DISTINCT FROM c.member_id AND d.at <= o.claimed_at AND d.id > c.id
            AND d.kind = CASE c.kind WHEN 'stop' THEN 'start' ELSE 'may_contact' END
            AND (d.road IN ('', o.road) OR c.kind = 'do_not_contact')))
    OR o.sent_at IS NOT NULL AND o.kind <> 'office' AND EXISTS (
      SELECT FROM patient p WHERE p.id = o.patient_id AND p.is_dead AND p.died_at < o.queued_at);

-- A letter left that stands in no ledger; a letter left that no person wrote, or about a death that nobody knew of.
CREATE VIEW inv_letter_not_in_ledger WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o WHERE o.kind = 'office' AND o.sent_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM office_letter l JOIN disclosure d ON d.patient_id = l.patient_id AND d.what = 'office_letter'
      AND d.sha256 = l.sha256 WHERE l.message_id = o.id);
CREATE VIEW inv_letter_unasked WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o LEFT JOIN office_letter l ON l.message_id = o.id
  WHERE o.kind = 'office' AND (l.message_id IS NULL
    OR NOT EXISTS (SELECT FROM person w WHERE w.id = o.queued_by_id AND w.kind = 'staff')
    OR o.sent_at IS NOT NULL AND NOT l.knows_dead AND EXISTS (
      SELECT FROM patient p WHERE p.id = o.patient_id AND p.is_dead AND p.died_at < o.queued_at));
GRANT SELECT ON inv_letter_not_in_ledger, inv_letter_unasked TO careloop_seer;

ALTER FUNCTION office_thread_of(text, uuid[]) OWNER TO careloop_seer;
ALTER FUNCTION office_threads_of_mail(text) OWNER TO careloop_seer;
ALTER FUNCTION silent_offices(timestamptz, integer) OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION office_thread_of(text, uuid[]), office_threads_of_mail(text),
  silent_offices(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION office_thread_of(text, uuid[]), office_threads_of_mail(text),
  silent_offices(timestamptz, integer) TO careloop_app;
RESET ROLE;
