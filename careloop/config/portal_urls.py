"""The addresses of patients' pages, and of the page on which the staff gives a link."""

from django.urls import URLPattern, path

from careloop.web.portal import links, messages
from careloop.web.staff import patient_links

PORTAL: list[URLPattern] = [
    path("patients/<uuid:patient_id>/links/", patient_links.show_links, name="patient-links"),
    path("patients/<uuid:patient_id>/links/give/", patient_links.give, name="patient-link-give"),
    path("patients/<uuid:patient_id>/links/send/", patient_links.send, name="patient-link-send"),
    path("patients/<uuid:patient_id>/links/end/", patient_links.end, name="patient-link-end"),
    path("patients/<uuid:patient_id>/next.pdf", patient_links.print_next, name="patient-next"),
    path("p/here/", links.show_here, name="portal-here"),
    path("p/here/large.pdf", links.print_here, name="portal-print"),
    path("p/here/visits/<uuid:booking_id>/yes/", links.confirm, name="portal-confirm"),
    path("p/here/visits/<uuid:booking_id>/change/", links.change, name="portal-change"),
    path("p/here/answer/", links.answer, name="portal-answer"),
    path("p/here/reply/", messages.reply, name="portal-reply"),
    path("p/here/leave/", links.leave, name="portal-leave"),
    path("p/closed/", links.show_left, name="portal-closed"),
    path("p/<str:token>/", links.enter, name="portal-enter"),
]
