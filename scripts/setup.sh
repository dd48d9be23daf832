#!/usr/bin/env bash
# Make a virtual environment with the locked requirements: with uv if it is there, else venv and pip.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1
python=${PYTHON:-python3}
"$python" - <<'PY' || { echo "Careloop needs Python 3.11 or newer (PYTHON=/path/to/python3.11 make setup)." >&2; exit 3; }
import sys
sys.exit(sys.version_info < (3, 11))
PY
if command -v uv >/dev/null 2>&1; then
  [ -x "$venv/bin/python" ] || uv venv --quiet --python "$python" "$venv"
  VIRTUAL_ENV=$venv uv pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.txt
  VIRTUAL_ENV=$venv uv pip install --quiet --no-deps --editable .
else
  if ! [ -x "$venv/bin/python" ]; then
    "$python" -m venv "$venv" || { echo "The venv module is missing: install python3-venv." >&2; exit 3; }
  fi
  # An environment that uv made has no pip of its own.
  "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip --default-pip >/dev/null
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
  # The project itself: named on the path, so that nothing has to be built.
  site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  pwd > "$site/careloop.pth"
  printf '#!%s\nimport sys\n\nfrom careloop.cli.main import main\n\nsys.exit(main())\n' "$PWD/$venv/bin/python" > "$venv/bin/careloop"
  chmod +x "$venv/bin/careloop"
fi
echo "Ready: $venv"
