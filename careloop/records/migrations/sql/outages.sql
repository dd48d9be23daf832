GRANT SELECT, INSERT, UPDATE ON outage, outage_move TO careloop_app;
GRANT USAGE ON SEQUENCE outage_move_id_seq TO careloop_app;
GRANT SELECT ON outage TO careloop_seer;
GRANT SELECT ON outage, outage_move, outage_move_id_seq TO careloop_backup;

-- Who is out and when is not rewritten, nor when that was said; an outage that was undone stays undone.
CREATE FUNCTION refuse_changed_outage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'another outage is another row'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'outage_is_not_rewritten';
END $$;
CREATE TRIGGER outage_is_not_rewritten BEFORE UPDATE ON outage FOR EACH ROW
  WHEN (OLD.entry_id <> NEW.entry_id OR OLD.first_on <> NEW.first_on OR OLD.last_on <> NEW.last_on
        OR OLD.opens IS DISTINCT FROM NEW.opens OR OLD.closes IS DISTINCT FROM NEW.closes
        OR OLD.made_at <> NEW.made_at OR OLD.undone_at IS NOT NULL)
  EXECUTE FUNCTION refuse_changed_outage();

-- Visits booked in an outage that holds, whose patients have neither another time nor a loop because of it.
CREATE FUNCTION outage_visits() RETURNS TABLE (outage_id uuid, booking_id uuid, patient_id uuid, made_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT o.id, b.id, b.patient_id, o.made_at FROM outage o
  JOIN directory_entry e ON e.id = o.entry_id
  JOIN directory_entry p ON p.id = o.entry_id OR p.site_id = o.entry_id
  JOIN booking_part q ON q.entry_id = p.id AND q.occupies
  JOIN booking b ON b.id = q.booking_id OR b.group_id = q.group_id
  CROSS JOIN LATERAL generate_series(0, CASE WHEN o.opens IS NULL THEN 0 ELSE o.last_on - o.first_on END) AS d(n)
  WHERE EXISTS (SELECT 1 FROM calendar_day c WHERE c.outage_id = o.id AND NOT c.is_open)
    AND b.state IN ('booked', 'confirmed') AND b.starts_at > o.made_at
    AND b.ends_at > (o.first_on + d.n + coalesce(o.opens, time '00:00')) AT TIME ZONE e.zone
    AND b.starts_at < CASE WHEN o.opens IS NULL THEN (o.last_on + 1)::timestamp AT TIME ZONE e.zone
                           ELSE (o.first_on + d.n + o.closes) AT TIME ZONE e.zone END
    AND NOT EXISTS (SELECT 1 FROM outage_move m WHERE m.outage_id = o.id AND m.booking_id = b.id)
$$;

CREATE FUNCTION forgotten_outage_visits(moment timestamptz, how_many integer)
RETURNS TABLE (outage_id uuid, booking_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT v.outage_id, v.booking_id, v.patient_id FROM outage_visits() v
  WHERE is_system() AND v.made_at <= moment ORDER BY v.made_at, v.booking_id LIMIT how_many
$$;

-- Never events of outages.
CREATE VIEW inv_outage_visit_left WITH (security_invoker = true) AS
  SELECT v.booking_id FROM outage_visits() v
  WHERE v.made_at < coalesce(careloop_context('at')::timestamptz, clock_timestamp()) - interval '1 hour';
CREATE VIEW inv_told_twice WITH (security_invoker = true) AS
  SELECT m.outage_id, m.patient_id FROM outage_move m WHERE m.became = 'moved'
  GROUP BY m.outage_id, m.patient_id HAVING count(DISTINCT m.loop_id) > 1;
GRANT SELECT ON inv_outage_visit_left, inv_told_twice TO careloop_seer;

ALTER FUNCTION outage_visits() OWNER TO careloop_seer;
ALTER FUNCTION forgotten_outage_visits(timestamptz, integer) OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION outage_visits(), forgotten_outage_visits(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forgotten_outage_visits(timestamptz, integer) TO careloop_app;
RESET ROLE;
