"""Settings: everything a clinic may change comes from the environment.

``DATABASE_URL`` (application role) and ``CARELOOP_OWNER_URL`` (migrations) name the databases; the
command line sets them for the private server before this file is read.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from careloop.config.logs import LOGGING  # noqa: F401
from careloop.config.secrets import read_secret_key
from careloop.config.web import *  # noqa: F403


def make_database(url: str, *, pooled: bool) -> dict[str, object]:
    """Return Django's settings of a PostgreSQL URL; ``?host=`` may name a socket folder."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", parts.hostname or "")
    port = query.pop("port", str(parts.port or ""))
    options: dict[str, object] = dict(query)
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 10, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "careloop",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0 if pooled else None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


ROOT = Path(__file__).resolve().parents[1]
SECRET_KEY = read_secret_key()
DEBUG = False
DATABASES = {
    "default": make_database(
        os.environ.get("DATABASE_URL", "postgresql://careloop_app@/careloop"),
        pooled=os.environ.get("CARELOOP_POOL") == "1",
    ),
    "owner": make_database(os.environ.get("CARELOOP_OWNER_URL", "postgresql://careloop_owner@/careloop"), pooled=False),
}
AUTH_USER_MODEL = "records.Login"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "careloop.config.urls"
WSGI_APPLICATION = "careloop.config.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
# Words for patients that nobody approved go only where the clinic says so, and in a demo.
DRAFT_WORDS_MAY_GO = os.environ.get("CARELOOP_DRAFT_WORDS") == "1"
# The number for questions that every message names, and pages and papers of patients: there "" says only "call us".
CLINIC_PHONE = os.environ.get("CARELOOP_CLINIC_PHONE", "")
