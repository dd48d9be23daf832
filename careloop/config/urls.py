"""Every address of the house. Of the sign-in library only what is used is here."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as usersessions
from django.urls import URLPattern, path, re_path
from django.views.i18n import set_language

from careloop.web import health
from careloop.web.staff import access, people, worklist

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
    path("loops/<uuid:loop_id>/start/", worklist.start, name="loop-start"),
    path("loops/<uuid:loop_id>/contact/", worklist.log_contact, name="loop-contact"),
    path("loops/<uuid:loop_id>/finish/", worklist.finish, name="loop-finish"),
    path("loops/<uuid:loop_id>/snooze/", worklist.snooze, name="loop-snooze"),
    path("loops/<uuid:loop_id>/hand-off/", worklist.hand_off, name="loop-hand-off"),
    path("loops/<uuid:loop_id>/take/", worklist.take, name="loop-take"),
    path("loops/<uuid:loop_id>/not-needed/", worklist.dismiss, name="loop-dismiss"),
    path("loops/<uuid:loop_id>/reopen/", worklist.reopen, name="loop-reopen"),
    path("loops/<uuid:loop_id>/undo/", worklist.undo, name="loop-undo"),
    path("patients/<uuid:patient_id>/", people.show_patient, name="patient"),
    path("patients/<uuid:patient_id>/tasks/", people.add_task, name="patient-task"),
    path("find/", people.show_find, name="find"),
    path("you/", access.show_you, name="you"),
    path("you/language/", access.set_language, name="you-language"),
    path("you/colours/", access.set_theme, name="you-theme"),
    path("livez", health.show_alive, name="livez"),
    *_SIGN_IN,
]

handler400 = "careloop.web.errors.show_unclear"
handler403 = "careloop.web.errors.show_denied"
handler404 = "careloop.web.errors.show_not_found"
handler429 = "careloop.web.errors.show_too_many"
handler500 = "careloop.web.errors.show_bug"
