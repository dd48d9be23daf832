-- A freed time says the same as instant and on the wall, as a booking does.
ALTER TABLE freed_time ADD CONSTRAINT freed_time_is_as_promised CHECK (starts_at AT TIME ZONE zone = starts_wall);

-- An offer is of the patient of its wish.
ALTER TABLE waitlist_wish ADD CONSTRAINT wish_and_patient UNIQUE (id, patient_id);
ALTER TABLE waitlist_offer ADD CONSTRAINT offer_is_of_the_same_patient FOREIGN KEY (wish_id, patient_id)
  REFERENCES waitlist_wish (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

-- Who waits has an open loop of a visit. Whoever closes it takes the same lock and ends the wish: neither misses the other.
CREATE FUNCTION refuse_wish_without_loop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.loop_id::text, 2));
  IF EXISTS (SELECT 1 FROM waitlist_wish w WHERE w.id = NEW.id AND w.state = 'waiting')
     AND NOT EXISTS (SELECT 1 FROM loop l WHERE l.id = NEW.loop_id AND l.kind = 'visit' AND l.state <> 'closed'
                     AND l.patient_id = NEW.patient_id) THEN
    RAISE EXCEPTION 'who waits has an open loop of a visit'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wish_has_open_loop';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER wish_has_open_loop AFTER INSERT OR UPDATE OF state, loop_id, patient_id ON waitlist_wish
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'waiting') EXECUTE FUNCTION refuse_wish_without_loop();

CREATE FUNCTION end_wishes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.id::text, 2));
  UPDATE waitlist_offer o SET state = 'over', state_since = NEW.state_since
  WHERE o.state IN ('open', 'not_reached', 'expired') AND o.wish_id IN (
    SELECT w.id FROM waitlist_wish w WHERE w.loop_id = NEW.id AND w.state = 'waiting');
  UPDATE waitlist_wish w SET state = 'ended', state_since = NEW.state_since
  WHERE w.loop_id = NEW.id AND w.state = 'waiting';
  RETURN NULL;
END $$;
CREATE TRIGGER wish_ends_with_loop AFTER UPDATE OF state ON loop
  FOR EACH ROW WHEN (NEW.kind = 'visit' AND NEW.state = 'closed' AND OLD.state <> 'closed')
  EXECUTE FUNCTION end_wishes();

-- Whose wish it is and about which time somebody was asked never changes; an answer of yes stays.
CREATE FUNCTION refuse_changed_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'another time is another offer'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'offer_is_not_rewritten';
END $$;
CREATE TRIGGER offer_is_not_rewritten BEFORE UPDATE ON waitlist_offer FOR EACH ROW
  WHEN (OLD.wish_id <> NEW.wish_id OR OLD.freed_id <> NEW.freed_id OR OLD.patient_id <> NEW.patient_id
        OR OLD.offered_at <> NEW.offered_at OR (OLD.state = 'yes' AND NEW.state <> 'yes'))
  EXECUTE FUNCTION refuse_changed_offer();

-- Somebody has a freed time: whoever else was asked about it, in any team, is told that it is taken.
CREATE FUNCTION take_freed_time(of_freed uuid, by_wish uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE n integer;
BEGIN
  IF careloop_context('person') IS NULL THEN RETURN 0; END IF;
  UPDATE waitlist_offer o SET state = 'taken', state_since = careloop_context('at')::timestamptz
  WHERE o.freed_id = of_freed AND o.wish_id <> by_wish AND o.state IN ('open', 'not_reached', 'expired')
    AND EXISTS (SELECT 1 FROM freed_time f WHERE f.id = of_freed AND f.taken_at IS NOT NULL);
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- How many were asked about freed times and have not answered: how many, without whom.
CREATE FUNCTION count_open_offers(of_freed uuid[]) RETURNS TABLE (freed_id uuid, offers bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.freed_id, count(*) FROM waitlist_offer o WHERE careloop_context('person') IS NOT NULL
    AND o.state = 'open' AND o.freed_id = ANY (of_freed) GROUP BY o.freed_id
$$;

-- Offers whose end has come.
CREATE FUNCTION due_offers(moment timestamptz, how_many integer) RETURNS TABLE (offer_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.id, o.patient_id FROM waitlist_offer o
  WHERE is_system() AND o.state = 'open' AND o.expires_at <= moment ORDER BY o.expires_at, o.id LIMIT how_many
$$;

CREATE POLICY seer_ends ON waitlist_wish FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_ends ON waitlist_offer FOR UPDATE TO careloop_seer USING (true);
GRANT UPDATE (state, state_since) ON waitlist_wish, waitlist_offer TO careloop_seer;
GRANT SELECT, INSERT, UPDATE ON freed_time, waitlist_wish, waitlist_offer TO careloop_app;
GRANT SELECT ON freed_time, waitlist_wish, waitlist_offer TO careloop_backup;
GRANT SELECT ON freed_time TO careloop_seer;

-- Never events of the waiting list.
CREATE VIEW inv_offer_yes_without_booking WITH (security_invoker = true) AS
  SELECT o.id FROM waitlist_offer o JOIN waitlist_wish w ON w.id = o.wish_id
  JOIN freed_time f ON f.id = o.freed_id
  WHERE o.state = 'yes' AND NOT EXISTS (
    SELECT 1 FROM booking b WHERE b.id = o.booking_id AND b.patient_id = o.patient_id AND b.loop_id = w.loop_id
      AND b.starts_at = f.starts_at);
CREATE VIEW inv_wish_with_two_bookings WITH (security_invoker = true) AS
  SELECT w.id FROM waitlist_wish w
  WHERE (SELECT count(*) FROM booking b WHERE b.loop_id = w.loop_id AND b.occupies) > 1
     OR (SELECT count(*) FROM waitlist_offer o WHERE o.wish_id = w.id AND o.state = 'yes') > 1;
CREATE VIEW inv_wish_without_open_loop WITH (security_invoker = true) AS
  SELECT w.id FROM waitlist_wish w WHERE w.state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM loop l WHERE l.id = w.loop_id AND l.kind = 'visit' AND l.state <> 'closed'
      AND l.patient_id = w.patient_id);
GRANT SELECT ON inv_offer_yes_without_booking, inv_wish_with_two_bookings, inv_wish_without_open_loop
  TO careloop_seer;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['refuse_wish_without_loop()', 'end_wishes()', 'take_freed_time(uuid, uuid)',
    'count_open_offers(uuid[])', 'due_offers(timestamptz, integer)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_wish_without_loop(), end_wishes(), take_freed_time(uuid, uuid), count_open_offers(uuid[]),
  due_offers(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_freed_time(uuid, uuid), count_open_offers(uuid[]), due_offers(timestamptz, integer)
  TO careloop_app;
RESET ROLE;
