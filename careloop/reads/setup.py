"""The first run: whether this database still waits for its clinic, who may set it up, and what was answered."""

import hmac
from datetime import datetime
from uuid import UUID

from django.db import connection

from careloop.basics.refusals import NotFound
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Right, Role
from careloop.facts.setup import DEMO, MAKING_DEMO, DemoProgress, DemoState, Held, HeldName, Setup
from careloop.guard.doors import arriving, managing
from careloop.records.models import Clinic, FirstRun, HeldFile, Person


@arriving
def is_setup_open() -> bool:
    """Tell whether a key was made and the clinic is not set up by it, by the command line or as a demo."""
    return _is_open()


@arriving
def get_installer(mark: str, at: datetime) -> Acting | None:
    """Return who sets the clinic up: whoever holds the key of the newest start, while the setting up is open."""
    row = FirstRun.objects.first()
    if not mark or row is None or not hmac.compare_digest(row.key_hash, mark):
        return None
    if not _is_open():
        return None
    return Acting(SYSTEM_ID, Role.SYSTEM, at, Purpose.OPERATE)


@managing(needs=Right.PEOPLE_WRITE, write=False)
def get_setup(acting: Acting) -> Setup:
    """Return what was answered so far."""
    row = FirstRun.objects.get(pk=1)
    return Setup(
        answers=row.answers,
        version=row.version,
        is_applied=row.applied_at is not None,
        is_demo_asked=row.demo_asked_at is not None and row.demo_broke_at is None,
    )


@managing(needs=Right.PEOPLE_WRITE, write=False)
def find_held_name(acting: Acting) -> HeldName | None:
    """Return which file waits to be taken in, or None."""
    row = HeldFile.objects.defer("body").first()
    return None if row is None else HeldName(row.pk, row.name, row.held_at)


@managing(needs=Right.PEOPLE_WRITE, write=False)
def get_held_file(acting: Acting, *, file_id: UUID) -> Held:
    """Return a file that waits, whole.

    :raises NotFound: if it is gone
    """
    row = HeldFile.objects.filter(pk=file_id).first()
    if row is None:
        raise NotFound
    return Held(row.pk, row.name, bytes(row.body), row.dates, row.unit_id)


@arriving
def get_demo_password() -> str:
    """Return the password of a demo that was asked for and is neither made nor broken, "" if none is to be made."""
    row = FirstRun.objects.filter(finished_at=None, demo_broke_at=None).exclude(demo_asked_at=None).first()
    if row is None or Clinic.objects.filter(is_demo=True).exists():
        return ""
    return str(row.answers.get(DEMO, {}).get("password", ""))


@arriving
def get_demo_progress(mark: str) -> DemoProgress | None:
    """Return how far the demo is, for whoever holds the key of the newest start; None for anybody else."""
    row = FirstRun.objects.filter(finished_at=None).first()
    if not mark or row is None or not hmac.compare_digest(row.key_hash, mark):
        return None
    if Clinic.objects.filter(is_demo=True, demo_ready_at__isnull=False).exists():
        password = str(row.answers.get(DEMO, {}).get("password", ""))
        return DemoProgress(DemoState.READY, password=password) if password else None
    if row.demo_asked_at is None:
        return DemoProgress(DemoState.NOT_ASKED)
    if row.demo_broke_at is not None:
        return DemoProgress(DemoState.BROKEN)
    done, whole = _find_demo_parts()
    return DemoProgress(DemoState.MAKING if whole else DemoState.WAITING, done, whole)


def _find_demo_parts() -> tuple[int, int]:
    """Read how far the worker is from the name of its connection: what it writes nobody sees before all is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name LIKE %s LIMIT 1",
            [f"{MAKING_DEMO} %"],
        )
        row = cursor.fetchone()
    done, _of, whole = row[0].removeprefix(MAKING_DEMO).partition("/") if row else ("0", "", "0")
    return int(done), int(whole)


def _is_open() -> bool:
    row = FirstRun.objects.filter(finished_at=None).first()
    if row is None or Clinic.objects.filter(is_demo=True).exists():
        return False
    return row.applied_at is not None or not Person.objects.filter(kind="staff").exists()
