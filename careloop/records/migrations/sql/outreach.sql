-- Outreach lists: the dead are not called, nobody is given to two callers, what ended stays.
CREATE FUNCTION refuse_call_of_dead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- Shared with other entries of this patient, against the death that is being recorded.
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.patient_id::text, 1));
  IF EXISTS (SELECT 1 FROM patient p WHERE p.id = NEW.patient_id AND p.is_dead) THEN
    RAISE EXCEPTION 'somebody who has died is not called'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'outreach_is_of_the_living';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER outreach_is_of_the_living BEFORE INSERT OR UPDATE OF state, patient_id ON outreach_entry
  FOR EACH ROW WHEN (NEW.state IN ('waiting', 'claimed')) EXECUTE FUNCTION refuse_call_of_dead();

CREATE FUNCTION leave_out_the_dead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- Rows before the lock, as whoever takes an entry has them.
  PERFORM 1 FROM outreach_entry e WHERE e.patient_id = NEW.id AND e.state IN ('waiting', 'claimed') ORDER BY e.id
    FOR UPDATE;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.id::text, 1));
  UPDATE outreach_entry e SET state = 'left_out', left_out_why = 'died', lease_until = NULL,
    ended_at = coalesce(careloop_context('at')::timestamptz, NEW.changed_at)
  WHERE e.patient_id = NEW.id AND e.state IN ('waiting', 'claimed');
  RETURN NULL;
END $$;
-- At the very end of the transaction, and by its name before death_closes_loops: whoever held the patient's lock
-- while it waits for a worker's rows would stop that worker, who opens loops for this patient.
CREATE CONSTRAINT TRIGGER call_lists_end_with_death AFTER UPDATE OF is_dead ON patient
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_dead AND NOT OLD.is_dead)
  EXECUTE FUNCTION leave_out_the_dead();

CREATE FUNCTION refuse_changed_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what ended on a list stays so' USING ERRCODE = 'check_violation',
    CONSTRAINT = 'entry_that_ended_stays_so';
END $$;
CREATE TRIGGER entry_that_ended_stays_so BEFORE UPDATE OF id, patient_id, list_id, state, tries, last_result,
  left_out_why, ended_at ON outreach_entry
  FOR EACH ROW WHEN (OLD.list_id <> NEW.list_id OR OLD.patient_id <> NEW.patient_id OR OLD.state IN ('ended', 'left_out'))
  EXECUTE FUNCTION refuse_changed_entry();
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON outreach_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entries_are_never_emptied BEFORE TRUNCATE ON outreach_entry EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outreach_list_is_not_rewritten BEFORE UPDATE ON outreach_list FOR EACH ROW
  WHEN (OLD.unit_id <> NEW.unit_id OR OLD.rule <> NEW.rule OR OLD.made_by_id <> NEW.made_by_id
        OR OLD.made_at <> NEW.made_at OR OLD.state = 'closed') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outreach_list_is_never_deleted BEFORE DELETE ON outreach_list
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON outreach_list, outreach_entry TO careloop_app;
GRANT SELECT ON outreach_list, outreach_entry TO careloop_backup;
GRANT SELECT ON outreach_list TO careloop_seer;
CREATE POLICY seer_ends ON outreach_entry FOR UPDATE TO careloop_seer USING (true);
GRANT UPDATE (state, left_out_why, lease_until, ended_at) ON outreach_entry TO careloop_seer;

-- Never events of outreach.
CREATE VIEW inv_called_twice_at_once WITH (security_invoker = true) AS
  SELECT e.patient_id FROM outreach_entry e WHERE e.state = 'claimed' GROUP BY e.patient_id HAVING count(*) > 1;
CREATE VIEW inv_outreach_of_dead WITH (security_invoker = true) AS
  SELECT e.id FROM outreach_entry e JOIN patient p ON p.id = e.patient_id
  WHERE e.state IN ('waiting', 'claimed') AND p.is_dead;
GRANT SELECT ON inv_called_twice_at_once, inv_outreach_of_dead TO careloop_seer;

ALTER FUNCTION refuse_call_of_dead() OWNER TO careloop_seer;
ALTER FUNCTION leave_out_the_dead() OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_call_of_dead(), leave_out_the_dead() FROM PUBLIC;
RESET ROLE;
