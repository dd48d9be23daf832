-- The mailbox of answers, corrections of what was read wrongly, offers that somebody else took, replies in their order.

-- Of no patient: the password lies sealed, and its copy in a backup opens with the clinic's key alone.
GRANT SELECT, INSERT, UPDATE ON mailbox, mailbox_letter TO careloop_app;
GRANT USAGE ON SEQUENCE mailbox_letter_id_seq TO careloop_app;
GRANT SELECT ON mailbox, mailbox_letter, mailbox_letter_id_seq TO careloop_backup;

-- What was read of a folder is only added to, and read on from there: up to a number of one and the same folder.
CREATE FUNCTION refuse_changed_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a mail that was read is not read again'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_is_not_rewritten';
END $$;
CREATE TRIGGER letter_is_not_rewritten BEFORE UPDATE ON mailbox_letter FOR EACH ROW
  WHEN ((OLD.generation, OLD.uid_validity, OLD.uid, OLD.at, OLD.became, OLD.why) IS DISTINCT FROM
        (NEW.generation, NEW.uid_validity, NEW.uid, NEW.at, NEW.became, NEW.why) OR OLD.marked_at IS NOT NULL)
  EXECUTE FUNCTION refuse_changed_letter();
CREATE TRIGGER letter_is_never_deleted BEFORE DELETE ON mailbox_letter
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letters_are_never_emptied BEFORE TRUNCATE ON mailbox_letter EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_mailbox_set_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a mailbox is read on, never from before'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'mailbox_is_read_on';
END $$;
CREATE TRIGGER mailbox_is_read_on BEFORE UPDATE ON mailbox FOR EACH ROW
  WHEN (NEW.generation < OLD.generation OR NEW.generation = OLD.generation AND (
        NEW.uid_validity = OLD.uid_validity AND NEW.last_uid < OLD.last_uid
        OR (NEW.host, NEW.username, NEW.folder) IS DISTINCT FROM (OLD.host, OLD.username, OLD.folder)))
  EXECUTE FUNCTION refuse_mailbox_set_back();

-- What a person said that an answer means is history, of the patient of the answer.
ALTER TABLE answer ADD CONSTRAINT answer_and_patient UNIQUE (message_id, patient_id);
ALTER TABLE answer_correction ADD CONSTRAINT correction_is_of_the_same_patient FOREIGN KEY (answer_id, patient_id)
  REFERENCES answer (message_id, patient_id) DEFERRABLE INITIALLY DEFERRED;
CREATE TRIGGER correction_is_history BEFORE UPDATE OF answer_id, patient_id, was, meaning, asked, language, phrases,
  undone, why, at, by_id OR DELETE ON answer_correction FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER corrections_are_never_emptied BEFORE TRUNCATE ON answer_correction EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON answer_correction TO careloop_app;
GRANT SELECT ON answer_correction TO careloop_backup;

