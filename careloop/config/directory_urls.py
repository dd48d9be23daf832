"""The addresses of the directory and of the finder."""

from django.urls import URLPattern, path

from careloop.web.staff import directory, directory_import, endpoints, finder

DIRECTORY: list[URLPattern] = [
    path("directory/", directory.show_directory, name="directory"),
    path("directory/find/", finder.show_finder, name="directory-find"),
    path("directory/new/", directory.show_new_entry, name="directory-new"),
    path("directory/save/", directory.save_entry, name="directory-save"),
    path("directory/checked/", directory.check_entry, name="directory-checked"),
    path("directory/import/", directory_import.show_import, name="directory-import"),
    path("directory/import/table/", directory_import.take_table, name="directory-take-table"),
    path("directory/import/records/", directory_import.fill_from_records, name="directory-fill"),
    path("directory/<uuid:entry_id>/", directory.show_entry, name="directory-entry"),
    path("directory/<uuid:entry_id>/fhir/", endpoints.show_endpoint, name="directory-endpoint"),
    path("directory/<uuid:entry_id>/fhir/save/", endpoints.save_endpoint, name="directory-endpoint-save"),
    path("directory/<uuid:entry_id>/fhir/forget/", endpoints.forget_endpoint, name="directory-endpoint-forget"),
]
