-- What the ORM cannot say: numbers keep their digits, the log knows its transaction.
ALTER TABLE chart_fact ALTER COLUMN value TYPE numeric;
ALTER TABLE audit_line ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX audit_by_xid ON audit_line (xid, id);
CREATE INDEX audit_by_shown ON audit_line USING gin (patient_ids);
CREATE INDEX inbox_open ON inbox (unit_id, id) WHERE state = 'rejected';

-- What a team has put off and what it closed today: without these, counts read every loop it ever had.
CREATE INDEX loop_snoozed_by_unit ON loop (unit_id, next_at) WHERE state = 'snoozed';
CREATE INDEX loop_snoozed_by_queue ON loop (queue_id, next_at) WHERE state = 'snoozed' AND queue_id IS NOT NULL;
CREATE INDEX loop_closed_by_unit ON loop (unit_id, closed_at DESC) WHERE state = 'closed';
CREATE INDEX loop_closed_by_queue ON loop (queue_id, closed_at DESC) WHERE state = 'closed' AND queue_id IS NOT NULL;

-- Bodies compress faster with lz4 where the server was built with it.
DO $$
BEGIN
  ALTER TABLE resource ALTER COLUMN body SET COMPRESSION lz4;
  ALTER TABLE resource_version ALTER COLUMN body SET COMPRESSION lz4;
  ALTER TABLE directory_resource ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN NULL;
END $$;

-- The grant of a new patient is written before the patient.
ALTER TABLE access_grant ADD CONSTRAINT access_grant_patient FOREIGN KEY (patient_id)
  REFERENCES patient (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE access_grant ADD CONSTRAINT access_grant_unit FOREIGN KEY (unit_id) REFERENCES unit (id);
ALTER TABLE access_grant ADD CONSTRAINT access_grant_lasts CHECK (NOT isempty(during));
