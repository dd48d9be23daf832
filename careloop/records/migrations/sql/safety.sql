-- What was set aside is added, and ended once: nothing else of it ever changes.
CREATE FUNCTION refuse_changed_override() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL
     OR (to_jsonb(NEW) - ARRAY['ended_at', 'ended_by_id', 'unit_id', 'label_mask'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['ended_at', 'ended_by_id', 'unit_id', 'label_mask'])
     OR (NEW.ended_at IS NULL AND NEW.unit_id = OLD.unit_id AND NEW.label_mask = OLD.label_mask) THEN
    RAISE EXCEPTION 'an override is only ended, and once' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER override_is_only_ended BEFORE UPDATE ON safety_override
  FOR EACH ROW EXECUTE FUNCTION refuse_changed_override();
CREATE TRIGGER override_is_never_deleted BEFORE DELETE ON safety_override
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER override_is_never_emptied BEFORE TRUNCATE ON safety_override EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON safety_override TO careloop_app;
GRANT SELECT ON safety_override TO careloop_backup;

-- However long the clinic lets a finding be set aside: never for more than a year.
ALTER TABLE safety_override ADD CONSTRAINT override_ends_within_a_year
  CHECK (until_on <= (made_at AT TIME ZONE 'UTC')::date + 367);
