-- A step is of the patient of its itinerary.
ALTER TABLE itinerary ADD CONSTRAINT itinerary_and_patient UNIQUE (id, patient_id);
ALTER TABLE itinerary_step ADD CONSTRAINT step_is_of_the_same_patient FOREIGN KEY (itinerary_id, patient_id)
  REFERENCES itinerary (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

GRANT SELECT, INSERT, UPDATE ON itinerary, itinerary_step TO careloop_app;
GRANT USAGE ON SEQUENCE itinerary_step_id_seq TO careloop_app;
GRANT SELECT ON itinerary, itinerary_step, itinerary_step_id_seq TO careloop_backup;

-- A step hangs on the loop of a visit of the same patient, under the loop of its itinerary.
CREATE VIEW inv_itinerary_step_on_other_loop WITH (security_invoker = true) AS
  SELECT s.id FROM itinerary_step s JOIN itinerary i ON i.id = s.itinerary_id
  WHERE NOT EXISTS (SELECT 1 FROM loop l WHERE l.id = s.loop_id AND l.kind = 'visit' AND l.patient_id = s.patient_id
                    AND l.parent_id = i.loop_id);
GRANT SELECT ON inv_itinerary_step_on_other_loop TO careloop_seer;