-- Which words of the catalog were read wrongly, how often: no patient, and nobody's own words.
CREATE FUNCTION wrong_readings(how_many integer)
RETURNS TABLE (phrase text, language text, asked text, was text, meaning text, times bigint, newest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.phrase, c.language, c.asked, c.was, c.meaning, count(*), max(c.at)
  FROM answer_correction c
  CROSS JOIN LATERAL (SELECT jsonb_array_elements_text(
    CASE WHEN c.phrases = '[]' THEN '[""]' ELSE c.phrases END) AS phrase) p
  WHERE careloop_context('person') IS NOT NULL
  GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 7 DESC LIMIT how_many
$$;

-- Of whoever was told of a time that somebody else has, and has not heard that it is taken.
CREATE FUNCTION untold_offers(how_many integer) RETURNS TABLE (offer_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.id, o.patient_id FROM waitlist_offer o
  JOIN outbox b ON b.key = 'waitlist ' || o.id AND b.state IN ('sent', 'delivered', 'claimed', 'unknown')
  WHERE is_system() AND o.state = 'taken' AND o.told_taken_at IS NULL
  ORDER BY o.state_since, o.id LIMIT how_many
$$;
CREATE INDEX offer_untold ON waitlist_offer (state_since, id) WHERE state = 'taken' AND told_taken_at IS NULL;
ALTER FUNCTION wrong_readings(integer) OWNER TO careloop_seer;
ALTER FUNCTION untold_offers(integer) OWNER TO careloop_seer;

SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION wrong_readings(integer), untold_offers(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wrong_readings(integer), untold_offers(integer) TO careloop_app;

-- Somebody has a freed time: of whoever else was asked about it, in any team, the offer is over, and what has not gone
-- yet to tell it does not go.
CREATE OR REPLACE FUNCTION take_freed_time(of_freed uuid, by_wish uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  moment timestamptz := careloop_context('at')::timestamptz;
  n integer;
BEGIN
  IF careloop_context('person') IS NULL THEN RETURN 0; END IF;
  WITH over AS (
    UPDATE waitlist_offer o SET state = 'taken', state_since = moment
    WHERE o.freed_id = of_freed AND o.wish_id <> by_wish AND o.state IN ('open', 'not_reached', 'expired')
      AND EXISTS (SELECT 1 FROM freed_time f WHERE f.id = of_freed AND f.taken_at IS NOT NULL)
    RETURNING o.id),
  unsent AS (
    UPDATE outbox b SET state = 'withdrawn', state_since = moment, held_for = '', next_at = NULL,
      stopped_because = 'by_person'
    FROM over WHERE b.key = 'waitlist ' || over.id AND b.state IN ('held', 'waiting'))
  SELECT count(*) INTO n FROM over;
  RETURN n;
END $$;

-- As before, and a reminder of which an answer was taken back is not sent anew.
CREATE OR REPLACE FUNCTION refuse_old_reminder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- An answer that was read wrongly is none: the reminder went long ago.
  IF OLD.state = 'answered' THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT 1 FROM booking b WHERE b.id = NEW.booking_id AND (
      NEW.kind = 'off' AND b.state IN ('cancelled', 'bumped')
      OR NEW.kind <> 'off' AND b.state IN ('booked', 'confirmed') AND b.version = NEW.booking_version
         AND b.starts_at > NEW.sent_at)) THEN
    RAISE EXCEPTION 'a reminder is of a visit that stands'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reminder_is_true';
  END IF;
  RETURN NULL;
END $$;

-- As before, and nothing that was put off to the morning, or is tried again later, holds up a direct answer.
CREATE OR REPLACE FUNCTION claim_outbox(moment timestamptz, how_many integer, lease interval, opens time, closes time)
RETURNS TABLE (id uuid, patient_id uuid, unit_id integer, state text, token bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH due AS MATERIALIZED (
    SELECT o.id FROM outbox o
    WHERE is_system() AND o.state IN ('held', 'waiting') AND o.next_at <= moment
      AND NOT EXISTS (SELECT FROM outbox_epoch e WHERE e.is_waiting)
      AND NOT EXISTS (
        SELECT FROM outbox b WHERE b.thread_id = o.thread_id AND b.id <> o.id
          AND b.state IN ('held', 'waiting', 'claimed', 'unknown') AND b.held_for NOT IN ('person', 'decision')
          AND (b.meant_at, b.no) < (o.meant_at, o.no)
          -- What answers a person who has just written waits for other answers, and for what goes at this moment; not
          -- for what was put off, is to be tried again later, or is being found out about.
          AND (NOT o.at_any_hour OR b.at_any_hour OR b.state = 'claimed'
               OR b.state IN ('held', 'waiting') AND b.next_at <= moment))
    ORDER BY o.next_at, o.no LIMIT how_many FOR UPDATE OF o SKIP LOCKED),
  judged AS MATERIALIZED (
    SELECT o.id, outbox_hindrance(o, moment) AS why,
      CASE WHEN o.at_any_hour OR o.road NOT IN ('text', 'email') THEN NULL
           ELSE next_day_hour(moment, o.zone, opens, closes) END AS morning,
      nextval('outbox_token') AS token
    FROM outbox o JOIN due USING (id))
  UPDATE outbox o SET
    state = CASE WHEN j.why <> '' OR j.morning > o.good_until THEN 'withdrawn'
                 WHEN j.morning IS NOT NULL THEN 'waiting' ELSE 'claimed' END,
    stopped_because = CASE WHEN j.why <> '' THEN j.why WHEN j.morning > o.good_until THEN 'too_late' ELSE '' END,
    awaits_word = j.why <> '' OR coalesce(j.morning > o.good_until, false),
    state_since = moment, held_for = '',
    next_at = CASE WHEN j.why <> '' OR j.morning > o.good_until THEN NULL ELSE j.morning END,
    leased_until = CASE WHEN j.why = '' AND j.morning IS NULL THEN moment + lease END,
    claimed_at = CASE WHEN j.why = '' AND j.morning IS NULL THEN moment ELSE o.claimed_at END,
    attempts = o.attempts + CASE WHEN j.why = '' AND j.morning IS NULL THEN 1 ELSE 0 END,
    token = j.token
  FROM judged j WHERE o.id = j.id
  RETURNING o.id, o.patient_id, o.unit_id, o.state, o.token
$$;
RESET ROLE;

-- Whoever was asked long ago is not told now.
SELECT set_config('careloop.migrating', 'on', true);
UPDATE waitlist_offer SET told_taken_at = state_since WHERE state = 'taken';
SELECT set_config('careloop.migrating', '', true);
