"""The addresses of reminders: of visits, of medicines, and the ladder of each kind of visit."""

from django.urls import URLPattern, path

from careloop.web.staff import reminders

REMINDERS: list[URLPattern] = [
    path("visits/<uuid:booking_id>/reminders/pause/", reminders.pause, name="visit-reminders-pause"),
    path("visits/<uuid:booking_id>/reminders/resume/", reminders.resume, name="visit-reminders-resume"),
    path("patients/<uuid:patient_id>/medicine-reminders/", reminders.show_medicines, name="patient-medicine-reminders"),
    path(
        "patients/<uuid:patient_id>/medicine-reminders/start/", reminders.start, name="patient-medicine-reminders-start"
    ),
    path("patients/<uuid:patient_id>/medicine-reminders/stop/", reminders.stop, name="patient-medicine-reminders-stop"),
    path("patients/<uuid:patient_id>/medicine-reminders/go-on/", reminders.go_on, name="patient-medicine-reminders-on"),
    path("patients/<uuid:patient_id>/medicine-reminders/name/", reminders.name_medicine, name="patient-medicine-name"),
    path("admin/visit-types/<uuid:kind_id>/reminders/", reminders.show_ladder, name="admin-ladder"),
    path("admin/visit-types/<uuid:kind_id>/reminders/save/", reminders.save_ladder, name="admin-ladder-save"),
]
