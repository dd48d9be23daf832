#!/usr/bin/env bash
# Serve the demo clinic from a home of its own, so that it never meets real records.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$1
if [ -z "${CARELOOP_HOME:-}" ]; then
  if [ "$(id -u)" = 0 ]; then CARELOOP_HOME=/var/lib/careloop-demo; else CARELOOP_HOME=$HOME/.local/share/careloop-demo; fi
fi
export CARELOOP_HOME
unset DATABASE_URL CARELOOP_OWNER_URL
if [ -n "${FRESH:-}" ]; then
  "$bin/careloop" db stop 2>/dev/null || true
  rm -rf "$CARELOOP_HOME"
fi
exec "$bin/careloop" demo --port "${PORT:-8000}"
