"""The addresses at which machines come in, each call signed; and of what was sent to a patient."""

from django.urls import URLPattern, path

from careloop.web import hooks
from careloop.web.staff import contact_choices, outbox

HOOKS: list[URLPattern] = [
    path("hooks/text/in/", hooks.take_text, name="hook-text-in"),
    path("hooks/mail/in/", hooks.take_mail, name="hook-mail-in"),
    path("hooks/text/status/", hooks.take_text_status, name="hook-text-status"),
    path("patients/<uuid:patient_id>/sent/", outbox.show_outbox, name="patient-outbox"),
    path("patients/<uuid:patient_id>/sent/back/", outbox.take_back, name="patient-outbox-back"),
    path("patients/<uuid:patient_id>/sent/by-hand/", outbox.note_by_hand, name="patient-outbox-by-hand"),
    path("patients/<uuid:patient_id>/sent/stop/", contact_choices.stop, name="patient-contact-stop"),
    path("patients/<uuid:patient_id>/sent/start/", contact_choices.start, name="patient-contact-start"),
    path("patients/<uuid:patient_id>/sent/<uuid:outbox_id>/letter.pdf", outbox.print_letter, name="patient-letter"),
]
