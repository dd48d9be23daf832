#!/usr/bin/env bash
# See to a Chromium: one that is installed, else apt when root, else Playwright's own.
set -euo pipefail
bin=$1
find_it() { for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do command -v "$name" && return; done; return 1; }
if [ -n "${CARELOOP_CHROMIUM:-}" ] && [ -x "$CARELOOP_CHROMIUM" ]; then exit 0; fi
if find_it >/dev/null; then exit 0; fi
if "$bin/python" - <<'PY' 2>/dev/null
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    raise SystemExit(not Path(p.chromium.executable_path).exists())
PY
then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium with apt ..." >&2
  (apt-get update -qq && { apt-get install -y -qq chromium-headless-shell || apt-get install -y -qq chromium; }) >/dev/null 2>&1 || true
  if find_it >/dev/null; then exit 0; fi
fi
echo "Fetching Playwright's Chromium ..." >&2
if "$bin/playwright" install chromium >/dev/null 2>&1; then exit 0; fi
echo "No Chromium can be had: install one (apt install chromium) or name it in CARELOOP_CHROMIUM." >&2
exit 1
