"""The Chromium of this machine, without a window."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

# The one that never draws a window comes first: it shows the same pages for half the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def open_chromium(play: Playwright) -> Browser:
    """Start the Chromium that ``CARELOOP_CHROMIUM`` names, else an installed one, else Playwright's own."""
    path = os.environ.get("CARELOOP_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return play.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
