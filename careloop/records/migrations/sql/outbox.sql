-- How people are reached, threads and messages, what goes out and whatever comes in.

-- Everything here is of the patient of the row that it hangs on.
ALTER TABLE contact_point ADD CONSTRAINT point_and_patient UNIQUE (id, patient_id);
ALTER TABLE contact_point ADD CONSTRAINT point_is_of_the_same_patient FOREIGN KEY (member_id, patient_id)
  REFERENCES circle_member (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE contact_choice ADD CONSTRAINT choice_is_of_the_same_patient FOREIGN KEY (member_id, patient_id)
  REFERENCES circle_member (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE thread ADD CONSTRAINT thread_and_patient UNIQUE (id, patient_id);
ALTER TABLE thread ADD CONSTRAINT thread_is_of_the_same_patient FOREIGN KEY (member_id, patient_id)
  REFERENCES circle_member (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message ADD CONSTRAINT message_and_patient UNIQUE (id, patient_id);
ALTER TABLE message ADD CONSTRAINT message_is_of_the_same_patient FOREIGN KEY (thread_id, patient_id)
  REFERENCES thread (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE outbox ADD CONSTRAINT outbox_and_patient UNIQUE (id, patient_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_thread_is_of_the_same_patient FOREIGN KEY (thread_id, patient_id)
  REFERENCES thread (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE outbox ADD CONSTRAINT outbox_message_is_of_the_same_patient FOREIGN KEY (message_id, patient_id)
  REFERENCES message (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE outbox ADD CONSTRAINT outbox_point_is_of_the_same_patient FOREIGN KEY (point_id, patient_id)
  REFERENCES contact_point (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE outbox ADD CONSTRAINT outbox_member_is_of_the_same_patient FOREIGN KEY (member_id, patient_id)
  REFERENCES circle_member (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE outbox_event ADD CONSTRAINT outbox_event_is_of_the_same_patient FOREIGN KEY (outbox_id, patient_id)
  REFERENCES outbox (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

-- What was written, what was chosen and what became of it is only added to.
CREATE TRIGGER choice_is_history BEFORE UPDATE OF id, patient_id, member_id, kind, road, value, because, at, by_id
  OR DELETE ON contact_choice FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER choices_are_never_emptied BEFORE TRUNCATE ON contact_choice EXECUTE FUNCTION refuse_change();
CREATE TRIGGER message_is_history BEFORE UPDATE OF id, patient_id, thread_id, direction, at, by_id, road, language,
  asked_language, situation, words_sha256, is_draft_words, topic, words, pieces, loop_id, inbox_item_id
  OR DELETE ON message FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER messages_are_never_emptied BEFORE TRUNCATE ON message EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outbox_event_is_history BEFORE UPDATE OF id, patient_id, outbox_id, at, event, token, because, reference,
  person_id OR DELETE ON outbox_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outbox_events_are_never_emptied BEFORE TRUNCATE ON outbox_event EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outbox_is_never_deleted BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outbox_is_never_emptied BEFORE TRUNCATE ON outbox EXECUTE FUNCTION refuse_change();
CREATE TRIGGER point_is_never_deleted BEFORE DELETE ON contact_point FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER thread_is_never_deleted BEFORE DELETE ON thread FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inbox_item_is_kept BEFORE UPDATE ON inbox_item FOR EACH ROW
  WHEN ((OLD.id, OLD.source, OLD.sha256, OLD.body, OLD.about, OLD.received_at) IS DISTINCT FROM
        (NEW.id, NEW.source, NEW.sha256, NEW.body, NEW.about, NEW.received_at))
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inbox_item_is_never_deleted BEFORE DELETE ON inbox_item FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inbox_items_are_never_emptied BEFORE TRUNCATE ON inbox_item EXECUTE FUNCTION refuse_change();

-- An address is another row, never rewritten; one that ended stays so.
CREATE FUNCTION refuse_changed_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'another address is another row'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'point_is_not_rewritten';
END $$;
CREATE TRIGGER point_is_not_rewritten BEFORE UPDATE ON contact_point FOR EACH ROW
  WHEN (OLD.patient_id <> NEW.patient_id OR OLD.member_id IS DISTINCT FROM NEW.member_id OR OLD.road <> NEW.road
        OR OLD.address <> NEW.address OR OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
  EXECUTE FUNCTION refuse_changed_point();

-- What goes where is fixed when it is written; from its ends nothing comes back; tokens only rise; what was sent was
-- never a row that somebody withdrew. From the end of the time that a claim has, only a later claim writes.
CREATE FUNCTION refuse_changed_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.patient_id, NEW.kind, NEW.key, NEW.thread_id, NEW.message_id, NEW.member_id, NEW.topic, NEW.purpose,
      NEW.road, NEW.point_id, NEW.address, NEW.zone, NEW.is_last_word, NEW.booking_id, NEW.booking_version,
      NEW.resource_id, NEW.resource_version, NEW.meant_at, NEW.queued_at, NEW.queued_by_id) IS DISTINCT FROM
     (OLD.id, OLD.patient_id, OLD.kind, OLD.key, OLD.thread_id, OLD.message_id, OLD.member_id, OLD.topic, OLD.purpose,
      OLD.road, OLD.point_id, OLD.address, OLD.zone, OLD.is_last_word, OLD.booking_id, OLD.booking_version,
      OLD.resource_id, OLD.resource_version, OLD.meant_at, OLD.queued_at, OLD.queued_by_id) THEN
    RAISE EXCEPTION 'what goes out is not rewritten'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_is_not_rewritten';
  END IF;
  IF NEW.token < OLD.token OR OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
       ('held', 'waiting'), ('held', 'unknown'), ('waiting', 'unknown'), ('held', 'claimed'), ('held', 'withdrawn'), ('held', 'sent'), ('held', 'failed'),
       ('waiting', 'held'), ('waiting', 'claimed'), ('waiting', 'withdrawn'), ('waiting', 'failed'),
       ('claimed', 'waiting'), ('claimed', 'held'), ('claimed', 'sent'), ('claimed', 'failed'), ('claimed', 'unknown'),
       ('claimed', 'withdrawn'),
       ('unknown', 'waiting'), ('unknown', 'sent'), ('unknown', 'delivered'), ('unknown', 'failed'),
       ('unknown', 'withdrawn'),
       ('sent', 'delivered'), ('sent', 'failed'), ('failed', 'delivered')) THEN
    RAISE EXCEPTION 'nothing on its way out goes from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_goes_forward';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER outbox_goes_forward BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse_changed_outbox();

-- Every change of state is a line of history, written by the database itself.
CREATE FUNCTION keep_outbox_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moment timestamptz := coalesce(careloop_context('at')::timestamptz, NEW.state_since);
  happened text := CASE
    WHEN TG_OP = 'INSERT' THEN 'queued'
    WHEN NEW.state = 'waiting' AND OLD.state = 'claimed' THEN 'try_again'
    WHEN NEW.state = 'waiting' AND OLD.state = 'unknown' THEN 'looked_up'
    WHEN NEW.state = 'waiting' AND OLD.held_for = 'decision' THEN 'decided'
    WHEN NEW.state IN ('waiting', 'held') AND NEW.held_for <> 'person' THEN 'put_off'
    WHEN NEW.state = 'held' THEN 'handed_to_person'
    ELSE NEW.state END;
BEGIN
  INSERT INTO outbox_event (patient_id, unit_id, label_mask, outbox_id, at, event, token, because, reference, person_id)
  VALUES (NEW.patient_id, NEW.unit_id, NEW.label_mask, NEW.id, moment, happened, NEW.token,
    CASE WHEN NEW.state = 'withdrawn' THEN NEW.stopped_because ELSE NEW.said END, NEW.reference,
    careloop_context('person')::uuid);
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_event_queued AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION keep_outbox_event();
CREATE TRIGGER outbox_event_kept AFTER UPDATE ON outbox FOR EACH ROW
  WHEN (OLD.state <> NEW.state OR OLD.held_for <> NEW.held_for OR OLD.next_at IS DISTINCT FROM NEW.next_at
        OR OLD.token <> NEW.token)
  EXECUTE FUNCTION keep_outbox_event();

-- Whoever chooses to be left alone waits for what is being sent at this instant, and from its commit nothing is sent.
CREATE FUNCTION lock_choice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.patient_id::text, 5));
  RETURN NEW;
END $$;
CREATE TRIGGER choice_waits_for_senders BEFORE INSERT ON contact_choice FOR EACH ROW EXECUTE FUNCTION lock_choice();

-- The moment since which somebody is not to be reached on a road; null where they may be.
CREATE FUNCTION stopped_since(of_patient uuid, of_member uuid, by_road text) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT max(t.at) FROM (
    (SELECT c.kind, c.at FROM contact_choice c WHERE c.patient_id = of_patient
       AND c.member_id IS NOT DISTINCT FROM of_member AND c.kind IN ('stop', 'start') AND c.road IN ('', by_road)
     ORDER BY c.id DESC LIMIT 1)
    UNION ALL
    (SELECT c.kind, c.at FROM contact_choice c WHERE c.patient_id = of_patient
       AND c.member_id IS NOT DISTINCT FROM of_member AND c.kind IN ('do_not_contact', 'may_contact')
     ORDER BY c.id DESC LIMIT 1)) t (kind, at)
  WHERE t.kind IN ('stop', 'do_not_contact')
$$;

-- Why something may not go at this moment; '' if it may. What it rests on is locked until the transaction ends: a death,
-- a stop, a consent taken back, a wrong number or a move that comes now waits, one that came before is seen. A booking
-- that was confirmed meanwhile is the same visit at the same time: another time is always another booking.
CREATE FUNCTION outbox_hindrance(o outbox, moment timestamptz) RETURNS text LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE since timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(o.patient_id::text, 1));
  IF has_person_died(o.patient_id) THEN RETURN 'dead'; END IF;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(o.patient_id::text, 5));
  since := stopped_since(o.patient_id, o.member_id, o.road);
  IF since IS NOT NULL AND NOT (o.is_last_word AND o.queued_at >= since AND moment <= since + interval '5 minutes') THEN
    RETURN 'stopped';
  END IF;
  IF o.member_id IS NOT NULL
     AND lock_consent(o.member_id, o.topic, o.purpose, o.road, o.label_mask, moment) IS NULL THEN
    RETURN 'no_consent';
  END IF;
  PERFORM FROM contact_point p WHERE p.id = o.point_id AND p.frozen_at IS NULL AND p.ended_at IS NULL FOR SHARE;
  IF NOT FOUND THEN RETURN 'frozen'; END IF;
  IF o.booking_id IS NOT NULL THEN
    PERFORM FROM booking b WHERE b.id = o.booking_id AND b.patient_id = o.patient_id
      AND (b.version = o.booking_version OR b.state = 'confirmed' AND b.version > o.booking_version) FOR SHARE;
    IF NOT FOUND THEN RETURN 'moved'; END IF;
  END IF;
  IF o.resource_id IS NOT NULL THEN
    PERFORM FROM resource r WHERE r.id = o.resource_id AND r.patient_id = o.patient_id
      AND r.version = o.resource_version FOR SHARE;
    IF NOT FOUND THEN RETURN 'medicine_changed'; END IF;
  END IF;
  IF moment > o.good_until THEN RETURN 'too_late'; END IF;
  RETURN '';
END $$;

-- When it is next day in somebody's zone; null while it is.
CREATE FUNCTION next_day_hour(moment timestamptz, zone text, opens time, closes time) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE
    WHEN (moment AT TIME ZONE zone)::time >= opens AND (moment AT TIME ZONE zone)::time < closes THEN NULL
    ELSE (((moment AT TIME ZONE zone)::date + CASE WHEN (moment AT TIME ZONE zone)::time < opens THEN 0 ELSE 1 END)
          + opens) AT TIME ZONE zone END
$$;

-- Claim what is due, in one statement: what may not go is withdrawn with its reason, what comes at night is put off, the
-- rest is claimed with a lease and a token of its own. Nothing overtakes what was meant to come before it in its thread.
CREATE SEQUENCE outbox_token;
CREATE FUNCTION claim_outbox(moment timestamptz, how_many integer, lease interval, opens time, closes time)
RETURNS TABLE (id uuid, patient_id uuid, unit_id integer, state text, token bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH due AS MATERIALIZED (
    SELECT o.id FROM outbox o
    WHERE is_system() AND o.state IN ('held', 'waiting') AND o.next_at <= moment
      AND NOT EXISTS (SELECT FROM outbox_epoch e WHERE e.is_waiting)
      AND NOT EXISTS (
        SELECT FROM outbox b WHERE b.thread_id = o.thread_id AND b.id <> o.id
          AND b.state IN ('held', 'waiting', 'claimed', 'unknown') AND b.held_for NOT IN ('person', 'decision')
          AND (b.meant_at, b.no) < (o.meant_at, o.no))
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

-- Just before it is handed over, in the transaction that hands it over: the same look again, and what it rests on stays
-- locked until the outcome is written. Returns what may go; whoever holds an older token gets nothing.
CREATE FUNCTION recheck_outbox(keys uuid[], tokens bigint[], moment timestamptz)
RETURNS TABLE (id uuid, patient_id uuid, unit_id integer, state text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH mine AS MATERIALIZED (
    SELECT o.id FROM outbox o JOIN unnest(keys, tokens) k (id, token) ON k.id = o.id AND k.token = o.token
    WHERE is_system() AND o.state = 'claimed' AND o.leased_until > moment ORDER BY o.id FOR UPDATE OF o),
  judged AS MATERIALIZED (
    SELECT o.id, outbox_hindrance(o, moment) AS why,
      CASE WHEN o.member_id IS NULL THEN NULL
           ELSE lock_consent(o.member_id, o.topic, o.purpose, o.road, o.label_mask, moment) END AS consent
    FROM outbox o JOIN mine USING (id))
  UPDATE outbox o SET
    state = CASE WHEN j.why <> '' THEN 'withdrawn' ELSE 'claimed' END,
    stopped_because = j.why, awaits_word = j.why <> '',
    state_since = CASE WHEN j.why <> '' THEN moment ELSE o.state_since END,
    leased_until = CASE WHEN j.why <> '' THEN NULL ELSE o.leased_until END,
    consent_id = coalesce(j.consent, o.consent_id)
  FROM judged j WHERE o.id = j.id
  RETURNING o.id, o.patient_id, o.unit_id, o.state
$$;

-- A restore set the tokens back: they go on above every one that was ever given out.
CREATE FUNCTION raise_outbox_token(above bigint) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT setval('outbox_token', greatest(above, (SELECT last_value FROM outbox_token))) WHERE is_system()
$$;
-- The next one, for whoever takes something over to look it up.
CREATE FUNCTION next_outbox_token() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT nextval('outbox_token') WHERE is_system()
$$;

-- Ids of what is to be looked up: claimed by somebody who did not come back, or of unknown outcome and due.
CREATE FUNCTION unclear_outbox(moment timestamptz, how_many integer)
RETURNS TABLE (id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.id, o.patient_id, o.unit_id FROM outbox o
  WHERE is_system() AND (o.state = 'claimed' AND o.leased_until <= moment OR o.state = 'unknown' AND o.next_at <= moment)
  ORDER BY o.id LIMIT how_many
$$;
-- Of those whose loop has not heard yet that something did not go.
CREATE FUNCTION untold_outbox(how_many integer) RETURNS TABLE (id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.id, o.patient_id, o.unit_id FROM outbox o WHERE is_system() AND o.awaits_word ORDER BY o.id LIMIT how_many
$$;
-- What a provider speaks of, by its own reference or by our key.
CREATE FUNCTION place_of_outbox(by_reference text, by_key text) RETURNS TABLE (id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.id, o.patient_id, o.unit_id FROM outbox o
  WHERE is_system() AND (by_reference <> '' AND o.reference = by_reference OR by_key <> '' AND o.key = by_key)
$$;
-- What an answer can belong to: whose address it is, in any team.
CREATE FUNCTION points_of_address(by_road text, of_address text)
RETURNS TABLE (point_id uuid, patient_id uuid, unit_id integer, member_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.id, p.patient_id, p.unit_id, p.member_id FROM contact_point p
  WHERE is_system() AND p.road = by_road AND p.address = of_address AND p.ended_at IS NULL ORDER BY p.id
$$;
-- What was due by a moment and has not gone, for whoever decides after a restore or a long outage.
CREATE FUNCTION overdue_outbox(moment timestamptz, how_many integer)
RETURNS TABLE (id uuid, patient_id uuid, unit_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.id, o.patient_id, o.unit_id FROM outbox o
  WHERE is_system() AND o.meant_at <= moment AND (o.state IN ('waiting', 'claimed', 'unknown')
    OR o.state = 'held' AND o.held_for <> 'person') ORDER BY o.meant_at, o.no LIMIT how_many
$$;
-- Which of these references of a provider stand nowhere here.
CREATE FUNCTION unknown_references(refs text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT r FROM unnest(refs) r WHERE is_system() AND NOT EXISTS (SELECT FROM outbox o WHERE o.reference = r)
$$;
CREATE FUNCTION outbox_rows(of_state text, how_many integer)
RETURNS TABLE (id uuid, road text, state text, state_since timestamptz, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.id, o.road, o.state, o.state_since, CASE WHEN o.state = 'withdrawn' THEN o.stopped_because ELSE o.said END
  FROM outbox o WHERE is_system() AND o.state = of_state ORDER BY o.state_since DESC, o.no DESC LIMIT how_many
$$;
-- Where one of them lies.
CREATE FUNCTION place_of_row(of_row uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.patient_id FROM outbox o WHERE is_system() AND o.id = of_row
$$;
-- How much stands where, without names, for operators and the health page.
CREATE FUNCTION outbox_counts(moment timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object(
    'states', (SELECT coalesce(jsonb_object_agg(t.state, t.n), '{}') FROM (
       SELECT o.state, count(*) AS n FROM outbox o GROUP BY o.state) t),
    'due', (SELECT count(*) FROM outbox o WHERE o.state IN ('held', 'waiting') AND o.next_at <= moment),
    'inbox_new', (SELECT count(*) FROM inbox_item i WHERE i.state = 'new'))
  WHERE careloop_context('person') IS NOT NULL
$$;

-- Rows of nobody yet are for the system and for whoever finds out whose they are.
ALTER TABLE inbox_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox_item FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON inbox_item TO careloop_app
  USING ((SELECT is_system()) OR unit_id = ANY((SELECT my_units())::int[])
         OR patient_id = ANY((SELECT my_patients())::uuid[]));
CREATE POLICY labelled ON inbox_item AS RESTRICTIVE TO careloop_app
  USING (coalesce(label_mask & ~(SELECT my_labels()) = 0, false));
CREATE POLICY seer_all ON inbox_item FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON inbox_item TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');

CREATE POLICY seer_claims ON outbox FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_locks ON contact_point FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_locks ON resource FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_keeps ON outbox_event FOR INSERT TO careloop_seer WITH CHECK (true);
GRANT UPDATE (state, stopped_because, awaits_word, state_since, held_for, next_at, leased_until, claimed_at, attempts,
  token, consent_id) ON outbox TO careloop_seer;
GRANT UPDATE (ended_at) ON contact_point TO careloop_seer;
GRANT UPDATE (version) ON resource TO careloop_seer;
GRANT INSERT ON outbox_event TO careloop_seer;
GRANT USAGE ON SEQUENCE outbox_event_id_seq TO careloop_seer;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE outbox_token TO careloop_seer;
GRANT SELECT ON inbox_item, outbox_epoch TO careloop_seer;
GRANT SELECT, INSERT, UPDATE ON contact_point, thread, outbox, inbox_item, outbox_epoch, channel_test TO careloop_app;
GRANT SELECT, INSERT ON contact_choice, message, outbox_event TO careloop_app;
GRANT USAGE ON SEQUENCE contact_choice_id_seq, outbox_event_id_seq, outbox_no TO careloop_app;
GRANT SELECT ON SEQUENCE outbox_token TO careloop_app;
GRANT SELECT ON contact_point, contact_choice, thread, message, outbox, outbox_event, inbox_item, outbox_epoch,
  channel_test TO careloop_backup;
GRANT SELECT ON SEQUENCE contact_choice_id_seq, outbox_event_id_seq, outbox_token, outbox_no TO careloop_backup;

-- Never events of what goes out.
CREATE VIEW inv_sent_without_receipt WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o
  WHERE o.state IN ('sent', 'delivered') AND (o.sent_at IS NULL OR o.reference = '' OR NOT EXISTS (
    SELECT FROM outbox_event e WHERE e.outbox_id = o.id AND e.event IN ('sent', 'delivered') AND e.reference <> ''));
CREATE VIEW inv_sent_to_dead_or_stopped WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o WHERE o.sent_at IS NOT NULL AND NOT o.is_last_word AND EXISTS (
      SELECT FROM contact_choice c WHERE c.patient_id = o.patient_id
        AND c.member_id IS NOT DISTINCT FROM o.member_id AND c.kind IN ('stop', 'do_not_contact')
        AND (c.road IN ('', o.road) OR c.kind = 'do_not_contact') AND c.at < o.claimed_at
        AND NOT EXISTS (
          SELECT FROM contact_choice d WHERE d.patient_id = c.patient_id
            AND d.member_id IS NOT DISTINCT FROM c.member_id AND d.at <= o.claimed_at AND d.id > c.id
            AND d.kind = CASE c.kind WHEN 'stop' THEN 'start' ELSE 'may_contact' END
            AND (d.road IN ('', o.road) OR c.kind = 'do_not_contact')))
    OR o.sent_at IS NOT NULL AND EXISTS (
      SELECT FROM patient p WHERE p.id = o.patient_id AND p.is_dead AND p.died_at < o.queued_at);
CREATE VIEW inv_sent_twice WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o WHERE 1 < (
    SELECT count(DISTINCT e.reference) FROM outbox_event e WHERE e.outbox_id = o.id AND e.event = 'sent')
  UNION ALL
  SELECT min(o.id::text)::uuid FROM outbox o WHERE o.reference <> '' GROUP BY o.road, o.reference HAVING count(*) > 1;
CREATE VIEW inv_sent_old_time WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o JOIN booking b ON b.id = o.booking_id
  WHERE o.sent_at IS NOT NULL AND NOT b.occupies AND b.state_since < o.claimed_at AND b.version > o.booking_version;
CREATE VIEW inv_sent_without_consent WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o WHERE o.sent_at IS NOT NULL AND o.member_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM consent c WHERE c.id = o.consent_id AND c.member_id = o.member_id
      AND c.topic IN (o.topic, 'everything') AND c.purpose = o.purpose AND c.road = o.road
      AND c.starts_at <= o.claimed_at AND (c.ends_at IS NULL OR o.claimed_at < c.ends_at)
      AND (c.taken_back_at IS NULL OR c.taken_back_at >= o.claimed_at));
CREATE VIEW inv_outbox_forgotten WITH (security_invoker = true) AS
  SELECT o.id FROM outbox o WHERE o.state IN ('waiting', 'unknown') AND o.next_at IS NULL
    OR o.state = 'claimed' AND o.leased_until IS NULL OR o.state = 'held' AND o.held_for = '';
GRANT SELECT ON inv_sent_without_receipt, inv_sent_to_dead_or_stopped, inv_sent_twice, inv_sent_old_time,
  inv_sent_without_consent, inv_outbox_forgotten TO careloop_seer;

INSERT INTO outbox_epoch (id, epoch, is_waiting, because, last_token) VALUES (1, 1, false, '', 0);

-- What was sent or answered begins the years of a record anew.
CREATE OR REPLACE FUNCTION last_day_of(p patient) RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT greatest(
    (SELECT max(coalesce(f.end_on, f.start_on)) FROM chart_fact f WHERE f.patient_id = p.id),
    (SELECT max(d.dated_on) FROM document d WHERE d.patient_id = p.id),
    (SELECT max((d.added_at AT TIME ZONE p.zone)::date) FROM document d WHERE d.patient_id = p.id),
    (SELECT max((e.at AT TIME ZONE p.zone)::date) FROM loop_event e WHERE e.patient_id = p.id),
    (SELECT max((s.at AT TIME ZONE p.zone)::date) FROM disclosure s WHERE s.patient_id = p.id),
    (SELECT max((a.at AT TIME ZONE p.zone)::date) FROM amendment_event a WHERE a.patient_id = p.id),
    (SELECT max((o.made_at AT TIME ZONE p.zone)::date) FROM safety_override o WHERE o.patient_id = p.id),
    (SELECT max((h.at AT TIME ZONE p.zone)::date) FROM circle_change h WHERE h.patient_id = p.id),
    (SELECT max((greatest(c.entered_at, c.taken_back_at) AT TIME ZONE p.zone)::date) FROM consent c
     WHERE c.patient_id = p.id),
    (SELECT max((m.at AT TIME ZONE p.zone)::date) FROM message m WHERE m.patient_id = p.id),
    (SELECT max((x.at AT TIME ZONE p.zone)::date) FROM outbox_event x WHERE x.patient_id = p.id),
    (SELECT max((k.at AT TIME ZONE p.zone)::date) FROM contact_choice k WHERE k.patient_id = p.id),
    (p.made_at AT TIME ZONE p.zone)::date)
$$;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['claim_outbox(timestamptz, integer, interval, time, time)',
    'recheck_outbox(uuid[], bigint[], timestamptz)', 'unclear_outbox(timestamptz, integer)', 'untold_outbox(integer)',
    'place_of_outbox(text, text)', 'points_of_address(text, text)', 'outbox_counts(timestamptz)',
    'raise_outbox_token(bigint)', 'next_outbox_token()',
    'overdue_outbox(timestamptz, integer)', 'unknown_references(text[])',
    'outbox_rows(text, integer)', 'place_of_row(uuid)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION claim_outbox(timestamptz, integer, interval, time, time),
  recheck_outbox(uuid[], bigint[], timestamptz), unclear_outbox(timestamptz, integer), untold_outbox(integer),
  place_of_outbox(text, text), points_of_address(text, text), outbox_counts(timestamptz),
  raise_outbox_token(bigint), next_outbox_token(),
  overdue_outbox(timestamptz, integer), unknown_references(text[]),
  outbox_rows(text, integer), place_of_row(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_outbox(timestamptz, integer, interval, time, time),
  recheck_outbox(uuid[], bigint[], timestamptz), unclear_outbox(timestamptz, integer), untold_outbox(integer),
  place_of_outbox(text, text), points_of_address(text, text), outbox_counts(timestamptz),
  raise_outbox_token(bigint), next_outbox_token(),
  overdue_outbox(timestamptz, integer), unknown_references(text[]),
  outbox_rows(text, integer), place_of_row(uuid) TO careloop_app;
RESET ROLE;
