-- What was handed on by a handoff that ended is not rewritten, nor between whom.
CREATE FUNCTION refuse_changed_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'another handoff is another row'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'handoff_is_not_rewritten';
END $$;
CREATE TRIGGER handoff_is_not_rewritten BEFORE UPDATE ON handoff FOR EACH ROW
  WHEN (OLD.giver_id <> NEW.giver_id OR OLD.receiver_id <> NEW.receiver_id OR OLD.scope <> NEW.scope
        OR OLD.made_at <> NEW.made_at OR OLD.state IN ('accepted', 'declined', 'withdrawn', 'expired'))
  EXECUTE FUNCTION refuse_changed_handoff();
CREATE TRIGGER handoff_is_never_deleted BEFORE DELETE ON handoff FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handoff_step_is_history BEFORE UPDATE OR DELETE ON handoff_step
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handoff_steps_are_never_emptied BEFORE TRUNCATE ON handoff_step EXECUTE FUNCTION refuse_change();

-- Nobody takes over who has not said back, in their own words, what they heard of every patient.
CREATE FUNCTION refuse_unsaid_handoff() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM handoff_patient p WHERE p.handoff_id = NEW.id AND btrim(p.said_back) = '')
     OR NOT EXISTS (SELECT 1 FROM handoff_patient p WHERE p.handoff_id = NEW.id) THEN
    RAISE EXCEPTION 'whoever takes over says back what they heard'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'handoff_needs_synthesis';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER handoff_needs_synthesis AFTER INSERT OR UPDATE OF state ON handoff
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'accepted') EXECUTE FUNCTION refuse_unsaid_handoff();

-- What the giver says is fixed once it is offered: nobody accepts other words than they read.
CREATE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM handoff h WHERE h.id = NEW.handoff_id AND h.state <> 'draft') THEN
    RAISE EXCEPTION 'what was offered is not rewritten'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'handoff_words_stay';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER handoff_words_stay BEFORE UPDATE ON handoff_patient FOR EACH ROW
  WHEN (OLD.level <> NEW.level OR OLD.summary <> NEW.summary OR OLD.patient_id <> NEW.patient_id
        OR OLD.handoff_id <> NEW.handoff_id) EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER handoff_patients_stay BEFORE INSERT ON handoff_patient
  FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER what_ifs_stay BEFORE INSERT ON handoff_what_if FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER what_if_words_stay BEFORE UPDATE ON handoff_what_if FOR EACH ROW
  WHEN (OLD.if_words <> NEW.if_words OR OLD.then_words <> NEW.then_words OR OLD."on" <> NEW."on"
        OR OLD.handoff_id <> NEW.handoff_id OR OLD.patient_id <> NEW.patient_id) EXECUTE FUNCTION refuse_other_words();

GRANT SELECT, INSERT, UPDATE ON handoff, handoff_patient, handoff_what_if TO careloop_app;
GRANT SELECT, INSERT ON handoff_step, handoff_loop TO careloop_app;
GRANT USAGE ON SEQUENCE handoff_step_id_seq, handoff_patient_id_seq, handoff_loop_id_seq, handoff_what_if_id_seq
  TO careloop_app;
GRANT SELECT ON handoff, handoff_step, handoff_patient, handoff_loop, handoff_what_if, handoff_step_id_seq,
  handoff_patient_id_seq, handoff_loop_id_seq, handoff_what_if_id_seq TO careloop_backup;
GRANT SELECT ON handoff, handoff_step TO careloop_seer;

-- Never events of handoffs. A loop that was given back later has a line that says so.
CREATE VIEW inv_handoff_lost WITH (security_invoker = true) AS
  SELECT DISTINCT h.id AS handoff_id, l.id AS loop_id FROM handoff h
  JOIN handoff_patient p ON p.handoff_id = h.id
  JOIN loop l ON l.patient_id = p.patient_id AND l.opened_at <= h.ended_at
  WHERE h.state = 'accepted' AND l.state <> 'closed'
    AND (h.scope = 'patients' OR EXISTS (SELECT 1 FROM handoff_loop n WHERE n.handoff_id = h.id AND n.loop_id = l.id))
    AND (l.owner_id = h.giver_id OR l.owner_id IS NULL AND l.queue_id IS NULL)
    AND NOT EXISTS (SELECT 1 FROM loop_event e WHERE e.loop_id = l.id AND e.at >= h.ended_at
                    AND e.event IN ('hand_off', 'take', 'start', 'log_contact', 'reopen'));
CREATE VIEW inv_handoff_without_synthesis WITH (security_invoker = true) AS
  SELECT p.id FROM handoff h JOIN handoff_patient p ON p.handoff_id = h.id
  WHERE h.state = 'accepted' AND btrim(p.said_back) = '';
GRANT SELECT ON inv_handoff_lost, inv_handoff_without_synthesis TO careloop_seer;

ALTER FUNCTION refuse_unsaid_handoff() OWNER TO careloop_seer;
ALTER FUNCTION refuse_other_words() OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_unsaid_handoff(), refuse_other_words() FROM PUBLIC;
RESET ROLE;
