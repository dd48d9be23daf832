"""The words for patients: all situations with how far their words are, and one as a person would see it."""

from django.http import HttpResponse
from django.shortcuts import render

from careloop.facts.access import Acting
from careloop.facts.messages import MessageLine, Private, State
from careloop.reads.messages import get_message, list_messages
from careloop.web.screen import ActingRequest, page


@page()
def show_messages(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show every situation with its languages."""
    return render_messages(request, list_messages(acting))


def render_messages(request: ActingRequest, lines: tuple[MessageLine, ...]) -> HttpResponse:
    """Render the list from plain values."""
    versions = [shown for line in lines for shown in line.shown]
    approved = sum(shown.state is State.APPROVED for shown in versions)
    values = {"lines": lines, "versions": len(versions), "approved": approved, "here": "admin"}
    return render(request, "admin/messages.html", values)


@page()
def show_message(acting: Acting, request: ActingRequest, key: str) -> HttpResponse:
    """Show one situation on each of its roads."""
    return render_message(request, get_message(acting, key=key))


def render_message(request: ActingRequest, line: MessageLine) -> HttpResponse:
    """Render one situation from plain values."""
    return render(request, "admin/message.html", {"line": line, "kinds": list(Private), "here": "admin"})
