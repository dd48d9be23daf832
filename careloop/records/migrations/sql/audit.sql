-- Seals: each second the worker hashes the lines of finished transactions into a chain.
-- A line's hash covers every column; a seal's hash covers the seal before and its lines' hashes.
CREATE FUNCTION audit_line_hash(l audit_line) RETURNS bytea LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT sha256(convert_to(jsonb_build_array(l.id, l.xid::text, extract(epoch FROM l.at), l.person_id, l.role,
    l.purpose, l.what, l.key, l.patient_id, to_jsonb(l.patient_ids), l.outcome)::text, 'UTF8'))
$$;

ALTER TABLE audit_seal ADD COLUMN from_xid xid8 NOT NULL;
ALTER TABLE audit_seal ADD COLUMN to_xid xid8 NOT NULL;

CREATE FUNCTION seal_audit(at timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  before audit_seal;
  first_xid xid8;
  next_xid xid8 := pg_snapshot_xmin(pg_current_snapshot());
  ids bigint[];
  hashes bytea[];
BEGIN
  PERFORM pg_advisory_xact_lock(72653001);
  SELECT * INTO before FROM audit_seal ORDER BY id DESC LIMIT 1;
  first_xid := coalesce(before.to_xid, '0'::xid8);
  IF first_xid >= next_xid THEN RETURN 0; END IF;
  SELECT array_agg(l.id ORDER BY l.xid, l.id), array_agg(audit_line_hash(l) ORDER BY l.xid, l.id)
    INTO ids, hashes FROM audit_line l WHERE l.xid >= first_xid AND l.xid < next_xid;
  IF ids IS NULL THEN RETURN 0; END IF;
  INSERT INTO audit_seal (sealed_at, from_xid, to_xid, line_ids, line_hashes, hash)
  VALUES (at, first_xid, next_xid, ids, hashes,
    sha256(coalesce(before.hash, '\x'::bytea) || convert_to(first_xid::text || ':' || next_xid::text, 'UTF8')
      || (SELECT string_agg(h, '\x'::bytea ORDER BY n) FROM unnest(hashes) WITH ORDINALITY AS u (h, n))));
  RETURN cardinality(ids);
END $$;

-- Every disagreement between the log and its seals; no row when all is well.
CREATE FUNCTION verify_audit() RETURNS TABLE (line_id bigint, seal_id bigint, fault text) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH seals AS (
    SELECT s.*, lag(s.hash) OVER (ORDER BY s.id) AS before_hash, lag(s.to_xid) OVER (ORDER BY s.id) AS before_xid
    FROM audit_seal s
  ), sealed AS (
    SELECT s.id AS seal_id, s.from_xid, s.to_xid, u.id, u.hash
    FROM audit_seal s, unnest(s.line_ids, s.line_hashes) AS u (id, hash)
  )
  SELECT d.id, d.seal_id, 'deleted' FROM sealed d WHERE NOT EXISTS (SELECT 1 FROM audit_line l WHERE l.id = d.id)
  UNION ALL
  SELECT d.id, d.seal_id, 'changed' FROM sealed d JOIN audit_line l ON l.id = d.id
    WHERE audit_line_hash(l) <> d.hash
  UNION ALL
  SELECT l.id, NULL, 'added later' FROM audit_line l
    WHERE l.xid < (SELECT max(s.to_xid) FROM audit_seal s)
      AND NOT EXISTS (SELECT 1 FROM sealed d WHERE d.id = l.id)
  UNION ALL
  SELECT NULL, s.id, 'seal broken' FROM seals s WHERE s.hash <> sha256(coalesce(s.before_hash, '\x'::bytea)
    || convert_to(s.from_xid::text || ':' || s.to_xid::text, 'UTF8')
    || (SELECT string_agg(h, '\x'::bytea ORDER BY n) FROM unnest(s.line_hashes) WITH ORDINALITY AS u (h, n)))
  UNION ALL
  SELECT NULL, s.id, 'seal missing before' FROM seals s WHERE coalesce(s.before_xid, '0'::xid8) <> s.from_xid
$$;

CREATE FUNCTION audit_summary() RETURNS TABLE (lines bigint, seals bigint, unsealed bigint, last_seal bigint, last_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (SELECT count(*) FROM audit_line), (SELECT count(*) FROM audit_seal),
    (SELECT count(*) FROM audit_line l WHERE l.xid >= coalesce((SELECT max(s.to_xid) FROM audit_seal s), '0'::xid8)),
    (SELECT s.id FROM audit_seal s ORDER BY s.id DESC LIMIT 1),
    (SELECT encode(s.hash, 'hex') FROM audit_seal s ORDER BY s.id DESC LIMIT 1)
$$;

-- The hash of one seal, to compare with an anchor kept outside the database.
CREATE FUNCTION seal_hash(seal bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT encode(s.hash, 'hex') FROM audit_seal s WHERE s.id = seal
$$;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['seal_audit(timestamptz)', 'verify_audit()', 'audit_summary()', 'seal_hash(bigint)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
