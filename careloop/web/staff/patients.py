"""My patients: the caseload as a table."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careloop.facts.access import Acting
from careloop.facts.caseloads import MyPatientsPage
from careloop.reads.patients import get_my_patients
from careloop.web.screen import ActingRequest, page

FILTERS: dict[str, str | Promise] = {
    "all": _("All"),
    "late": _("Something late"),
    "open": _("Something open"),
    "nothing": _("Nothing open"),
    "no_contact": _("No contact noted yet"),
    "language": _("Other language or interpreter"),
    "covered": _("Covered for somebody"),
}
SORTS: dict[str, str | Promise] = {
    "urgent": _("Most urgent first"),
    "contact": _("Longest without contact first"),
    "name": _("By name"),
}


@page()
def show_patients(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show whom this person cares for, and those whom they cover."""
    asked = request.GET
    shown = get_my_patients(
        acting, narrowed=asked.get("show", ""), sort=asked.get("sort", ""), cursor=asked.get("cursor", "")
    )
    return render_patients(request, shown)


def render_patients(request: ActingRequest, shown: MyPatientsPage) -> HttpResponse:
    """Render the list from plain values; a way to narrow it that fits nobody is left away, but the one chosen."""
    filters = [
        (one.key, FILTERS[one.key], one.count) for one in shown.filters if one.count or one.key in ("all", shown.chosen)
    ]
    return render(
        request,
        "staff/patients.html",
        {"page": shown, "here": "patients", "filters": filters, "sorts": SORTS.items()},
    )
