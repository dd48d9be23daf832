-- Family meetings, support and crisis: what must never be.

-- Everything of a meeting is of the patient of the meeting, and who comes from the circle stands in this patient's.
ALTER TABLE family_meeting ADD CONSTRAINT meeting_and_patient UNIQUE (id, patient_id);
ALTER TABLE meeting_guest ADD CONSTRAINT guest_is_of_the_same_patient FOREIGN KEY (meeting_id, patient_id)
  REFERENCES family_meeting (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meeting_guest ADD CONSTRAINT guest_is_of_the_circle FOREIGN KEY (member_id, patient_id)
  REFERENCES circle_member (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meeting_decision ADD CONSTRAINT decision_is_of_the_same_patient FOREIGN KEY (meeting_id, patient_id)
  REFERENCES family_meeting (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meeting_step ADD CONSTRAINT meeting_step_is_of_the_same_patient FOREIGN KEY (meeting_id, patient_id)
  REFERENCES family_meeting (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

CREATE TRIGGER meeting_step_is_history BEFORE UPDATE OF id, patient_id, meeting_id, version, at, person_id, event,
  to_state OR DELETE ON meeting_step FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER meeting_steps_are_never_emptied BEFORE TRUNCATE ON meeting_step EXECUTE FUNCTION refuse_change();
CREATE TRIGGER meeting_decision_is_history BEFORE UPDATE OF id, patient_id, meeting_id, loop_id, topic, words OR DELETE
  ON meeting_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER meeting_decisions_are_never_emptied BEFORE TRUNCATE ON meeting_decision EXECUTE FUNCTION refuse_change();

-- A meeting that is over stays as it is.
CREATE FUNCTION refuse_changed_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept text[] := ARRAY['unit_id', 'label_mask'];
BEGIN
  IF (to_jsonb(NEW) - kept) IS DISTINCT FROM (to_jsonb(OLD) - kept) THEN
    RAISE EXCEPTION 'another meeting is another row' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'meeting_is_over';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER meeting_is_over BEFORE UPDATE ON family_meeting FOR EACH ROW
  WHEN (OLD.state IN ('told', 'cancelled')) EXECUTE FUNCTION refuse_changed_meeting();

-- A meeting is over when everybody who may hear of it was told, or somebody said why not.
CREATE FUNCTION refuse_untold_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM meeting_guest g WHERE g.meeting_id = NEW.id AND g.kind <> 'staff'
             AND g.told_at IS NULL AND g.untold = '') THEN
    RAISE EXCEPTION 'somebody was not told yet' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_is_told_to_all';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER meeting_is_told_to_all AFTER INSERT OR UPDATE OF state ON family_meeting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'told') EXECUTE FUNCTION refuse_untold_meeting();

-- Whoever of the circle was told stands in the ledger, by a consent that held at that instant.
CREATE FUNCTION refuse_unledgered_guest() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM disclosure d WHERE d.patient_id = NEW.patient_id AND d.member_id = NEW.member_id
                 AND d.at = NEW.told_at AND d.road = NEW.told_road) THEN
    RAISE EXCEPTION 'what was told stands in the ledger' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'guest_told_by_the_ledger';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guest_told_by_the_ledger AFTER INSERT OR UPDATE OF told_at ON meeting_guest
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'member' AND NEW.told_at IS NOT NULL)
  EXECUTE FUNCTION refuse_unledgered_guest();

-- The loop of a meeting is done when the meeting is. What ended is not opened again: a new one is begun.
CREATE FUNCTION refuse_done_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM family_meeting m WHERE m.loop_id = NEW.id AND m.state NOT IN ('told', 'cancelled')) THEN
    RAISE EXCEPTION 'the meeting is not over' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_is_not_over';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER meeting_is_not_over AFTER UPDATE OF state ON loop FOR EACH ROW
  WHEN (NEW.clock = 'family.meeting' AND OLD.state <> 'closed' AND NEW.state = 'closed' AND NEW.outcome = 'done')
  EXECUTE FUNCTION refuse_done_meeting();
CREATE FUNCTION refuse_reopened_promise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what ended is begun anew' USING ERRCODE = 'check_violation', CONSTRAINT = 'promise_is_over';
END $$;
CREATE TRIGGER promise_is_over BEFORE UPDATE OF state ON loop FOR EACH ROW
  WHEN (NEW.clock IN ('family.meeting', 'support.call', 'support.offer') AND OLD.state = 'closed'
        AND NEW.state <> 'closed') EXECUTE FUNCTION refuse_reopened_promise();

