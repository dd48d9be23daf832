"""Where the package keeps what is not code."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
TEMPLATES_FOLDER = PACKAGE / "web" / "templates"
LOCALE = PACKAGE / "web" / "locale"
