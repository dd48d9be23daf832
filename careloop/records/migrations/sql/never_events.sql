-- Never events of reaching people that had no watchman yet, and a wall against the first of them.

-- What goes out goes to the address that it names, of the person whom it is to, in the talk with that person.
CREATE FUNCTION refuse_other_address() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM contact_point p WHERE p.id = NEW.point_id AND p.patient_id = NEW.patient_id
                   AND p.member_id IS NOT DISTINCT FROM NEW.member_id AND p.address = NEW.address)
     OR EXISTS (SELECT FROM thread t WHERE t.id = NEW.thread_id AND t.member_id IS DISTINCT FROM NEW.member_id) THEN
    RAISE EXCEPTION 'this address is somebody else''s'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_goes_to_its_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER outbox_goes_to_its_person BEFORE INSERT ON outbox FOR EACH ROW WHEN (NEW.point_id IS NOT NULL)
  EXECUTE FUNCTION refuse_other_address();
ALTER FUNCTION refuse_other_address() OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_other_address() FROM PUBLIC;
RESET ROLE;

-- Sent to an address of another person, to one that had ended or rested, or within the talk with somebody else.
CREATE VIEW inv_sent_to_other_address WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o JOIN contact_point p ON p.id = o.point_id LEFT JOIN thread t ON t.id = o.thread_id
  WHERE o.sent_at IS NOT NULL AND (p.patient_id <> o.patient_id OR p.member_id IS DISTINCT FROM o.member_id
    OR p.address <> o.address OR p.ended_at < o.claimed_at OR p.frozen_at < o.claimed_at
    OR t.member_id IS DISTINCT FROM o.member_id);

-- A text about a medicine names it, and whoever gets it had not wished that. The name is the first word of the list's.
CREATE VIEW inv_text_names_medicine WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o JOIN message m ON m.id = o.message_id
  WHERE o.sent_at IS NOT NULL AND o.road = 'text' AND o.resource_id IS NOT NULL AND EXISTS (
      SELECT FROM chart_fact f WHERE f.resource_id = o.resource_id AND length(split_part(f.label, ' ', 1)) > 3
        AND strpos(lower(m.pieces ->> 'text'), lower(split_part(f.label, ' ', 1))) > 0)
    AND NOT coalesce((
      SELECT c.value -> 'may_name' @> '["medicine"]' FROM contact_choice c
      WHERE c.patient_id = o.patient_id AND c.member_id IS NOT DISTINCT FROM o.member_id AND c.kind = 'naming'
        AND c.at <= o.queued_at ORDER BY c.id DESC LIMIT 1), false);

-- Somebody whose work here has ended can still sign in, or did something a minute after it or later. The log is long:
-- its newest hundred thousand lines are looked at.
CREATE VIEW inv_acted_after_end WITH (security_invoker = true) AS
  SELECT l.person_id FROM login l JOIN person p ON p.id = l.person_id WHERE l.is_active AND NOT p.is_active
  UNION ALL
  SELECT a.person_id FROM audit_line a JOIN person p ON p.id = a.person_id
  WHERE a.id > (SELECT coalesce(max(id), 0) - 100000 FROM audit_line) AND a.outcome IN ('done', 'seen')
    AND p.kind = 'staff' AND NOT p.is_active AND a.at > p.deactivated_at + interval '1 minute';

-- Claimed for sending while it waits, after a restore or a long outage, for a person to decide.
CREATE VIEW inv_sent_while_waiting WITH (security_invoker = true) AS
  SELECT e.outbox_id FROM outbox_event e JOIN outbox_epoch w ON w.is_waiting
  WHERE e.event = 'claimed' AND e.at > w.round_at;

-- Words in another language than is read there, and nobody was ever asked to offer an interpreter.
CREATE VIEW inv_sent_in_other_language WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o JOIN message m ON m.id = o.message_id
  WHERE o.sent_at IS NOT NULL AND o.kind = 'message' AND m.asked_language <> ''
    AND lower(split_part(m.asked_language, '-', 1)) <> lower(split_part(m.language, '-', 1)) AND NOT EXISTS (
      SELECT FROM loop l WHERE l.patient_id = o.patient_id AND l.check_name = 'offer_interpreter'
        AND l.opened_at <= o.queued_at);

-- A request is remembered under its key, and what it made is not: asked again, it would be done again.
CREATE VIEW inv_request_without_answer WITH (security_invoker = true) AS
  SELECT person_id, key FROM answered_request WHERE answer IS NULL;

GRANT SELECT ON login TO careloop_seer;
GRANT SELECT ON inv_sent_to_other_address, inv_text_names_medicine, inv_acted_after_end, inv_sent_while_waiting,
  inv_sent_in_other_language, inv_request_without_answer TO careloop_seer;
