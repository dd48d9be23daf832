-- An item is of the patient of its visit.
ALTER TABLE booking ADD CONSTRAINT booking_and_patient UNIQUE (id, patient_id);
ALTER TABLE visit_item ADD CONSTRAINT visit_item_is_of_the_same_patient FOREIGN KEY (booking_id, patient_id)
  REFERENCES booking (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

GRANT SELECT, INSERT, UPDATE ON visit_item TO careloop_app;
GRANT USAGE ON SEQUENCE visit_item_id_seq TO careloop_app;
GRANT SELECT ON visit_item, visit_item_id_seq TO careloop_backup;

-- Nothing counts as in order without a person who said so and what shows it.
CREATE VIEW inv_visit_item_without_evidence WITH (security_invoker = true) AS
  SELECT i.id FROM visit_item i
  WHERE i.state <> 'open' AND (btrim(i.note) = '' OR NOT EXISTS (
    SELECT 1 FROM person p WHERE p.id = i.set_by_id AND p.role <> 'system'));
GRANT SELECT ON inv_visit_item_without_evidence TO careloop_seer;
