-- A number that is not theirs is one truth: shut for calls and texts, and no message goes there.

-- A telephone number as it is compared, as fold_phone() in rules/outbox.py has it: a test compares them. '' is none.
CREATE FUNCTION folded_phone(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN d !~ '^\+?[0-9]+$' THEN ''
    WHEN d LIKE '+%' AND d NOT LIKE '+1%' THEN CASE WHEN length(d) - 1 BETWEEN 7 AND 15 THEN d ELSE '' END
    WHEN b ~ '^1?[2-9][0-9]{9}$' THEN '+1' || right(b, 10) ELSE '' END
  FROM (SELECT d, ltrim(d, '+') AS b FROM (
    SELECT regexp_replace(given, '[\s().\-/\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u001c-\u001f]', '', 'g')
      AS d) x) y
$$;
-- Two writings of one number; what is no whole number is the same only as it stands.
CREATE FUNCTION is_same_number(one text, other text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT one = other OR folded_phone(one) <> '' AND folded_phone(one) = folded_phone(other)
$$;
-- Which road of a call card an address is for, and the other way round.
CREATE FUNCTION try_road_of(road text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$ SELECT CASE road WHEN 'phone' THEN 'call' ELSE road END $$;

-- What stood before there was one truth.
SELECT set_config('careloop.migrating', 'on', true);
UPDATE contact_point p SET frozen_at = b.since, frozen_because = 'wrong number' FROM reach_block b
  WHERE b.patient_id = p.patient_id AND b.ended_at IS NULL AND b.why = 'wrong_number' AND p.member_id IS NULL
    AND p.ended_at IS NULL AND p.frozen_at IS NULL AND p.road IN ('text', 'phone')
    AND b.road = try_road_of(p.road) AND is_same_number(b.address, p.address);
INSERT INTO reach_block (patient_id, unit_id, label_mask, road, address, why, since, by_id, ended_because)
  SELECT DISTINCT ON (p.patient_id, r.road, p.address) p.patient_id, p.unit_id, p.label_mask, r.road, p.address,
    'wrong_number', p.frozen_at, p.made_by_id, ''
  FROM contact_point p CROSS JOIN (VALUES ('call'), ('text')) r (road)
  WHERE p.frozen_at IS NOT NULL AND p.ended_at IS NULL AND p.member_id IS NULL AND p.road IN ('text', 'phone')
    AND NOT EXISTS (SELECT FROM reach_block b WHERE b.patient_id = p.patient_id AND b.ended_at IS NULL
                    AND b.road = r.road AND is_same_number(b.address, p.address))
  ORDER BY p.patient_id, r.road, p.address, p.frozen_at;
UPDATE contact_point p SET frozen_at = b.since, frozen_because = 'wrong number' FROM reach_block b
  WHERE b.patient_id = p.patient_id AND b.ended_at IS NULL AND b.why = 'wrong_number' AND p.member_id IS NULL
    AND p.ended_at IS NULL AND p.frozen_at IS NULL AND p.road IN ('text', 'phone')
    AND b.road = try_road_of(p.road) AND is_same_number(b.address, p.address);
SELECT set_config('careloop.migrating', '', true);

-- Whoever shuts a number and whoever takes up an address of the same person wait for each other.
CREATE FUNCTION lock_numbers(of_patient uuid) RETURNS void LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp AS $$ SELECT pg_advisory_xact_lock(hashtextextended(of_patient::text, 6)) $$;

-- Shut the number of an address for calls and texts, as it is written on file.
CREATE FUNCTION shut_number_of(p contact_point) RETURNS void LANGUAGE sql VOLATILE
SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO reach_block (patient_id, unit_id, label_mask, road, address, why, since, by_id, ended_because)
    SELECT p.patient_id, p.unit_id, p.label_mask, r.road, coalesce((
        SELECT min(c.value) FROM patient_contact c WHERE c.patient_id = p.patient_id
          AND c.system IN ('phone', 'sms') AND is_same_number(c.value, p.address)), p.address),
      'wrong_number', p.frozen_at, coalesce(careloop_context('person')::uuid, p.made_by_id), ''
    FROM (VALUES ('call'), ('text')) r (road)
    WHERE NOT EXISTS (SELECT FROM reach_block b WHERE b.patient_id = p.patient_id AND b.ended_at IS NULL
                      AND b.road = r.road AND is_same_number(b.address, p.address))
    ON CONFLICT DO NOTHING
$$;

-- An address that comes anew rests from the beginning if its number is shut.
CREATE FUNCTION freeze_new_point() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE shut timestamptz;
BEGIN
  PERFORM lock_numbers(NEW.patient_id);
  SELECT min(b.since) INTO shut FROM reach_block b WHERE b.patient_id = NEW.patient_id AND b.ended_at IS NULL
    AND b.why = 'wrong_number' AND b.road = try_road_of(NEW.road) AND is_same_number(b.address, NEW.address);
  IF shut IS NOT NULL AND NEW.frozen_at IS NULL THEN
    NEW.frozen_at := shut; NEW.frozen_because := 'wrong number';
  ELSIF shut IS NULL AND NEW.frozen_at IS NOT NULL THEN
    PERFORM shut_number_of(NEW);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_shut_number_rests BEFORE INSERT ON contact_point FOR EACH ROW
  WHEN (NEW.member_id IS NULL AND NEW.road IN ('text', 'phone') AND NEW.ended_at IS NULL)
  EXECUTE FUNCTION freeze_new_point();

-- A number that is shut rests, one that is lifted is used again, unless another writing of it is still shut.
CREATE FUNCTION follow_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_numbers(NEW.patient_id);
  IF NEW.ended_at IS NULL THEN
    UPDATE contact_point p SET frozen_at = NEW.since, frozen_because = 'wrong number'
      WHERE p.patient_id = NEW.patient_id AND p.member_id IS NULL AND p.ended_at IS NULL AND p.frozen_at IS NULL
        AND p.road IN ('text', 'phone') AND NEW.road = try_road_of(p.road) AND is_same_number(NEW.address, p.address);
  ELSE
    UPDATE contact_point p SET frozen_at = NULL, frozen_because = ''
      WHERE p.patient_id = NEW.patient_id AND p.member_id IS NULL AND p.ended_at IS NULL AND p.frozen_at IS NOT NULL
        AND p.road IN ('text', 'phone') AND NEW.road = try_road_of(p.road) AND is_same_number(NEW.address, p.address)
        AND NOT EXISTS (SELECT FROM reach_block b WHERE b.patient_id = p.patient_id AND b.ended_at IS NULL
                        AND b.road = NEW.road AND is_same_number(b.address, p.address));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER block_rests_the_address AFTER INSERT ON reach_block FOR EACH ROW
  WHEN (NEW.why = 'wrong_number') EXECUTE FUNCTION follow_block();
CREATE TRIGGER lifted_wakes_the_address AFTER UPDATE OF ended_at ON reach_block FOR EACH ROW
  WHEN (NEW.why = 'wrong_number' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
  EXECUTE FUNCTION follow_block();

-- An address of the patient that rests shuts its number; where the number was shut first, nothing more is done.
CREATE FUNCTION follow_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_numbers(NEW.patient_id);
  IF NEW.frozen_at IS NULL THEN
    IF EXISTS (SELECT FROM reach_block b WHERE b.patient_id = NEW.patient_id AND b.ended_at IS NULL
               AND b.why = 'wrong_number' AND b.road = try_road_of(NEW.road)
               AND is_same_number(b.address, NEW.address)) THEN
      RAISE EXCEPTION 'a number that is shut is lifted first'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'point_rests_while_shut';
    END IF;
  ELSIF pg_trigger_depth() = 1 THEN
    PERFORM shut_number_of(NEW);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER resting_address_is_shut AFTER UPDATE OF frozen_at ON contact_point FOR EACH ROW
  WHEN (NEW.member_id IS NULL AND NEW.road IN ('text', 'phone') AND NEW.ended_at IS NULL
        AND (OLD.frozen_at IS NULL) <> (NEW.frozen_at IS NULL))
  EXECUTE FUNCTION follow_point();

-- Who asked on the telephone not to be reached on a road is not reached on it in any other way either.
CREATE TRIGGER road_waits_for_senders BEFORE INSERT ON reach_block FOR EACH ROW WHEN (NEW.address = '')
  EXECUTE FUNCTION lock_choice();
CREATE OR REPLACE FUNCTION stopped_since(of_patient uuid, of_member uuid, by_road text) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT max(t.at) FROM (
    (SELECT c.kind, c.at FROM contact_choice c WHERE c.patient_id = of_patient
       AND c.member_id IS NOT DISTINCT FROM of_member AND c.kind IN ('stop', 'start') AND c.road IN ('', by_road)
     ORDER BY c.id DESC LIMIT 1)
    UNION ALL
    (SELECT c.kind, c.at FROM contact_choice c WHERE c.patient_id = of_patient
       AND c.member_id IS NOT DISTINCT FROM of_member AND c.kind IN ('do_not_contact', 'may_contact')
     ORDER BY c.id DESC LIMIT 1)
    UNION ALL
    (SELECT 'stop', b.since FROM reach_block b WHERE of_member IS NULL AND b.patient_id = of_patient
       AND b.address = '' AND b.ended_at IS NULL AND b.road = try_road_of(by_road) LIMIT 1)) t (kind, at)
  WHERE t.kind IN ('stop', 'do_not_contact')
$$;

-- What was sent counts as a try under the key that it has in the outbox, unless it was heard before that it never came.
CREATE OR REPLACE FUNCTION reach_end_holds(e reach_end) RETURNS boolean LANGUAGE sql STABLE
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
    AND NOT EXISTS (SELECT FROM outbox o WHERE o.id = t.id AND o.state = 'failed' AND o.state_since <= e.at)
    AND t.at > coalesce((SELECT max(b.at) FROM reach_end b WHERE b.loop_id = e.loop_id AND b.at < e.at), '-infinity')
$$;

-- Never events of what is one truth.
CREATE VIEW inv_shut_number_not_resting WITH (security_invoker = true) AS
  SELECT p.id FROM contact_point p WHERE p.member_id IS NULL AND p.ended_at IS NULL AND p.road IN ('text', 'phone')
    AND (p.frozen_at IS NOT NULL) <> EXISTS (
      SELECT FROM reach_block b WHERE b.patient_id = p.patient_id AND b.ended_at IS NULL AND b.why = 'wrong_number'
        AND b.road = try_road_of(p.road) AND is_same_number(b.address, p.address));
GRANT SELECT ON inv_shut_number_not_resting TO careloop_seer;
