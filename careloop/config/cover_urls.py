"""The addresses of shared cover, the board of caseloads, and notes on what worked."""

from django.urls import URLPattern, path

from careloop.web.staff import capacity, covering, tips

COVER: list[URLPattern] = [
    path("what-worked/", tips.show_tips, name="tips"),
    path("what-worked/write/", tips.write, name="tip-write"),
    path("what-worked/<uuid:tip_id>/helped/", tips.helped, name="tip-helped"),
    path("what-worked/<uuid:tip_id>/withdraw/", tips.withdraw, name="tip-withdraw"),
    path("team/caseloads/", capacity.show_board, name="caseload-board"),
    path("team/caseloads/ask/", capacity.ask, name="caseload-ask"),
    path("team/caseloads/move/", capacity.move, name="caseload-move"),
    path("team/caseloads/works/", capacity.say_works, name="caseload-works"),
    path("cover/share/", covering.show_share, name="cover-share"),
    path("cover/share/plan/", covering.plan, name="cover-share-plan"),
    path("cover/shares/<uuid:absence_id>/", covering.show_absence, name="absence"),
    path("cover/shares/<uuid:absence_id>/accept/", covering.accept, name="absence-accept"),
    path("cover/shares/<uuid:absence_id>/decline/", covering.decline, name="absence-decline"),
    path("cover/shares/<uuid:absence_id>/give/", covering.give, name="absence-give"),
    path("cover/shares/<uuid:absence_id>/end/", covering.end, name="absence-end"),
]
