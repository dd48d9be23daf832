"""The addresses of administration, health, the log and the first run."""

from django.urls import URLPattern, path

from careloop.web import setup
from careloop.web.staff import admin, admin_audit, admin_health, admin_people, admin_places, calendars, messages

ADMIN: list[URLPattern] = [
    path("admin/", admin.show_admin, name="admin"),
    path("admin/people/", admin_people.show_people, name="admin-people"),
    path("admin/people/add/", admin_people.add_person, name="admin-person-add"),
    path("admin/people/link/", admin_people.show_link, name="admin-person-link"),
    path("admin/people/correct/", admin_people.correct, name="admin-person-correct"),
    path("admin/people/teams/", admin_people.teams, name="admin-person-teams"),
    path("admin/people/role/", admin_people.new_role, name="admin-person-role"),
    path("admin/people/end/", admin_people.end_work, name="admin-person-end"),
    path("admin/people/agree/", admin_people.agree_staff, name="admin-person-agree"),
    path("admin/people/withdraw/", admin_people.withdraw_staff, name="admin-person-withdraw"),
    path("admin/people/<uuid:person_id>/", admin_people.show_person, name="admin-person"),
    path("admin/roles/", admin.show_roles, name="admin-roles"),
    path("admin/teams/", admin_places.show_units, name="admin-units"),
    path("admin/teams/save/", admin_places.save_unit, name="admin-unit-save"),
    path("admin/teams/<int:unit_id>/", admin_places.show_unit, name="admin-unit"),
    path("admin/calendars/", calendars.show_calendars, name="admin-calendars"),
    path("admin/visit-types/", calendars.show_kinds, name="admin-visit-types"),
    path("admin/visit-types/save/", calendars.save_kind, name="admin-visit-type-save"),
    path("admin/visit-types/<uuid:kind_id>/", calendars.show_kind, name="admin-visit-type"),
    path("admin/messages/", messages.show_messages, name="admin-messages"),
    path("admin/messages/<slug:key>/", messages.show_message, name="admin-message"),
    path("admin/days/", admin_places.show_days, name="admin-days"),
    path("admin/days/set/", admin_places.set_day, name="admin-day-set"),
    path("admin/days/clear/", admin_places.clear_day, name="admin-day-clear"),
    path("admin/sessions/", admin.show_sessions, name="admin-sessions"),
    path("admin/sessions/end/", admin.stop_session, name="admin-session-end"),
    path("admin/catalog/", admin.show_catalog, name="admin-catalog"),
    path("admin/audit/", admin_audit.show_audit, name="admin-audit"),
    path("admin/audit/save/", admin_audit.save_audit, name="admin-audit-export"),
    path("admin/audit/chain/", admin_audit.show_chain, name="admin-audit-chain"),
    path("health/", admin_health.show_health, name="health"),
    path("setup/", setup.show_key, name="setup"),
    path("setup/check/", setup.show_check, name="setup-check"),
    path("setup/import/", setup.show_import, name="setup-import"),
    path("setup/held/", setup.show_held, name="setup-held"),
    path("setup/demo/", setup.show_demo, name="setup-demo"),
    path("setup/links/", setup.show_links, name="setup-links"),
    path("setup/<slug:step>/", setup.show_step, name="setup-step"),
]
