-- An address of a calendar elsewhere: sealed, and of no patient. Its copy in a backup opens with the clinic's key alone.
GRANT SELECT, INSERT, UPDATE, DELETE ON outside_address TO careloop_app;
GRANT SELECT ON outside_address TO careloop_backup;

CREATE TRIGGER calendar_is_of_bookable BEFORE INSERT OR UPDATE OF entry_id ON outside_address
  FOR EACH ROW EXECUTE FUNCTION refuse_calendar_of_other();
