-- Calendars are replaced whole; a visit type is switched off, never deleted.
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_hours, calendar_day TO careloop_app;
GRANT SELECT, INSERT, UPDATE ON visit_type TO careloop_app;
GRANT USAGE ON SEQUENCE calendar_hours_id_seq, calendar_day_id_seq TO careloop_app;
GRANT SELECT ON SEQUENCE calendar_hours_id_seq, calendar_day_id_seq TO careloop_backup;
GRANT SELECT ON calendar_hours, calendar_day, visit_type TO careloop_seer, careloop_backup;

-- Only who and what can be booked has a calendar, and a site its hours.
CREATE FUNCTION refuse_calendar_of_other() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM directory_entry e WHERE e.id = NEW.entry_id AND e.zone <> ''
                 AND e.kind IN ('site', 'practitioner', 'room', 'device', 'interpreter')) THEN
    RAISE EXCEPTION 'this entry has no calendar'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'calendar_is_of_bookable';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER calendar_is_of_bookable BEFORE INSERT OR UPDATE OF entry_id ON calendar_hours
  FOR EACH ROW EXECUTE FUNCTION refuse_calendar_of_other();
CREATE TRIGGER calendar_is_of_bookable BEFORE INSERT OR UPDATE OF entry_id ON calendar_day
  FOR EACH ROW EXECUTE FUNCTION refuse_calendar_of_other();
