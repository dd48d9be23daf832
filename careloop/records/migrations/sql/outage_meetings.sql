-- Family meetings in an outage that holds, whose owner was not asked to find another time because of it.
CREATE FUNCTION outage_meetings()
RETURNS TABLE (outage_id uuid, meeting_id uuid, patient_id uuid, made_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT o.id, m.id, m.patient_id, o.made_at FROM outage o
  JOIN directory_entry e ON e.id = o.entry_id
  JOIN directory_entry p ON p.id = o.entry_id OR p.site_id = o.entry_id
  JOIN booking_part q ON q.entry_id = p.id AND q.occupies AND q.meeting_id IS NOT NULL
  JOIN family_meeting m ON m.id = q.meeting_id AND m.state = 'set'
  CROSS JOIN LATERAL generate_series(0, CASE WHEN o.opens IS NULL THEN 0 ELSE o.last_on - o.first_on END) AS d(n)
  WHERE EXISTS (SELECT 1 FROM calendar_day c WHERE c.outage_id = o.id AND NOT c.is_open)
    AND m.starts_at > o.made_at
    AND upper(q.during) > (o.first_on + d.n + coalesce(o.opens, time '00:00')) AT TIME ZONE e.zone
    AND lower(q.during) < CASE WHEN o.opens IS NULL THEN (o.last_on + 1)::timestamp AT TIME ZONE e.zone
                               ELSE (o.first_on + d.n + o.closes) AT TIME ZONE e.zone END
    AND NOT EXISTS (SELECT 1 FROM loop l WHERE l.patient_id = m.patient_id
                    AND l.finding_key = 'meeting-out:' || o.id || ':' || m.id)
$$;

CREATE FUNCTION forgotten_outage_meetings(moment timestamptz, how_many integer)
RETURNS TABLE (outage_id uuid, meeting_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT v.outage_id, v.meeting_id, v.patient_id FROM outage_meetings() v
  WHERE is_system() AND v.made_at <= moment ORDER BY v.made_at, v.meeting_id LIMIT how_many
$$;

CREATE VIEW inv_outage_meeting_left WITH (security_invoker = true) AS
  SELECT v.meeting_id FROM outage_meetings() v
  WHERE v.made_at < coalesce(careloop_context('at')::timestamptz, clock_timestamp()) - interval '1 hour';
GRANT SELECT ON inv_outage_meeting_left TO careloop_seer;

ALTER FUNCTION outage_meetings() OWNER TO careloop_seer;
ALTER FUNCTION forgotten_outage_meetings(timestamptz, integer) OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION outage_meetings(), forgotten_outage_meetings(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forgotten_outage_meetings(timestamptz, integer) TO careloop_app;
RESET ROLE;
