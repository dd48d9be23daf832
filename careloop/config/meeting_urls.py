"""The addresses of family meetings, of support and of the crisis protocol."""

from django.urls import URLPattern, path

from careloop.web.staff import crisis, meetings, support

MEETING = "patients/<uuid:patient_id>/meetings/<uuid:meeting_id>/"

MEETINGS: list[URLPattern] = [
    path("patients/<uuid:patient_id>/meetings/", meetings.show_meetings, name="patient-meetings"),
    path("patients/<uuid:patient_id>/meetings/plan/", meetings.plan, name="patient-meeting-plan"),
    path(MEETING, meetings.show_meeting, name="patient-meeting"),
    path(f"{MEETING}sheet.pdf", meetings.print_meeting, name="patient-meeting-sheet"),
    path(f"{MEETING}agenda/", meetings.agenda, name="patient-meeting-agenda"),
    path(f"{MEETING}set/", meetings.set_time, name="patient-meeting-set"),
    path(f"{MEETING}held/", meetings.held, name="patient-meeting-held"),
    path(f"{MEETING}missed/", meetings.missed, name="patient-meeting-missed"),
    path(f"{MEETING}cancel/", meetings.cancel, name="patient-meeting-cancel"),
    path(f"{MEETING}decide/", meetings.decide, name="patient-meeting-decide"),
    path(f"{MEETING}summary/<int:guest_id>/", meetings.show_summary, name="patient-meeting-summary"),
    path(f"{MEETING}summary/<int:guest_id>/sheet.pdf", meetings.print_summary, name="patient-meeting-summary-sheet"),
    path(f"{MEETING}summary/<int:guest_id>/give/", meetings.give, name="patient-meeting-give"),
    path(f"{MEETING}summary/<int:guest_id>/untold/", meetings.untold, name="patient-meeting-untold"),
    path("patients/<uuid:patient_id>/support/", support.show_support, name="patient-support"),
    path("patients/<uuid:patient_id>/support/distress/", support.distress, name="patient-distress"),
    path("patients/<uuid:patient_id>/support/call/", support.call, name="patient-support-call"),
    path("patients/<uuid:patient_id>/support/offer/", support.offer, name="patient-support-offer"),
    path("patients/<uuid:patient_id>/support/answer/", support.answer, name="patient-support-answer"),
    path("patients/<uuid:patient_id>/crisis/", crisis.report_about, name="patient-crisis"),
    path("crisis/", crisis.show_crisis, name="crisis"),
    path("crisis/sheet.pdf", crisis.print_crisis, name="crisis-sheet"),
    path("crisis/report/", crisis.report, name="crisis-report"),
    path("admin/crisis/", crisis.show_numbers, name="admin-crisis"),
    path("admin/crisis/add/", crisis.add_number, name="admin-crisis-add"),
    path("admin/crisis/end/", crisis.end_number, name="admin-crisis-end"),
]
