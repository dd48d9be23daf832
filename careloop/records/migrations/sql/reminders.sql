-- A reminder is of the patient of its visit or schedule.
ALTER TABLE reminder ADD CONSTRAINT reminder_is_of_the_same_patient FOREIGN KEY (booking_id, patient_id)
  REFERENCES booking (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE reminder_plan ADD CONSTRAINT reminder_plan_is_of_the_same_patient FOREIGN KEY (booking_id, patient_id)
  REFERENCES booking (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE medicine_schedule ADD CONSTRAINT schedule_and_patient UNIQUE (id, patient_id);
ALTER TABLE medicine_reminder ADD CONSTRAINT medicine_reminder_is_of_the_same_patient
  FOREIGN KEY (schedule_id, patient_id) REFERENCES medicine_schedule (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

-- What went is a message of the same patient.
ALTER TABLE reminder ADD CONSTRAINT reminder_message_is_of_the_same_patient FOREIGN KEY (message_id, patient_id)
  REFERENCES message (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE medicine_reminder ADD CONSTRAINT medicine_message_is_of_the_same_patient
  FOREIGN KEY (message_id, patient_id) REFERENCES message (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX reminder_by_message ON reminder (message_id) WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX medicine_reminder_by_message ON medicine_reminder (message_id) WHERE message_id IS NOT NULL;

-- A visit that is booked has reminders to be planned; one that changes takes its reminders with it, and one that ends
-- withdraws them: in the transaction that changes it, whoever does so.
CREATE FUNCTION keep_reminders() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.state IN ('booked', 'confirmed') THEN
    INSERT INTO reminder_plan (booking_id, patient_id, unit_id, label_mask, version, is_due, skipped, pause_reason)
    VALUES (NEW.id, NEW.patient_id, NEW.unit_id, NEW.label_mask, NEW.version, true, '[]', '')
    ON CONFLICT (booking_id) DO UPDATE
      SET version = excluded.version, is_due = true, label_mask = excluded.label_mask;
    IF TG_OP = 'UPDATE' AND OLD.starts_at <> NEW.starts_at THEN
      UPDATE reminder SET state = 'withdrawn', why = 'moved', state_since = NEW.state_since
      WHERE booking_id = NEW.id AND state = 'planned';
    ELSIF TG_OP = 'UPDATE' THEN
      UPDATE reminder SET booking_version = NEW.version WHERE booking_id = NEW.id AND state = 'planned';
    END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    -- The plan first: whoever is planning this visit is waited for, and what they planned is withdrawn as well.
    UPDATE reminder_plan SET version = NEW.version, is_due = true WHERE booking_id = NEW.id;
    UPDATE reminder SET state = 'withdrawn', why = 'ended', state_since = NEW.state_since
    WHERE booking_id = NEW.id AND state = 'planned';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER booking_has_reminders AFTER INSERT ON booking
  FOR EACH ROW WHEN (NEW.state IN ('booked', 'confirmed')) EXECUTE FUNCTION keep_reminders();
CREATE TRIGGER booking_keeps_reminders AFTER UPDATE OF state, version, starts_at ON booking
  FOR EACH ROW WHEN (OLD.state <> NEW.state OR OLD.version <> NEW.version OR OLD.starts_at <> NEW.starts_at)
  EXECUTE FUNCTION keep_reminders();

-- A reminder of a visit goes only while the visit stands, as it stands.
CREATE FUNCTION refuse_old_reminder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM booking b WHERE b.id = NEW.booking_id AND (
      NEW.kind = 'off' AND b.state IN ('cancelled', 'bumped')
      OR NEW.kind <> 'off' AND b.state IN ('booked', 'confirmed') AND b.version = NEW.booking_version
         AND b.starts_at > NEW.sent_at)) THEN
    RAISE EXCEPTION 'a reminder is of a visit that stands'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reminder_is_true';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER reminder_is_true AFTER UPDATE OF state ON reminder
  FOR EACH ROW WHEN (NEW.state = 'sent' AND OLD.state <> 'sent') EXECUTE FUNCTION refuse_old_reminder();

-- What went is not taken back, and another moment is another row.
CREATE FUNCTION refuse_changed_reminder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'another reminder is another row'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'reminder_is_not_rewritten';
END $$;
CREATE TRIGGER reminder_is_not_rewritten BEFORE UPDATE ON reminder FOR EACH ROW
  WHEN (OLD.booking_id <> NEW.booking_id OR OLD.kind <> NEW.kind OR OLD.due_at <> NEW.due_at
        OR OLD.patient_id <> NEW.patient_id OR OLD.state <> 'planned' AND NEW.state = 'planned' AND OLD.why <> 'ladder'
        OR OLD.state IN ('sent', 'answered') AND NEW.state NOT IN ('sent', 'answered', 'withdrawn'))
  EXECUTE FUNCTION refuse_changed_reminder();
CREATE TRIGGER medicine_reminder_is_not_rewritten BEFORE UPDATE ON medicine_reminder FOR EACH ROW
  WHEN (OLD.schedule_id <> NEW.schedule_id OR OLD.due_at <> NEW.due_at OR OLD.patient_id <> NEW.patient_id
        OR OLD.state <> 'planned' AND NEW.state = 'planned' AND (OLD.why <> 'stopped' OR OLD.sent_at IS NOT NULL))
  EXECUTE FUNCTION refuse_changed_reminder();
CREATE TRIGGER schedule_is_not_rewritten BEFORE UPDATE ON medicine_schedule FOR EACH ROW
  WHEN (OLD.resource_id <> NEW.resource_id OR OLD.patient_id <> NEW.patient_id OR OLD.times <> NEW.times
        OR OLD.statement_version <> NEW.statement_version
        OR OLD.state IN ('stopped', 'ended') AND NEW.state <> OLD.state)
  EXECUTE FUNCTION refuse_changed_reminder();

-- A schedule rests on the statement as it stands in the record.
CREATE FUNCTION refuse_old_statement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM medicine_schedule s WHERE s.id = NEW.id AND s.state = 'active')
     AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.id = NEW.resource_id AND r.version = NEW.statement_version
                     AND r.patient_id = NEW.patient_id AND r.type IN ('MedicationRequest', 'MedicationStatement')) THEN
    RAISE EXCEPTION 'a schedule rests on a statement that stands'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'schedule_statement_stands';
  END IF;
  RETURN NULL;
END $$;
-- Looked at when the transaction ends: a statement that changed meanwhile is seen.
CREATE CONSTRAINT TRIGGER schedule_statement_stands AFTER INSERT OR UPDATE OF state ON medicine_schedule
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'active') EXECUTE FUNCTION refuse_old_statement();

-- A record that came in a long transaction tells of a moment before its end: what was sent meanwhile, before this stop
-- could be known, came before it.
CREATE FUNCTION stop_after_last_sent(of_schedule uuid) RETURNS void LANGUAGE sql VOLATILE
SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE medicine_schedule s SET state_since = m.sent_at
  FROM (SELECT max(r.sent_at) AS sent_at FROM medicine_reminder r WHERE r.schedule_id = of_schedule) m
  WHERE s.id = of_schedule AND m.sent_at > s.state_since
$$;

-- A statement of the list that changes stops its reminders in the same transaction. Whether the new one says the same
-- is for a person to see. Whoever sends holds the row of the schedule, so one of the two waits for the other.
CREATE FUNCTION stop_schedules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE now_at timestamptz := coalesce(careloop_context('at')::timestamptz, NEW.received_at);
BEGIN
  UPDATE medicine_schedule SET state = 'stopped', why = 'statement_changed', state_since = now_at, is_due = true,
    version = version + 1
  WHERE resource_id = NEW.id AND state IN ('active', 'paused');
  UPDATE medicine_reminder m SET state = 'withdrawn', why = 'stopped', state_since = now_at
  FROM medicine_schedule s WHERE s.resource_id = NEW.id AND m.schedule_id = s.id AND m.state = 'planned';
  PERFORM stop_after_last_sent(s.id) FROM medicine_schedule s WHERE s.resource_id = NEW.id AND s.state = 'stopped';
  RETURN NULL;
END $$;
CREATE TRIGGER statement_stops_reminders AFTER UPDATE OF version ON resource FOR EACH ROW
  WHEN (NEW.type IN ('MedicationRequest', 'MedicationStatement') AND OLD.version <> NEW.version)
  EXECUTE FUNCTION stop_schedules();

-- Nothing is planned or sent for a schedule that does not stand. The row of the schedule is held until the end.
CREATE FUNCTION refuse_stopped_reminder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM medicine_schedule s WHERE s.id = NEW.schedule_id AND s.state = 'active'
    AND s.statement_version = NEW.statement_version FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a reminder is of a medicine that is taken'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'medicine_reminder_is_true';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER medicine_reminder_is_true AFTER INSERT OR UPDATE OF state ON medicine_reminder
  FOR EACH ROW WHEN (NEW.state IN ('planned', 'sent')) EXECUTE FUNCTION refuse_stopped_reminder();

-- Nobody reminds the dead.
CREATE FUNCTION end_reminders_of_dead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE now_at timestamptz := coalesce(careloop_context('at')::timestamptz, NEW.changed_at);
BEGIN
  UPDATE medicine_schedule SET state = 'stopped', why = 'died', state_since = now_at, version = version + 1
  WHERE patient_id = NEW.id AND state IN ('active', 'paused');
  UPDATE medicine_reminder SET state = 'withdrawn', why = 'died', state_since = now_at
  WHERE patient_id = NEW.id AND state = 'planned';
  UPDATE reminder SET state = 'withdrawn', why = 'died', state_since = now_at
  WHERE patient_id = NEW.id AND state = 'planned';
  PERFORM stop_after_last_sent(s.id) FROM medicine_schedule s WHERE s.patient_id = NEW.id AND s.why = 'died';
  RETURN NULL;
END $$;
CREATE TRIGGER reminders_end_with_death AFTER UPDATE OF is_dead ON patient
  FOR EACH ROW WHEN (NEW.is_dead AND NOT OLD.is_dead) EXECUTE FUNCTION end_reminders_of_dead();

-- What is due, for the worker alone: keys and whose they are.
CREATE FUNCTION due_reminder_plans(how_many integer) RETURNS TABLE (booking_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.booking_id, p.patient_id FROM reminder_plan p WHERE is_system() AND p.is_due
  ORDER BY p.booking_id LIMIT how_many
$$;
CREATE FUNCTION due_reminders(moment timestamptz, how_many integer) RETURNS TABLE (reminder_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT r.id, r.patient_id FROM reminder r WHERE is_system() AND r.state = 'planned' AND r.due_at <= moment
    AND NOT EXISTS (SELECT 1 FROM reminder_plan p WHERE p.booking_id = r.booking_id AND p.paused_at IS NOT NULL
                    AND r.good_until > moment)
  ORDER BY r.due_at, r.id LIMIT how_many
$$;
CREATE FUNCTION due_schedules(moment timestamptz, how_many integer) RETURNS TABLE (schedule_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  (SELECT s.id, s.patient_id FROM medicine_schedule s WHERE is_system() AND s.state = 'active'
     AND s.planned_until <= moment ORDER BY s.planned_until LIMIT how_many)
  UNION
  (SELECT s.id, s.patient_id FROM medicine_schedule s WHERE is_system() AND s.is_due ORDER BY s.id LIMIT how_many)
$$;
CREATE FUNCTION due_medicine_reminders(moment timestamptz, how_many integer)
RETURNS TABLE (reminder_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT r.id, r.patient_id FROM medicine_reminder r WHERE is_system() AND r.state = 'planned' AND r.due_at <= moment
  ORDER BY r.due_at, r.id LIMIT how_many
$$;

-- The ladder of a kind of visit was set anew: its visits to come are planned again, whosever they are.
CREATE FUNCTION replan_visits(of_kind uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE n bigint;
BEGIN
  IF careloop_context('person') IS NULL THEN RETURN 0; END IF;
  UPDATE reminder_plan p SET is_due = true FROM booking b
  WHERE b.id = p.booking_id AND b.visit_type_id = of_kind AND b.state IN ('booked', 'confirmed')
    AND b.starts_at > careloop_context('at')::timestamptz;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['reminder_plan', 'reminder', 'medicine_schedule', 'medicine_reminder'] LOOP
    EXECUTE format('CREATE POLICY seer_keeps ON %I FOR UPDATE TO careloop_seer USING (true)', t);
    EXECUTE format('GRANT UPDATE ON %I TO careloop_seer', t);
  END LOOP;
END $$;
CREATE POLICY seer_plans ON reminder_plan FOR INSERT TO careloop_seer WITH CHECK (true);
GRANT INSERT ON reminder_plan TO careloop_seer;
GRANT SELECT, INSERT, UPDATE ON reminder_rung, reminder_plan, reminder, medicine_schedule,
  medicine_reminder TO careloop_app;
GRANT USAGE ON SEQUENCE reminder_rung_id_seq TO careloop_app;
GRANT SELECT ON reminder_rung, reminder_plan, reminder, medicine_schedule, medicine_reminder, reminder_rung_id_seq
  TO careloop_backup;

-- Visits that stood before there were reminders are planned as well.
SET LOCAL ROLE careloop_seer;
INSERT INTO reminder_plan (booking_id, patient_id, unit_id, label_mask, version, is_due, skipped, pause_reason)
  SELECT b.id, b.patient_id, b.unit_id, b.label_mask, b.version, true, '[]', '' FROM booking b
  WHERE b.state IN ('booked', 'confirmed');
RESET ROLE;

-- Never events of reminders.
CREATE VIEW inv_reminder_twice WITH (security_invoker = true) AS
  SELECT r.booking_id, r.kind FROM reminder r WHERE r.state IN ('sent', 'answered')
  GROUP BY r.booking_id, r.kind HAVING count(*) > 1
  UNION ALL
  SELECT m.schedule_id, 'medicine' FROM medicine_reminder m WHERE m.state IN ('sent', 'answered')
  GROUP BY m.schedule_id, m.due_at HAVING count(*) > 1;
CREATE VIEW inv_reminder_old_time WITH (security_invoker = true) AS
  SELECT r.id FROM reminder r JOIN booking b ON b.id = r.booking_id
  WHERE r.state = 'planned' AND r.kind <> 'off'
    AND (b.state NOT IN ('booked', 'confirmed') OR b.version <> r.booking_version OR b.starts_at <= r.due_at);
CREATE VIEW inv_medicine_reminder_after_stop WITH (security_invoker = true) AS
  SELECT m.id FROM medicine_reminder m JOIN medicine_schedule s ON s.id = m.schedule_id
  WHERE m.state = 'planned' AND (s.state <> 'active' OR m.statement_version <> s.statement_version)
     OR m.state IN ('sent', 'answered') AND s.state <> 'active' AND m.sent_at > s.state_since;
GRANT SELECT ON inv_reminder_twice, inv_reminder_old_time, inv_medicine_reminder_after_stop TO careloop_seer;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['keep_reminders()', 'refuse_old_reminder()',
    'refuse_old_statement()', 'stop_schedules()',
    'refuse_stopped_reminder()', 'end_reminders_of_dead()', 'due_reminder_plans(integer)',
    'due_reminders(timestamptz, integer)', 'due_schedules(timestamptz, integer)',
    'due_medicine_reminders(timestamptz, integer)', 'replan_visits(uuid)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION keep_reminders(), refuse_old_reminder(), refuse_old_statement(),
  stop_schedules(),
  refuse_stopped_reminder(), end_reminders_of_dead(), due_reminder_plans(integer),
  due_reminders(timestamptz, integer), due_schedules(timestamptz, integer),
  due_medicine_reminders(timestamptz, integer), replan_visits(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION due_reminder_plans(integer), due_reminders(timestamptz, integer),
  due_schedules(timestamptz, integer), due_medicine_reminders(timestamptz, integer), replan_visits(uuid)
  TO careloop_app;
RESET ROLE;
