-- Links for patients: what they rest on, that they only end, and that nothing is done with one that has ended.
ALTER TABLE patient_link ADD CONSTRAINT link_token_is_hashed CHECK (length(token_hash) = 32);
ALTER TABLE patient_link ADD CONSTRAINT link_is_short CHECK (expires_at <= made_at + interval '31 days');

-- All that a link is about is of its own patient, and whoever acts with it is nobody else.
CREATE FUNCTION refuse_link_of_another() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.booking_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM booking b WHERE b.id = NEW.booking_id AND b.patient_id = NEW.patient_id)
     OR NEW.loop_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM loop l WHERE l.id = NEW.loop_id AND l.patient_id = NEW.patient_id)
     OR NEW.member_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM circle_member m WHERE m.id = NEW.member_id AND m.patient_id = NEW.patient_id)
     OR NOT EXISTS (SELECT 1 FROM person p WHERE p.id = NEW.person_id
       AND p.role = CASE WHEN NEW.member_id IS NULL THEN 'patient' ELSE 'proxy' END AND p.kind = p.role) THEN
    RAISE EXCEPTION 'a link is about its own patient' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'link_is_about_its_patient';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER link_is_about_its_patient BEFORE INSERT ON patient_link
  FOR EACH ROW EXECUTE FUNCTION refuse_link_of_another();

-- A link is used, tried, locked and ended; it is never another link, and never opens again.
CREATE FUNCTION refuse_changed_patient_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving text[] := ARRAY['unit_id', 'label_mask', 'tries', 'locked_at', 'ended_at', 'ended_by_id', 'uses', 'used_at'];
  kept text[] := ARRAY['unit_id', 'label_mask'];
BEGIN
  IF (to_jsonb(NEW) - moving) IS DISTINCT FROM (to_jsonb(OLD) - moving)
     OR NEW.tries < OLD.tries OR NEW.uses < OLD.uses
     OR OLD.locked_at IS NOT NULL AND NEW.locked_at IS DISTINCT FROM OLD.locked_at
     OR OLD.ended_at IS NOT NULL AND (to_jsonb(NEW) - kept) IS DISTINCT FROM (to_jsonb(OLD) - kept) THEN
    RAISE EXCEPTION 'a link only ends' USING ERRCODE = 'check_violation', CONSTRAINT = 'link_only_ends';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER link_only_ends BEFORE UPDATE ON patient_link FOR EACH ROW EXECUTE FUNCTION refuse_changed_patient_link();
CREATE TRIGGER link_is_never_deleted BEFORE DELETE ON patient_link FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER links_are_never_emptied BEFORE TRUNCATE ON patient_link EXECUTE FUNCTION refuse_change();

-- Nothing is done with a link that is over. Whoever ends it takes the same lock: one of the two is first.
CREATE FUNCTION refuse_use_of_ended_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM patient_link l WHERE l.id = NEW.link_id AND l.patient_id = NEW.patient_id
    AND l.ended_at IS NULL AND l.locked_at IS NULL AND NEW.at < l.expires_at FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this link opens nothing any more' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'link_in_use_is_live';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER link_in_use_is_live BEFORE INSERT ON patient_link_step FOR EACH ROW
  WHEN (NEW.step IN ('opened', 'confirmed', 'asked_change', 'answered')) EXECUTE FUNCTION refuse_use_of_ended_link();
CREATE TRIGGER link_step_is_history BEFORE UPDATE OF id, patient_id, link_id, at, person_id, step, words, loop_id, booking_id
  OR DELETE ON patient_link_step FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER link_steps_are_never_emptied BEFORE TRUNCATE ON patient_link_step EXECUTE FUNCTION refuse_change();
-- A question is answered once.
CREATE UNIQUE INDEX link_answered_once ON patient_link_step (link_id) WHERE step = 'answered';

-- Which link a token opens, before anybody acts: only whoever has it can ask, and only the system looks.
CREATE FUNCTION link_by_token(hashed bytea) RETURNS TABLE (link_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.id, l.patient_id FROM patient_link l WHERE is_system() AND l.token_hash = hashed
$$;

GRANT SELECT, INSERT, UPDATE ON patient_link TO careloop_app;
GRANT SELECT, INSERT ON patient_link_step TO careloop_app;
GRANT USAGE ON SEQUENCE patient_link_step_id_seq TO careloop_app;
GRANT SELECT ON patient_link, patient_link_step, patient_link_step_id_seq TO careloop_backup;

-- Never events of links.
CREATE VIEW inv_link_used_after_end WITH (security_invoker = true) AS
  SELECT s.id FROM patient_link_step s JOIN patient_link l ON l.id = s.link_id
  WHERE s.step IN ('opened', 'confirmed', 'asked_change', 'answered')
    AND (s.at >= l.expires_at OR s.at > l.ended_at OR s.at > l.locked_at);
CREATE VIEW inv_link_reaches_after_end WITH (security_invoker = true) AS
  SELECT l.id AS link_id, g.id AS grant_id FROM patient_link l JOIN access_grant g ON g.person_id = l.person_id
  WHERE g.patient_id IS DISTINCT FROM l.patient_id OR g.unit_id IS NOT NULL OR upper(g.during) IS NULL
    OR upper(g.during) > l.expires_at OR upper(g.during) > l.ended_at + interval '1 microsecond';
CREATE VIEW inv_link_of_another WITH (security_invoker = true) AS
  SELECT l.id FROM patient_link l LEFT JOIN booking b ON b.id = l.booking_id LEFT JOIN loop p ON p.id = l.loop_id
  LEFT JOIN circle_member m ON m.id = l.member_id
  WHERE b.patient_id <> l.patient_id OR p.patient_id IS DISTINCT FROM l.patient_id AND l.loop_id IS NOT NULL
    OR m.patient_id <> l.patient_id;
GRANT SELECT ON inv_link_used_after_end, inv_link_reaches_after_end, inv_link_of_another TO careloop_seer;

ALTER FUNCTION refuse_link_of_another() OWNER TO careloop_seer;
ALTER FUNCTION link_by_token(bytea) OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_link_of_another(), link_by_token(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_by_token(bytea) TO careloop_app;
RESET ROLE;
