-- What was given back stays given back. Only how a visit went can turn out wrong, and that takes no time again.
DROP TRIGGER booking_is_not_rewritten ON booking;
CREATE TRIGGER booking_is_not_rewritten BEFORE UPDATE ON booking FOR EACH ROW
  WHEN (OLD.patient_id <> NEW.patient_id OR OLD.loop_id <> NEW.loop_id OR OLD.starts_at <> NEW.starts_at
        OR OLD.starts_wall <> NEW.starts_wall OR OLD.zone <> NEW.zone OR OLD.minutes <> NEW.minutes
        OR OLD.hold_token <> NEW.hold_token OR OLD.visit_type_id <> NEW.visit_type_id
        OR (OLD.state NOT IN ('held', 'booked', 'confirmed', 'arrived') AND OLD.state <> NEW.state
            AND NOT (OLD.state = 'no_show' AND NEW.state = 'done')
            AND NOT (OLD.state = 'done' AND NEW.state = 'no_show')))
  EXECUTE FUNCTION refuse_changed_booking();

-- A referral waits for a visit here that is over, was missed or was called off: nobody would ever look.
CREATE VIEW inv_referral_waits_for_ended_visit WITH (security_invoker = true) AS
  SELECT r.id FROM referral r JOIN booking b ON b.id = r.booking_id
  WHERE r.state = 'date_set' AND NOT b.occupies;
GRANT SELECT ON inv_referral_waits_for_ended_visit TO careloop_seer;
