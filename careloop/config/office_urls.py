"""The addresses of letters to offices, clinicians and health plans."""

from django.urls import URLPattern, path

from careloop.web.staff import offices

OFFICES: list[URLPattern] = [
    path("messages/<uuid:thread_id>/letter/", offices.look_at_letter, name="thread-letter-look"),
    path("patients/<uuid:patient_id>/messages/letter/", offices.send_letter, name="patient-letter-send"),
    path("patients/<uuid:patient_id>/messages/answer/", offices.note_answer, name="patient-office-answer"),
    path(
        "patients/<uuid:patient_id>/messages/letter/<uuid:message_id>/pages/",
        offices.print_sent,
        name="patient-office-letter",
    ),
]
