-- Tries to reach people are only added to; nobody is called unreachable before the rule is met.
ALTER TABLE contact_try ADD CONSTRAINT try_and_patient UNIQUE (id, patient_id);
ALTER TABLE contact_try_loop ADD CONSTRAINT try_loop_is_of_the_same_patient FOREIGN KEY (contact_try_id, patient_id)
  REFERENCES contact_try (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE contact_try ADD CONSTRAINT try_member_is_of_the_same_patient FOREIGN KEY (member_id, patient_id)
  REFERENCES circle_member (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE outreach_entry ADD CONSTRAINT entry_and_patient UNIQUE (id, patient_id);
ALTER TABLE contact_try ADD CONSTRAINT try_entry_is_of_the_same_patient FOREIGN KEY (entry_id, patient_id)
  REFERENCES outreach_entry (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
CREATE TRIGGER contact_try_is_history BEFORE UPDATE OF id, patient_id, at, zone, person_id, member_id, road, address,
  result, is_checked, minutes, note, language, interpreter, why_no, until, barriers, flags, entry_id OR DELETE
  ON contact_try FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contact_tries_are_never_emptied BEFORE TRUNCATE ON contact_try EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contact_try_loop_is_history BEFORE UPDATE OF id, patient_id, contact_try_id, loop_id OR DELETE
  ON contact_try_loop FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contact_try_loops_are_never_emptied BEFORE TRUNCATE ON contact_try_loop EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reach_end_is_history BEFORE UPDATE OF id, patient_id, loop_id, at, by_id, rule, rule_from, calls_needed,
  parts_needed, written_needed, days_needed OR DELETE ON reach_end FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reach_ends_are_never_emptied BEFORE TRUNCATE ON reach_end EXECUTE FUNCTION refuse_change();

-- A number that is shut is lifted once, with the reason; nothing else of it changes.
CREATE FUNCTION refuse_changed_block() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lifted text[] := ARRAY['unit_id', 'label_mask', 'ended_at', 'ended_by_id', 'ended_because'];
BEGIN
  IF (to_jsonb(NEW) - lifted) IS DISTINCT FROM (to_jsonb(OLD) - lifted)
     OR OLD.ended_at IS NOT NULL AND (to_jsonb(NEW) - ARRAY['unit_id', 'label_mask'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['unit_id', 'label_mask']) THEN
    RAISE EXCEPTION 'a number that is shut is only lifted, and once' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'block_is_only_lifted';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER block_is_only_lifted BEFORE UPDATE ON reach_block FOR EACH ROW EXECUTE FUNCTION refuse_changed_block();
CREATE TRIGGER reach_block_is_never_deleted BEFORE DELETE ON reach_block FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reach_blocks_are_never_emptied BEFORE TRUNCATE ON reach_block EXECUTE FUNCTION refuse_change();

-- The parts of a day, as part_of() in rules/reach.py has them: a test compares them.
CREATE FUNCTION part_of_day(at timestamptz, zone text) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN h < 12 THEN 'morning' WHEN h < 17 THEN 'afternoon' ELSE 'evening' END
  FROM (SELECT extract(hour FROM at AT TIME ZONE zone) AS h) x
$$;

-- Whether what was written down when nobody could be reached is true: the tries are counted again, those after the
-- loop was closed so before. Tries alone never end a result that is not normal: a clinician closes it, and one of the
-- letters was certified. One try is never enough. Loops that were closed before there was a rule are named so.
CREATE FUNCTION reach_end_holds(e reach_end) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT e.rule = 'before_the_rule' OR (
    e.calls_needed + e.written_needed >= 2
    AND count(*) FILTER (WHERE t.road = 'call') >= e.calls_needed
    AND count(DISTINCT part_of_day(t.at, t.zone)) FILTER (WHERE t.road = 'call') >= e.parts_needed
    AND count(*) FILTER (WHERE t.result = 'sent') >= e.written_needed
    AND (e.days_needed = 0 OR e.at - min(t.at) >= make_interval(hours => 24 * e.days_needed))
    AND ((SELECT l.check_name FROM loop l WHERE l.id = e.loop_id)
           NOT IN ('abnormal_result_without_follow_up', 'critical_result_without_follow_up')
         OR count(*) FILTER (WHERE t.road = 'certified' AND t.result = 'sent') >= 1
            AND EXISTS (SELECT 1 FROM person p WHERE p.id = e.by_id AND p.kind = 'staff' AND p.role = 'clinician')))
  FROM contact_try t JOIN contact_try_loop k ON k.contact_try_id = t.id
  WHERE k.loop_id = e.loop_id AND t.at <= e.at AND t.result IN ('voicemail', 'no_answer', 'busy', 'sent')
    AND t.at > coalesce((SELECT max(b.at) FROM reach_end b WHERE b.loop_id = e.loop_id AND b.at < e.at), '-infinity')
$$;

CREATE FUNCTION refuse_early_unreachable() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM loop l WHERE l.id = NEW.id AND l.outcome = 'unable_to_reach' AND l.state = 'closed'
             AND NOT EXISTS (SELECT 1 FROM reach_end e WHERE e.loop_id = l.id AND e.at = l.closed_at
                             AND e.patient_id = l.patient_id AND reach_end_holds(e))) THEN
    RAISE EXCEPTION 'nobody is called unreachable before the rule is met'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'unreachable_by_the_rule';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER unreachable_by_the_rule AFTER INSERT OR UPDATE OF outcome, closed_at, state ON loop
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.outcome = 'unable_to_reach')
  EXECUTE FUNCTION refuse_early_unreachable();

-- What was closed before there was a rule.
SELECT set_config('careloop.migrating', 'on', true);
INSERT INTO reach_end (patient_id, unit_id, label_mask, loop_id, at, by_id, rule, rule_from, calls_needed, parts_needed,
    written_needed, days_needed)
  SELECT l.patient_id, l.unit_id, l.label_mask, l.id, l.closed_at,
    (SELECT e.person_id FROM loop_event e WHERE e.loop_id = l.id ORDER BY e.version DESC LIMIT 1),
    'before_the_rule', DATE '2020-01-01', 0, 0, 0, 0
  FROM loop l WHERE l.outcome = 'unable_to_reach' AND l.state = 'closed' AND l.patient_id IS NOT NULL;
SELECT set_config('careloop.migrating', '', true);
-- From now on nobody can write so.
CREATE FUNCTION refuse_old_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'there is a rule now' USING ERRCODE = 'check_violation', CONSTRAINT = 'unreachable_by_the_rule';
END $$;
CREATE TRIGGER reach_end_has_a_rule BEFORE INSERT ON reach_end FOR EACH ROW
  WHEN (NEW.rule = 'before_the_rule') EXECUTE FUNCTION refuse_old_rule();

GRANT SELECT, INSERT ON contact_try, contact_try_loop, reach_end TO careloop_app;
GRANT SELECT, INSERT, UPDATE ON reach_block TO careloop_app;
GRANT USAGE ON SEQUENCE contact_try_loop_id_seq, reach_block_id_seq, reach_end_id_seq TO careloop_app;
GRANT SELECT ON contact_try, contact_try_loop, reach_block, reach_end, contact_try_loop_id_seq, reach_block_id_seq,
  reach_end_id_seq TO careloop_backup;

-- Who tried to reach somebody begins the years of a record anew; what counted before counts on.
ALTER FUNCTION last_day_of(patient) RENAME TO last_day_without_tries;
CREATE FUNCTION last_day_of(p patient) RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT greatest(last_day_without_tries(p),
    (SELECT max((t.at AT TIME ZONE p.zone)::date) FROM contact_try t WHERE t.patient_id = p.id))
$$;

-- Never events of reaching people.
CREATE VIEW inv_unreachable_before_rule WITH (security_invoker = true) AS
  SELECT l.id FROM loop l WHERE l.outcome = 'unable_to_reach' AND l.state = 'closed'
    AND l.patient_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM reach_end e WHERE e.loop_id = l.id AND e.at = l.closed_at AND reach_end_holds(e));
GRANT SELECT ON inv_unreachable_before_rule TO careloop_seer;

ALTER FUNCTION refuse_early_unreachable() OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_early_unreachable() FROM PUBLIC;
RESET ROLE;
