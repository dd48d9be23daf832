-- Who is answering, how answers were understood, what waits for a name, and who approved which words.

ALTER TABLE thread_lock ADD CONSTRAINT lock_is_of_the_same_patient FOREIGN KEY (thread_id, patient_id)
  REFERENCES thread (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE answer ADD CONSTRAINT answer_is_of_the_same_patient FOREIGN KEY (message_id, patient_id)
  REFERENCES message (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE answer ADD CONSTRAINT answer_answers_the_same_patient FOREIGN KEY (answers_id, patient_id)
  REFERENCES outbox (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

-- How an answer was understood and what it moved is only added to.
CREATE TRIGGER answer_is_history BEFORE UPDATE OF message_id, patient_id, inbox_item_id, reference, answers_id, asked,
  meaning, also, hints, found, did, loop_id, at OR DELETE ON answer FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER answers_are_never_emptied BEFORE TRUNCATE ON answer EXECUTE FUNCTION refuse_change();

-- What waited for a name is not rewritten; what was settled stays so.
CREATE FUNCTION refuse_changed_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what came in is not rewritten'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'review_is_not_rewritten';
END $$;
CREATE TRIGGER review_is_not_rewritten BEFORE UPDATE ON answer_review FOR EACH ROW
  WHEN (OLD.settled_at IS NOT NULL OR (OLD.inbox_item_id, OLD.road, OLD.address, OLD.words, OLD.why,
        OLD.at, OLD.loop_id) IS DISTINCT FROM (NEW.inbox_item_id, NEW.road, NEW.address, NEW.words,
        NEW.why, NEW.at, NEW.loop_id))
  EXECUTE FUNCTION refuse_changed_review();
CREATE TRIGGER review_is_never_deleted BEFORE DELETE ON answer_review FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reviews_are_never_emptied BEFORE TRUNCATE ON answer_review EXECUTE FUNCTION refuse_change();
ALTER TABLE answer_review ENABLE ROW LEVEL SECURITY;
ALTER TABLE answer_review FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON answer_review TO careloop_app
  USING ((SELECT is_system()) OR unit_id = ANY((SELECT my_units())::int[]));
CREATE POLICY seer_all ON answer_review FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON answer_review TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');

-- Words are approved by somebody else than who reviewed the very same words.
CREATE TRIGGER approval_is_history BEFORE UPDATE OR DELETE ON words_approval
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approvals_are_never_emptied BEFORE TRUNCATE ON words_approval EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_lone_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.key || ' ' || NEW.language, 9));
  IF NOT EXISTS (
    SELECT FROM (SELECT w.state, w.sha256, w.by_id FROM words_approval w
                 WHERE w.key = NEW.key AND w.language = NEW.language ORDER BY w.id DESC LIMIT 1) last
    WHERE last.state = 'reviewed' AND last.sha256 = NEW.sha256 AND last.by_id <> NEW.by_id) THEN
    RAISE EXCEPTION 'words are approved by somebody else than who reviewed them'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_by_two_people';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_by_two_people BEFORE INSERT ON words_approval FOR EACH ROW WHEN (NEW.state = 'approved')
  EXECUTE FUNCTION refuse_lone_approval();

-- What came in and waits to be read, oldest first: the system alone asks.
CREATE FUNCTION new_inbox(how_many integer) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT i.id FROM inbox_item i WHERE is_system() AND i.state = 'new' AND i.source IN ('text', 'mail')
  ORDER BY i.received_at, i.id LIMIT how_many
$$;
-- Whose record or circle knows an address, though nobody has written to it yet: digits come from the end.
CREATE INDEX contact_by_mail ON patient_contact (lower(value) COLLATE "C") WHERE system = 'email';
CREATE INDEX member_by_phone ON circle_member (phone_from_end(phone) COLLATE "C") WHERE phone <> '';
CREATE INDEX member_by_mail ON circle_member (lower(email) COLLATE "C") WHERE email <> '';
CREATE FUNCTION who_has_phone(digits text) RETURNS TABLE (patient_id uuid, unit_id integer, member_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.patient_id, c.unit_id, NULL::uuid FROM patient_contact c
  WHERE is_system() AND c.system IN ('phone', 'sms') AND c.use <> 'old'
    AND phone_from_end(c.value) COLLATE "C" >= reverse(digits)
    AND phone_from_end(c.value) COLLATE "C" < reverse(digits) || ':'
  UNION
  SELECT m.patient_id, m.unit_id, m.id FROM circle_member m
  WHERE is_system() AND m.phone <> '' AND m.ended_at IS NULL
    AND phone_from_end(m.phone) COLLATE "C" >= reverse(digits)
    AND phone_from_end(m.phone) COLLATE "C" < reverse(digits) || ':'
$$;
CREATE FUNCTION who_has_mail(address text) RETURNS TABLE (patient_id uuid, unit_id integer, member_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.patient_id, c.unit_id, NULL::uuid FROM patient_contact c
  WHERE is_system() AND c.system = 'email' AND c.use <> 'old' AND lower(c.value) COLLATE "C" = address
  UNION
  SELECT m.patient_id, m.unit_id, m.id FROM circle_member m
  WHERE is_system() AND m.email <> '' AND m.ended_at IS NULL AND lower(m.email) COLLATE "C" = address
$$;
-- Threads on which an answer is owed since a moment and nobody was told yet.
CREATE FUNCTION unanswered_threads(since timestamptz, how_many integer)
RETURNS TABLE (id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id, t.patient_id, t.unit_id FROM thread t
  WHERE is_system() AND t.unanswered_since <= since AND NOT EXISTS (
    SELECT FROM loop l WHERE l.patient_id = t.patient_id AND l.check_name = 'thread_unanswered'
      AND l.finding_key = t.id::text || ' ' || to_char(t.unanswered_since AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS'))
  ORDER BY t.unanswered_since, t.id LIMIT how_many
$$;
ALTER FUNCTION new_inbox(integer) OWNER TO careloop_seer;
ALTER FUNCTION unanswered_threads(timestamptz, integer) OWNER TO careloop_seer;
ALTER FUNCTION who_has_phone(text) OWNER TO careloop_seer;
ALTER FUNCTION who_has_mail(text) OWNER TO careloop_seer;

GRANT SELECT, INSERT, UPDATE, DELETE ON thread_lock TO careloop_app;
GRANT SELECT, INSERT ON answer, words_approval TO careloop_app;
GRANT SELECT, INSERT, UPDATE ON answer_review TO careloop_app;
GRANT USAGE ON SEQUENCE words_approval_id_seq TO careloop_app;
GRANT SELECT ON thread_lock, answer, answer_review, words_approval, words_approval_id_seq TO careloop_backup;
GRANT SELECT ON answer_review, words_approval TO careloop_seer;

-- Never events of answers and words.
CREATE VIEW inv_answer_lost WITH (security_invoker = true) AS
  SELECT i.id FROM inbox_item i
  WHERE i.source IN ('text', 'mail') AND (
    i.state = 'review' AND NOT EXISTS (SELECT FROM answer_review r WHERE r.inbox_item_id = i.id)
    OR i.state = 'done' AND i.patient_id IS NULL AND NOT EXISTS (
      SELECT FROM answer_review r WHERE r.inbox_item_id = i.id AND r.settled_at IS NOT NULL));
CREATE VIEW inv_words_approved_by_one WITH (security_invoker = true) AS
  SELECT a.id FROM words_approval a WHERE a.state = 'approved' AND NOT EXISTS (
    SELECT FROM words_approval r WHERE r.key = a.key AND r.language = a.language AND r.sha256 = a.sha256
      AND r.state = 'reviewed' AND r.id < a.id AND r.by_id <> a.by_id);
GRANT SELECT ON inv_answer_lost, inv_words_approved_by_one TO careloop_seer;

SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION new_inbox(integer), unanswered_threads(timestamptz, integer), who_has_phone(text),
  who_has_mail(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION new_inbox(integer), unanswered_threads(timestamptz, integer), who_has_phone(text),
  who_has_mail(text) TO careloop_app;
RESET ROLE;
