"""Whether the process answers. Nothing about the data: that is ``careloop doctor``."""

from django.http import HttpRequest, HttpResponse


def show_alive(request: HttpRequest) -> HttpResponse:
    """Answer "ok" as long as the process can answer at all. Touches no database."""
    return HttpResponse("ok\n", content_type="text/plain")
