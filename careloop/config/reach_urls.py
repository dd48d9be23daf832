"""The addresses of the call card and of outreach lists."""

from django.urls import URLPattern, path

from careloop.web.staff import calls, outreach

REACH: list[URLPattern] = [
    path("patients/<uuid:patient_id>/call/", calls.show_card, name="patient-call"),
    path("patients/<uuid:patient_id>/call/save/", calls.save, name="patient-call-save"),
    path("patients/<uuid:patient_id>/call/sent/", calls.sent, name="patient-call-sent"),
    path("patients/<uuid:patient_id>/call/lift/", calls.lift, name="patient-call-lift"),
    path("outreach/", outreach.show_lists, name="outreach"),
    path("outreach/new/", outreach.show_new, name="outreach-new"),
    path("outreach/make/", outreach.make, name="outreach-make"),
    path("outreach/<uuid:list_id>/", outreach.show_list, name="outreach-list"),
    path("outreach/<uuid:list_id>/next/", outreach.take, name="outreach-take"),
    path("outreach/<uuid:list_id>/back/", outreach.put_back, name="outreach-back"),
    path("outreach/<uuid:list_id>/close/", outreach.close, name="outreach-close"),
]
