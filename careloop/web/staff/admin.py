"""The doors of administration: the home page, roles, who is signed in, and the values with their sources."""

from itertools import groupby

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.administration import end_session
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.administration import CatalogRow, RoleLine, SessionLine
from careloop.reads.administration import list_roles, list_sessions
from careloop.reads.administration_catalog import list_catalog
from careloop.web.labels_admin import AdminPage, list_admin_pages
from careloop.web.screen import ActingRequest, Told, deed, page
from careloop.web.staff.forms import read_form


class _SessionKey(django_forms.Form):
    session = django_forms.IntegerField()


@page()
def show_admin(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the pages of administration that this role has; a role without any has no such page."""
    pages = list_admin_pages(acting.role)
    if not pages:
        raise NotFound
    return render_admin(request, pages)


def render_admin(request: ActingRequest, pages: tuple[AdminPage, ...]) -> HttpResponse:
    """Render the home page of administration."""
    return render(request, "admin/home.html", {"pages": pages, "here": "admin"})


@page()
def show_roles(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show what each role may do."""
    return render_roles(request, list_roles(acting))


def render_roles(request: ActingRequest, lines: tuple[RoleLine, ...]) -> HttpResponse:
    """Render the roles from plain values."""
    return render(request, "admin/roles.html", {"lines": lines, "here": "admin"})


@page()
def show_sessions(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show who is signed in."""
    return render_sessions(request, list_sessions(acting))


def render_sessions(request: ActingRequest, lines: tuple[SessionLine, ...]) -> HttpResponse:
    """Render who is signed in from plain values."""
    return render(request, "admin/sessions.html", {"lines": lines, "here": "admin"})


def _to_sessions(request: ActingRequest) -> str:
    return reverse("admin-sessions")


@deed(back_to=_to_sessions, about_patient=False)
def stop_session(acting: Acting, request: ActingRequest) -> Told:
    """Sign somebody out of one browser."""
    end_session(acting, session_id=read_form(_SessionKey, request)["session"])
    return Told(_("Signed out."))


@page()
def show_catalog(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show every value with its source."""
    return render_catalog(request, list_catalog(acting))


def render_catalog(request: ActingRequest, rows: tuple[CatalogRow, ...]) -> HttpResponse:
    """Render the values, table by table."""
    words = {
        "rules": _("Rules"),
        "results": _("Results that need a next step"),
        "clocks": _("Waiting times"),
        "medicines": _("Medicines together"),
    }
    tables = [(f"table-{name}", words[name], list(of)) for name, of in groupby(rows, key=lambda row: row.table)]
    return render(request, "admin/catalog.html", {"tables": tables, "here": "admin"})
