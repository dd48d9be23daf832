"""Which list of threads somebody works through: asked in the address, kept in the forms of a talk beside it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from careloop.facts.access import Acting
from careloop.facts.outbox import ThreadWith
from careloop.facts.threads import Box, ThreadsPage
from careloop.reads.threads import get_threads_page
from careloop.web.screen import ActingRequest

# So many signs of a search are read, and so many of a list that a form carries.
LONGEST, LONGEST_KEPT = 100, 600


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it was asked for. ``box`` is None where nobody chose one."""

    box: Box | None = None
    partner: ThreadWith | None = None
    query: str = ""

    @property
    def kept(self) -> str:
        """Return it as the end of an address without its ``?``, to come back to; "" where nothing was chosen."""
        asked = {"show": self.box, "with": self.partner, "q": self.query}
        return urlencode({name: str(value) for name, value in asked.items() if value})

    @property
    def end(self) -> str:
        """Return the same with its ``?``."""
        return f"?{self.kept}" if self.kept else ""


def read_listed(given: QueryDict) -> Listed:
    """Return the list that an address asks for; what is none of ours is left out."""
    return Listed(
        _member(Box, given.get("show", "")),
        _member(ThreadWith, given.get("with", "")),
        given.get("q", "").replace("\x00", "").strip()[:LONGEST],
    )


def listed_of(request: ActingRequest) -> Listed:
    """Return the list that a request is about: in its address, or in the form that came."""
    if request.method == "POST":
        return read_listed(QueryDict(request.POST.get("list", "")[:LONGEST_KEPT]))
    return read_listed(request.GET)


def list_threads(acting: Acting, listed: Listed) -> ThreadsPage:
    """Return the threads of a list; one's own where nobody chose one."""
    return get_threads_page(acting, box=listed.box or Box.MINE, partner=listed.partner, query=listed.query)


def is_part(request: ActingRequest) -> bool:
    """Tell whether only a part of a page is asked for, to be put in place: then no list stands beside it."""
    return bool(request.headers.get("HX-Request"))


def find_queue(acting: Acting, request: ActingRequest) -> ThreadsPage | None:
    """Return the list that stands beside a talk; None where only a part of the page is asked for."""
    return None if is_part(request) else list_threads(acting, listed_of(request))


def _member(kind: Any, text: str) -> Any:  # noqa: ANN401
    return kind(text) if text in [str(one) for one in kind] else None
