"""The addresses of the circle, of callers, and of what left the clinic."""

from django.urls import URLPattern, path

from careloop.web.staff import callers, consents, disclosures

CIRCLE: list[URLPattern] = [
    path("callers/", callers.show_callers, name="callers"),
    path("patients/<uuid:patient_id>/caller/", callers.check_on_patient, name="patient-caller"),
    path("patients/<uuid:patient_id>/circle/", consents.show_circle, name="patient-circle"),
    path("patients/<uuid:patient_id>/circle/add/", consents.add_member, name="patient-circle-add"),
    path("patients/<uuid:patient_id>/circle/change/", consents.change_member, name="patient-circle-change"),
    path("patients/<uuid:patient_id>/circle/end/", consents.end_member, name="patient-circle-end"),
    path("patients/<uuid:patient_id>/circle/consent/", consents.give_consent, name="patient-consent"),
    path("patients/<uuid:patient_id>/circle/take-back/", consents.take_back, name="patient-consent-back"),
    path("patients/<uuid:patient_id>/circle/code/", consents.set_code, name="patient-caller-code"),
    path("patients/<uuid:patient_id>/circle/tell/", consents.tell, name="patient-tell"),
    path("patients/<uuid:patient_id>/disclosures/", disclosures.show_disclosures, name="patient-disclosures"),
    path("patients/<uuid:patient_id>/disclosures/note/", disclosures.note, name="patient-disclosure-note"),
    path(
        "patients/<uuid:patient_id>/disclosures/accounting.pdf", disclosures.print_accounting, name="patient-accounting"
    ),
    path(
        "patients/<uuid:patient_id>/disclosures/<int:line>/copy.pdf",
        disclosures.send_copy,
        name="patient-disclosed-copy",
    ),
]
