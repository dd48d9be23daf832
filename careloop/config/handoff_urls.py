"""The addresses of handoffs, questions to a colleague and rounds."""

from django.urls import URLPattern, path

from careloop.web.staff import handoffs, questions, rounds

HANDOFFS: list[URLPattern] = [
    path("questions/", questions.show_questions, name="questions"),
    path("patients/<uuid:patient_id>/question/", questions.ask, name="patient-question"),
    path("rounds/", rounds.show_rounds, name="rounds"),
    path("rounds.pdf", rounds.print_rounds, name="rounds-sheet"),
    path("patients/<uuid:patient_id>/rounds/", rounds.decide, name="patient-rounds-decide"),
    path("handoffs/", handoffs.show_handoffs, name="handoffs"),
    path("handoffs/new/", handoffs.show_new, name="handoff-new"),
    path("handoffs/make/", handoffs.make, name="handoff-make"),
    path("handoffs/day/", handoffs.offer_day, name="handoff-day"),
    path("handoffs/<uuid:handoff_id>/", handoffs.show_handoff, name="handoff"),
    path("handoffs/<uuid:handoff_id>/offer/", handoffs.offer, name="handoff-offer"),
    path("handoffs/<uuid:handoff_id>/accept/", handoffs.accept, name="handoff-accept"),
    path("handoffs/<uuid:handoff_id>/decline/", handoffs.decline, name="handoff-decline"),
    path("handoffs/<uuid:handoff_id>/withdraw/", handoffs.withdraw, name="handoff-withdraw"),
    path("patients/<uuid:patient_id>/handoff/say/", handoffs.say, name="patient-handoff-say"),
    path("patients/<uuid:patient_id>/handoff/what-if/", handoffs.add_what_if, name="patient-handoff-what-if"),
    path("patients/<uuid:patient_id>/handoff/ask/", handoffs.ask, name="patient-handoff-ask"),
    path("patients/<uuid:patient_id>/handoff/answer/", handoffs.answer, name="patient-handoff-answer"),
]