-- Ended in another way the loop takes the meeting, the call or the offer with it.
CREATE FUNCTION end_with_loop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.clock = 'family.meeting' THEN
    WITH ended AS (
      UPDATE family_meeting m SET state = 'cancelled', state_since = NEW.closed_at, version = m.version + 1
      WHERE m.loop_id = NEW.id AND m.state NOT IN ('told', 'cancelled') RETURNING m.*)
    INSERT INTO meeting_step (patient_id, unit_id, label_mask, meeting_id, version, at, person_id, event, to_state)
      SELECT e.patient_id, e.unit_id, e.label_mask, e.id, e.version, NEW.closed_at,
        coalesce(careloop_context('person'), e.made_by_id::text)::uuid, 'cancel', 'cancelled' FROM ended e;
  ELSIF NEW.clock = 'support.call' THEN
    UPDATE distress_note d SET state = 'ended', version = d.version + 1
      WHERE d.loop_id = NEW.id AND d.state <> 'ended';
  ELSE
    UPDATE support_offer o SET state = 'ended', version = o.version + 1
      WHERE o.loop_id = NEW.id AND o.state IN ('chosen', 'told');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER promise_ends_with_loop AFTER UPDATE OF state ON loop FOR EACH ROW
  WHEN (NEW.clock IN ('family.meeting', 'support.call', 'support.offer') AND OLD.state <> 'closed'
        AND NEW.state = 'closed') EXECUTE FUNCTION end_with_loop();

-- What was heard stays as it was heard; what ended is over.
CREATE FUNCTION refuse_changed_support() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was said stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'support_words_stay';
END $$;
CREATE TRIGGER distress_words_stay BEFORE UPDATE ON distress_note FOR EACH ROW
  WHEN (OLD.words <> NEW.words OR OLD.heard_at <> NEW.heard_at OR OLD.heard_by_id <> NEW.heard_by_id
        OR OLD.patient_id <> NEW.patient_id OR OLD.state = 'ended' AND NEW.state <> 'ended')
  EXECUTE FUNCTION refuse_changed_support();
CREATE TRIGGER support_offer_stays BEFORE UPDATE ON support_offer FOR EACH ROW
  WHEN (OLD.entry_id <> NEW.entry_id OR OLD.patient_id <> NEW.patient_id
        OR OLD.state IN ('joined', 'declined', 'ended') AND NEW.state <> OLD.state)
  EXECUTE FUNCTION refuse_changed_support();

-- A crisis: anybody of the staff adds what happened, in their own name; it is never rewritten.
ALTER TABLE crisis_report ENABLE ROW LEVEL SECURITY;
ALTER TABLE crisis_report FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON crisis_report FOR INSERT TO careloop_app
  WITH CHECK (person_id = (SELECT careloop_context('person'))::uuid);
CREATE POLICY mine ON crisis_report FOR SELECT TO careloop_app
  USING (unit_id = ANY((SELECT my_units())::int[]) OR patient_id = ANY((SELECT my_patients())::uuid[])
         OR person_id = (SELECT careloop_context('person'))::uuid OR (SELECT is_system()));
CREATE POLICY opened ON crisis_report FOR UPDATE TO careloop_app
  USING ((SELECT is_system()) OR person_id = (SELECT careloop_context('person'))::uuid);
CREATE POLICY labelled ON crisis_report AS RESTRICTIVE FOR SELECT TO careloop_app
  USING (coalesce(label_mask & ~(SELECT my_labels()) = 0, false)
         OR person_id = (SELECT careloop_context('person'))::uuid OR (SELECT is_system()));
CREATE POLICY seer_all ON crisis_report FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON crisis_report TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
GRANT SELECT ON crisis_report TO careloop_seer;
CREATE FUNCTION refuse_changed_crisis() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept text[] := ARRAY['unit_id', 'label_mask', 'loop_id'];
BEGIN
  IF (to_jsonb(NEW) - kept) IS DISTINCT FROM (to_jsonb(OLD) - kept)
     OR OLD.loop_id IS NOT NULL AND NEW.loop_id IS DISTINCT FROM OLD.loop_id THEN
    RAISE EXCEPTION 'what happened stays as it was written' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'crisis_is_not_rewritten';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER crisis_is_not_rewritten BEFORE UPDATE ON crisis_report
  FOR EACH ROW EXECUTE FUNCTION refuse_changed_crisis();
