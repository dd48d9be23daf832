"""The page of one loop: why it is here, who has it, every change, and what can be done with it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from careloop.facts.access import Acting
from careloop.facts.loop_page import LoopPage
from careloop.reads.loop_page import get_loop_page
from careloop.rules.worklist import FINISHED, NOT_NEEDED
from careloop.web.screen import ActingRequest, Attempt, page


@page()
def show_loop(acting: Acting, request: ActingRequest, loop_id: UUID) -> HttpResponse:
    """Show one loop with its whole history."""
    return render_loop(request, get_loop_page(acting, loop_id))


def show_loop_again(acting: Acting, request: ActingRequest, attempt: Attempt, loop_id: UUID) -> HttpResponse:
    """Show the page after a deed that did not succeed, with what was typed."""
    return render_loop(request, get_loop_page(acting, loop_id), attempt)


def render_loop(request: ActingRequest, shown: LoopPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the page of one loop from plain values."""
    values = {"page": shown, "attempt": attempt, "here": "loop", "finished": FINISHED, "not_needed": NOT_NEEDED}
    return render(request, "staff/loop.html", values)
