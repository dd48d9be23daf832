-- Busy times from elsewhere are replaced whole, and belong to no patient.
GRANT SELECT, INSERT, UPDATE, DELETE ON outside_calendar, outside_busy TO careloop_app;
GRANT USAGE ON SEQUENCE outside_busy_id_seq TO careloop_app;
GRANT SELECT ON SEQUENCE outside_busy_id_seq TO careloop_backup;
GRANT SELECT ON outside_calendar, outside_busy TO careloop_seer, careloop_backup;

CREATE TRIGGER calendar_is_of_bookable BEFORE INSERT OR UPDATE OF entry_id ON outside_calendar
  FOR EACH ROW EXECUTE FUNCTION refuse_calendar_of_other();
