"""Every address of the house. Of the sign-in library only what is used is here."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as usersessions
from django.urls import URLPattern, path, re_path
from django.views.i18n import set_language

from careloop.config.admin_urls import ADMIN
from careloop.config.circle_urls import CIRCLE
from careloop.config.cover_urls import COVER
from careloop.config.directory_urls import DIRECTORY
from careloop.config.handoff_urls import HANDOFFS
from careloop.config.hook_urls import HOOKS
from careloop.config.mailbox_urls import MAILBOX
from careloop.config.meeting_urls import MEETINGS
from careloop.config.office_urls import OFFICES
from careloop.config.portal_urls import PORTAL
from careloop.config.reach_urls import REACH
from careloop.config.reminder_urls import REMINDERS
from careloop.config.thread_urls import THREADS
from careloop.config.visit_urls import VISITS
from careloop.web import health
from careloop.web.staff import (
    access,
    amendments,
    caseload,
    documents,
    export,
    find,
    loops,
    matching,
    misfiled,
    patients,
    people,
    plans,
    prints,
    referral_packets,
    referrals,
    registration,
    safety,
    signing,
    styleguide,
    team,
    worklist,
)

# What the sign-in library and the framework answer themselves; everything else is a page or a deed.
_SIGN_IN = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-in/language/", set_language, name="set_language"),
    # The key itself holds hyphens: only the first one parts it from the login.
    re_path(
        r"^sign-in/link/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "sign-in/link/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("sign-out/", account.logout, name="account_logout"),
    path("you/password/", account.password_change, name="account_change_password"),
    path("you/two-step/", mfa.index, name="mfa_index"),
    path("you/two-step/on/", totp.activate_totp, name="mfa_activate_totp"),
    path("you/two-step/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("you/two-step/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("you/two-step/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("you/sessions/", usersessions.list_usersessions, name="usersessions_list"),
]

urlpatterns: list[URLPattern] = [
    path("", worklist.show_today, name="today"),
    path("loops/<uuid:loop_id>/", loops.show_loop, name="loop"),
    path("loops/<uuid:loop_id>/why/", worklist.show_panel, name="loop-why"),
    path("loops/<uuid:loop_id>/start/", worklist.start, name="loop-start"),
    path("loops/<uuid:loop_id>/contact/", worklist.log_contact, name="loop-contact"),
    path("loops/<uuid:loop_id>/finish/", worklist.finish, name="loop-finish"),
    path("loops/<uuid:loop_id>/snooze/", worklist.snooze, name="loop-snooze"),
    path("loops/<uuid:loop_id>/hand-off/", worklist.hand_off, name="loop-hand-off"),
    path("loops/<uuid:loop_id>/take/", worklist.take, name="loop-take"),
    path("loops/<uuid:loop_id>/not-needed/", worklist.dismiss, name="loop-dismiss"),
    path("loops/<uuid:loop_id>/reopen/", worklist.reopen, name="loop-reopen"),
    path("loops/<uuid:loop_id>/undo/", worklist.undo, name="loop-undo"),
    path("patients/", patients.show_patients, name="patients"),
    path("patients/<uuid:patient_id>/", people.show_patient, name="patient"),
    path("patients/<uuid:patient_id>/all/<slug:part>/", people.show_part, name="patient-part"),
    path("patients/<uuid:patient_id>/tasks/", people.add_task, name="patient-task"),
    path("patients/<uuid:patient_id>/care-team/leave/", people.leave_team, name="patient-leave-team"),
    path("patients/<uuid:patient_id>/take-apart/", matching.apart, name="patient-take-apart"),
    path("patients/<uuid:patient_id>/keep-together/", matching.together, name="patient-keep-together"),
    path("patients/new/", registration.show_new, name="patient-new"),
    path("patients/register/", registration.register, name="patient-register"),
    path("review/same/<uuid:loop_id>/", matching.show_same, name="same"),
    path("review/same/<uuid:loop_id>/same/", matching.same, name="same-same"),
    path("review/same/<uuid:loop_id>/agree/", matching.agree, name="same-agree"),
    path("review/same/<uuid:loop_id>/different/", matching.different, name="same-different"),
    path("review/same/<uuid:loop_id>/cannot-tell/", matching.cannot_tell, name="same-cannot-tell"),
    path("patients/<uuid:patient_id>/documents/", documents.show_documents, name="patient-documents"),
    path("patients/<uuid:patient_id>/documents/add/", documents.add_document, name="patient-document-add"),
    path("patients/<uuid:patient_id>/documents/<uuid:document_id>/", documents.show_document, name="patient-document"),
    path(
        "patients/<uuid:patient_id>/documents/<uuid:document_id>/file/",
        documents.send_document,
        name="patient-document-file",
    ),
    path(
        "patients/<uuid:patient_id>/documents/<uuid:document_id>/out/", documents.take_out, name="patient-document-out"
    ),
    path("patients/<uuid:patient_id>/amendments/", amendments.ask, name="patient-amendment"),
    path(
        "patients/<uuid:patient_id>/amendments/<uuid:amendment_id>/extend/", amendments.extend, name="amendment-extend"
    ),
    path(
        "patients/<uuid:patient_id>/amendments/<uuid:amendment_id>/accept/", amendments.accept, name="amendment-accept"
    ),
    path("patients/<uuid:patient_id>/amendments/<uuid:amendment_id>/deny/", amendments.deny, name="amendment-deny"),
    path(
        "patients/<uuid:patient_id>/amendments/<uuid:amendment_id>/disagree/",
        amendments.disagree,
        name="amendment-disagree",
    ),
    path("patients/<uuid:patient_id>/hand-out/", export.hand_out, name="patient-hand-out"),
    path("patients/<uuid:patient_id>/summary.pdf", prints.print_summary, name="patient-summary"),
    path("today/sheet.pdf", prints.print_day, name="today-sheet"),
    path("notes/", documents.show_notes, name="notes"),
    path("patients/<uuid:patient_id>/safety/", safety.show_safety, name="patient-safety"),
    path("patients/<uuid:patient_id>/safety/ask/", safety.ask_clinician, name="patient-safety-ask"),
    path("patients/<uuid:patient_id>/safety/override/", safety.override, name="patient-safety-override"),
    path(
        "patients/<uuid:patient_id>/safety/override/<uuid:override_id>/end/",
        safety.end_override,
        name="patient-safety-end",
    ),
    path("patients/<uuid:patient_id>/refer/", referral_packets.show_new, name="patient-refer"),
    path("patients/<uuid:patient_id>/referrals/", referral_packets.make, name="patient-referral-make"),
    path("referrals/", referrals.show_referrals, name="referrals"),
    path("referrals/figures/", referrals.show_figures, name="referral-figures"),
    path("referrals/unmatched/", referrals.show_strays, name="referral-strays"),
    path("referrals/unmatched/<uuid:stray_id>/match/", referrals.match, name="referral-stray-match"),
    path("referrals/unmatched/<uuid:stray_id>/file/", referrals.file, name="referral-stray-file"),
    path("referrals/unmatched/<uuid:stray_id>/aside/", referrals.set_aside, name="referral-stray-aside"),
    path("referrals/<uuid:referral_id>/", referrals.show_referral, name="referral"),
    path("referrals/<uuid:referral_id>/packet/", referral_packets.show_packet, name="referral-packet"),
    path("referrals/<uuid:referral_id>/packet.pdf", referral_packets.print_packet, name="referral-packet-pages"),
    path("referrals/<uuid:referral_id>/packet.json", referral_packets.send_bundle, name="referral-packet-fhir"),
    path("referrals/<uuid:referral_id>/send/", referral_packets.send, name="referral-send"),
    path("referrals/<uuid:referral_id>/queue/", referral_packets.queue, name="referral-queue"),
    path("referrals/<uuid:referral_id>/misfiled/<uuid:report_id>/", misfiled.send_misfiled_file, name="misfiled-file"),
    path("referrals/<uuid:referral_id>/do/<slug:verb>/", referrals.act, name="referral-act"),
    path("patients/<uuid:patient_id>/plan/", plans.show_plan, name="patient-plan"),
    path("patients/<uuid:patient_id>/plan/hold/", plans.hold_plan, name="patient-plan-hold"),
    path("patients/<uuid:patient_id>/plan/book/", plans.book_plan, name="patient-plan-book"),
    path("patients/<uuid:patient_id>/plan/stop/", plans.stop_plan, name="patient-plan-stop"),
    path("patients/<uuid:patient_id>/plan/go-on/", plans.go_on_plan, name="patient-plan-go-on"),
    path("team/", team.show_team, name="team"),
    path("team/loops/", team.show_work, name="team-work"),
    path("team/hand-over/", team.hand_over, name="team-hand-over"),
    path("day/", team.show_day, name="day"),
    path("day/hand-off/", team.hand_off_day, name="day-hand-off"),
    path("caseload/", caseload.show_caseload, name="caseload"),
    path("caseload/patients/", caseload.show_list, name="caseload-list"),
    path("caseload/give/", caseload.give, name="caseload-give"),
    path("caseload/join/", caseload.join, name="caseload-join"),
    path("cover/", caseload.show_cover, name="cover"),
    path("cover/plan/", caseload.plan_cover, name="cover-plan"),
    path("cover/<int:cover_id>/back/", caseload.show_back, name="cover-back"),
    path("cover/<int:cover_id>/end/", caseload.end, name="cover-end"),
    path("find/", find.show_find, name="find"),
    path("find/hits/", find.show_hits, name="find-hits"),
    path("checks/", signing.show_checks, name="checks"),
    path("checks/<slug:name>/", signing.show_check, name="check"),
    path("checks/<slug:name>/sign/", signing.sign, name="check-sign"),
    path("styleguide/", styleguide.show_styleguide, name="styleguide"),
    path("you/", access.show_you, name="you"),
    path("you/language/", access.set_language, name="you-language"),
    path("you/rows/", access.set_grouping, name="you-rows"),
    path("you/colours/", access.set_theme, name="you-theme"),
    path("livez", health.show_alive, name="livez"),
    *CIRCLE,
    *DIRECTORY,
    *COVER,
    *HANDOFFS,
    *OFFICES,
    *THREADS,
    *REMINDERS,
    *HOOKS,
    *PORTAL,
    *REACH,
    *MAILBOX,
    *MEETINGS,
    *ADMIN,
    *VISITS,
    *_SIGN_IN,
]

handler400 = "careloop.web.errors.show_unclear"
handler403 = "careloop.web.errors.show_denied"
handler404 = "careloop.web.errors.show_not_found"
handler429 = "careloop.web.errors.show_too_many"
handler500 = "careloop.web.errors.show_bug"