CREATE TRIGGER crisis_is_never_deleted BEFORE DELETE ON crisis_report FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER crises_are_never_emptied BEFORE TRUNCATE ON crisis_report EXECUTE FUNCTION refuse_change();

-- A number of the clinic is ended, never rewritten.
CREATE FUNCTION refuse_changed_number() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ends text[] := ARRAY['ended_at', 'ended_by_id', 'version'];
BEGIN
  IF (to_jsonb(NEW) - ends) IS DISTINCT FROM (to_jsonb(OLD) - ends) OR OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'another number is another row' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'crisis_number_is_only_ended';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER crisis_number_is_only_ended BEFORE UPDATE ON crisis_number
  FOR EACH ROW EXECUTE FUNCTION refuse_changed_number();
CREATE TRIGGER crisis_number_is_never_deleted BEFORE DELETE ON crisis_number
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER crisis_numbers_are_never_emptied BEFORE TRUNCATE ON crisis_number EXECUTE FUNCTION refuse_change();

-- The triggers that end a promise with its loop write as the seer.
CREATE POLICY seer_ends ON family_meeting FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_ends ON distress_note FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_ends ON support_offer FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_adds ON meeting_step FOR INSERT TO careloop_seer WITH CHECK (true);
GRANT UPDATE (state, state_since, version) ON family_meeting TO careloop_seer;
GRANT UPDATE (state, version) ON distress_note, support_offer TO careloop_seer;
GRANT INSERT ON meeting_step TO careloop_seer;
GRANT USAGE ON SEQUENCE meeting_step_id_seq TO careloop_seer;

GRANT SELECT, INSERT, UPDATE ON family_meeting, meeting_guest, distress_note, support_offer, crisis_report,
  crisis_number TO careloop_app;
GRANT SELECT, INSERT ON meeting_decision, meeting_step TO careloop_app;
GRANT USAGE ON SEQUENCE meeting_guest_id_seq, meeting_decision_id_seq, meeting_step_id_seq TO careloop_app;
GRANT SELECT ON family_meeting, meeting_guest, meeting_decision, meeting_step, distress_note, support_offer,
  crisis_report, crisis_number, meeting_guest_id_seq, meeting_decision_id_seq, meeting_step_id_seq TO careloop_backup;
GRANT SELECT ON crisis_number TO careloop_seer;

-- Never events of meetings and crises.
CREATE VIEW inv_meeting_untold WITH (security_invoker = true) AS
  SELECT m.id FROM family_meeting m WHERE m.state = 'told' AND EXISTS (
    SELECT 1 FROM meeting_guest g WHERE g.meeting_id = m.id AND g.kind <> 'staff' AND g.told_at IS NULL
      AND g.untold = '');
CREATE VIEW inv_meeting_told_past_the_ledger WITH (security_invoker = true) AS
  SELECT g.id FROM meeting_guest g WHERE g.kind = 'member' AND g.told_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM disclosure d WHERE d.patient_id = g.patient_id AND d.member_id = g.member_id AND d.at = g.told_at
      AND d.road = g.told_road);
CREATE VIEW inv_meeting_without_its_loop WITH (security_invoker = true) AS
  SELECT m.id FROM family_meeting m JOIN loop l ON l.id = m.loop_id
  WHERE (m.state IN ('told', 'cancelled')) <> (l.state = 'closed') OR l.patient_id <> m.patient_id;
CREATE VIEW inv_child_interprets WITH (security_invoker = true) AS
  SELECT m.id FROM family_meeting m WHERE m.interprets = 'child';
CREATE VIEW inv_crisis_lost WITH (security_invoker = true) AS
  SELECT r.id FROM crisis_report r LEFT JOIN loop l ON l.id = r.loop_id
  WHERE r.loop_id IS NOT NULL AND (l.id IS NULL OR l.severity <> 4);
GRANT SELECT ON inv_meeting_untold, inv_meeting_told_past_the_ledger, inv_meeting_without_its_loop,
  inv_child_interprets, inv_crisis_lost TO careloop_seer;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['refuse_untold_meeting()', 'refuse_unledgered_guest()', 'refuse_done_meeting()',
    'end_with_loop()']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_untold_meeting(), refuse_unledgered_guest(), refuse_done_meeting(), end_with_loop()
  FROM PUBLIC;
RESET ROLE;
