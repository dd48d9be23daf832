"""``careloop init``: database up, migrated, safe. Twice is fine."""

import os

import django
import psycopg
from django.core.management import call_command

from careloop.catalog.clocks import load_clocks
from careloop.catalog.knowledge import load_knowledge
from careloop.cli.boot import SETTINGS, boot, find_urls
from careloop.cli.output import CONFIGURATION, fail, say


def init() -> None:
    """Bring the database up, migrate it and load the catalog. Running it twice changes nothing."""
    prepare()
    say("Ready.")


def prepare() -> None:
    """Migrate as the owner, one command at a time, then come up as the application."""
    _app, owner = find_urls()
    if not owner:
        fail(
            CONFIGURATION, "CARELOOP_OWNER_URL is not set.", "Tables belong to the owner role.", "Set it and try again."
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    with psycopg.connect(owner, autocommit=True) as link:
        link.execute("SELECT pg_advisory_lock(72653002)")
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    boot()
    load_knowledge()
    load_clocks()
