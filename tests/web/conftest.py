"""Serves the gallery of hand-filled pages, and opens a Chromium on it."""

import threading
from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, expect, sync_playwright

from tests.actions.conftest import module_transaction  # noqa: F401
from tests.web.chromium import open_chromium
from tests.web.demo_server import MadeDemo, serve_copy, share_demo

# A machine may be slow; a test that fails for that says nothing about the screens.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


class _Quiet(WSGIRequestHandler):
    """Answers without writing a line for every request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def serve() -> Iterator[str]:
    """Serve the settings' addresses on a free port of this machine; yield the address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    """Begin with no sign-in counted: how many there may be in an hour is counted in this process, over all tests."""
    cache.clear()


@pytest.fixture
def gallery(settings: object) -> Iterator[str]:
    """Serve the gallery; yield its address. No database is needed."""
    settings.ROOT_URLCONF = "tests.web.gallery.urls"  # type: ignore[attr-defined]
    settings.ALLOWED_HOSTS = ["127.0.0.1"]  # type: ignore[attr-defined]
    yield from serve()


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[MadeDemo]:
    """Make the small demo clinic once for all processes of the run."""
    own = tmp_path_factory.getbasetemp()
    with share_demo(own if worker_id == "main" else own.parent) as made:
        yield made


@pytest.fixture(scope="module")
def demo(made_demo: MadeDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a copy of the small demo clinic for one file of tests; yield its address."""
    with serve_copy(made_demo, tmp_path_factory.mktemp("copy") / "home") as (address, _owner):
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Open the Chromium of this machine."""
    with sync_playwright() as play:
        browser = open_chromium(play)
        yield browser
        browser.close()
