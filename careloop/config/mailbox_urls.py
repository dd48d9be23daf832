"""The addresses of the mailbox of answers, and of putting right how one was read."""

from django.urls import URLPattern, path

from careloop.web.staff import answer_corrections, mailbox

MAILBOX: list[URLPattern] = [
    path("admin/mailbox/", mailbox.show_mailbox, name="admin-mailbox"),
    path("admin/mailbox/save/", mailbox.save_mailbox, name="admin-mailbox-save"),
    path("admin/mailbox/read/", mailbox.read_now, name="admin-mailbox-read"),
    path("admin/mailbox/stop/", mailbox.stop_reading, name="admin-mailbox-stop"),
    path("patients/<uuid:patient_id>/messages/correct/", answer_corrections.correct, name="patient-thread-correct"),
]
