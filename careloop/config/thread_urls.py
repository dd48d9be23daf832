"""The addresses of messages: lists, threads, and what waits for a name."""

from django.urls import URLPattern, path

from careloop.web.staff import threads

THREADS: list[URLPattern] = [
    path("messages/", threads.show_threads, name="threads"),
    path("messages/figures/", threads.show_figures, name="message-figures"),
    path("messages/<uuid:thread_id>/", threads.show_thread, name="thread"),
    path("messages/<uuid:thread_id>/look/", threads.look, name="thread-look"),
    path("messages/whose/<uuid:review_id>/aside/", threads.set_aside, name="review-aside"),
    path("patients/<uuid:patient_id>/messages/", threads.show_new, name="patient-threads"),
    path("patients/<uuid:patient_id>/messages/begin/", threads.begin, name="patient-thread-begin"),
    path("patients/<uuid:patient_id>/messages/send/", threads.send, name="patient-thread-send"),
    path("patients/<uuid:patient_id>/messages/take-back/", threads.take_back, name="patient-thread-take-back"),
    path("patients/<uuid:patient_id>/messages/note/", threads.note, name="patient-thread-note"),
    path("patients/<uuid:patient_id>/messages/call/", threads.call, name="patient-thread-call"),
    path("patients/<uuid:patient_id>/messages/hold/", threads.hold, name="patient-thread-hold"),
    path("patients/<uuid:patient_id>/messages/give/", threads.give, name="patient-thread-give"),
    path("patients/<uuid:patient_id>/messages/put-off/", threads.put_off, name="patient-thread-put-off"),
    path("patients/<uuid:patient_id>/messages/whose/", threads.whose, name="patient-thread-whose"),
]
