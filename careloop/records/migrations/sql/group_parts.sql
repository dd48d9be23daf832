-- Who leads a group and where is of no patient: every team reads it, since any team's patients can have its seats.
CREATE POLICY of_groups ON booking_part FOR SELECT TO careloop_app
  USING (group_id IS NOT NULL AND patient_id IS NULL AND (SELECT careloop_context('person')) IS NOT NULL);
