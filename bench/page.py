"""The whole page of Today: what a browser waits for at the server, against its own SQL and a bare Django view."""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.http import HttpRequest, HttpResponse

from bench.common import Figures, describe, interleave
from bench.fill import NOW, Clinic

AT_MOST_OF_SQL = 3.0
AT_MOST_OF_SMALL = 1.5
ROUNDS = 40
WARM = 8
BARE = "/bare/"
# What a signed-in request asks before any door is opened: not the page's own.
OF_SIGN_IN = ("django_session", "usersessions", "careloop_login", '"login"')


def measure(
    figures: Figures, who: str, links: dict[str, Any], large: Clinic, small: Clinic, using: Callable[[Any], Any]
) -> None:
    """Measure the page for a coordinator or a supervisor of the large clinic, and of the small one."""
    os.environ["CARELOOP_CLOCK"] = NOW.isoformat()
    askers = {
        size: _Asker(links[size], getattr(clinic, who), using) for size, clinic in (("large", large), ("small", small))
    }
    plain = _Plain(askers["large"])
    times = interleave(
        {
            "page": askers["large"].ask_today,
            "page_small": askers["small"].ask_today,
            "page_sql": plain.run,
            "bare": askers["large"].ask_bare,
        },
        rounds=ROUNDS,
        warm=WARM,
    )
    for name, taken in times.items():
        figures.tell(f"{who}: {name}", runs=len(taken), **describe(taken))
    middle = {name: statistics.median(taken) for name, taken in times.items()}
    figures.judge(
        f"{who}: whole page / its SQL and a bare view", middle["page"] / (middle["page_sql"] + middle["bare"]),
        at_most=AT_MOST_OF_SQL, statements=len(plain.statements),
    )  # fmt: skip
    figures.judge(
        f"{who}: whole page at {large.loops} loops / at {small.loops}", middle["page"] / middle["page_small"],
        at_most=AT_MOST_OF_SMALL,
    )  # fmt: skip


def show_bare(request: HttpRequest) -> HttpResponse:
    """Answer with a word: a view that does nothing, behind all that every request goes through."""
    return HttpResponse("bare")


class _Asker:
    """Somebody signed in to one of the clinics, by the whole stack of the application."""

    def __init__(self, link: Any, person: object, using: Callable[[Any], Any]) -> None:  # noqa: ANN401
        from django.test import Client
        from django.urls import path, reverse

        from careloop.config import urls
        from careloop.records.models import Login

        if not any(getattr(one, "name", "") == "bare" for one in urls.urlpatterns):
            urls.urlpatterns.insert(0, path(BARE.lstrip("/"), show_bare, name="bare"))
        self.link, self._using = link, using
        self._today = reverse("today")
        self._client, self._nobody = Client(HTTP_HOST="127.0.0.1"), Client(HTTP_HOST="127.0.0.1")
        with using(link):
            login = Login.objects.filter(person_id=person).first()
            if login is None:
                login = Login(email=f"{person}@bench.example", person_id=person)
                login.set_unusable_password()
                login.save()
            self._client.force_login(login, backend="allauth.account.auth_backends.AuthenticationBackend")

    def ask_today(self) -> float:
        """Ask for the page once; return how long the answer took."""
        return self._ask(self._client, self._today)

    def ask_bare(self) -> float:
        """Ask for the view that does nothing, as nobody."""
        return self._ask(self._nobody, BARE)

    def _ask(self, client: Any, address: str) -> float:  # noqa: ANN401
        with self._using(self.link):
            began = time.perf_counter()
            answer = client.get(address)
            took = time.perf_counter() - began
        assert answer.status_code == 200, (address, answer.status_code, answer.get("Location"))
        return took


class _Plain:
    """Every statement that the doors of the page send, one after the other, in the same role and one transaction."""

    def __init__(self, asker: _Asker) -> None:
        self.statements: list[tuple[str, Any]] = []

        def note_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401
            if not any(name in sql for name in OF_SIGN_IN):
                self.statements.append((sql, params))
            return execute(sql, params, many, context)

        asker.ask_today()
        with asker.link.execute_wrapper(note_statement):
            asker.ask_today()
        assert sum("INSERT INTO audit_line" in sql for sql, _params in self.statements) >= 1
        self._link = psycopg.connect(**asker.link.get_connection_params())

    def run(self) -> float:
        """Run them once; return how long it took."""
        began = time.perf_counter()
        with self._link.cursor() as cursor:
            for sql, params in self.statements:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()
        self._link.commit()
        return time.perf_counter() - began
