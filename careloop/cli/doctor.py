"""``careloop doctor``: is this house sound?"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import typer

from careloop.basics.clock import read_clock
from careloop.catalog.clocks import load_clocks
from careloop.catalog.knowledge import load_knowledge
from careloop.cli.boot import boot, operator
from careloop.cli.output import PROBLEMS, print_json
from careloop.postgres.home import find_home

ENOUGH_MB = 500
SILENT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing that was looked at."""

    name: str
    is_well: bool
    say: str
    fix: str = ""


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at database, migrations, invariants, log, worker, channels, pages, mailbox, disk and knowledge."""
    boot()
    found = [examine() for examine in EXAMINATIONS]
    if as_json:
        rows = [{"name": e.name, "ok": e.is_well, "say": e.say, "fix": e.fix} for e in found]
        print_json({"schema": "careloop.doctor.1", "ok": all(e.is_well for e in found), "checks": rows})
    else:
        for e in found:
            typer.echo(f"{'ok  ' if e.is_well else 'BAD '} {e.name}: {e.say}{' ' + e.fix if not e.is_well else ''}")
    if not all(e.is_well for e in found):
        raise typer.Exit(PROBLEMS)


def _database() -> Examined:
    return Examined(
        "database", True, "It runs, keeps what it acknowledges, and the application cannot pass row security."
    )


def _migrations() -> Examined:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Examined("migrations", not left, f"{len(left)} to be applied.", "Run: careloop init")


def _invariants() -> Examined:
    from careloop.reads.health import get_status

    broken = {name: rows for name, rows in get_status(operator()).invariants.items() if rows}
    said = "All hold." if not broken else ", ".join(f"{name} {rows}" for name, rows in broken.items())
    return Examined("invariants", not broken, said, "Ask for support with this line.")


def _log() -> Examined:
    from careloop.jobs.anchors import load_anchors
    from careloop.reads.health import verify_audit

    report = verify_audit(operator(), load_anchors())
    said = f"{report.lines} lines, {len(report.faults)} faults, {report.unsealed} not sealed yet."
    return Examined("audit log", not report.faults, said, "Run: careloop audit verify")


def _worker() -> Examined:
    from careloop.reads.health import get_status

    seen = get_status(operator()).worker_seen
    is_well = seen is not None and read_clock() - seen <= SILENT
    return Examined("worker", is_well, f"Last seen {seen.isoformat() if seen else 'never'}.", "Run: careloop worker")


def _channels() -> Examined:
    from careloop.jobs.outbox import list_channel_lines
    from careloop.reads.channels import count_outbox

    counts = count_outbox(operator())
    lines = list_channel_lines(read_clock)
    said = ", ".join(f"{line.road} {line.state}" for line in lines)
    if counts.is_waiting:
        return Examined("channels", False, f"Nothing is sent ({counts.because}).", "Run: careloop reconcile")
    return Examined("channels", True, f"{said}. Waiting: {counts.due}.")


def _portal() -> Examined:
    from careloop.channels.road_portal import safe_address
    from careloop.channels.settings import read_settings
    from careloop.reads.channels import get_portal_address

    typed, address = read_settings("portal").get("url"), get_portal_address(operator())
    if typed and not safe_address(typed):
        fix = "CARELOOP_PORTAL_URL must begin with https:// and hold no question; patients type their birth date there."
        return Examined("patients' pages", False, "Their address cannot be used: no link reaches a patient.", fix)
    if not address:
        mend = "To have that, set CARELOOP_PORTAL_URL to the address under which patients reach this house."
        return Examined("patients' pages", True, f"They have no address: no message goes behind a link. {mend}")
    return Examined("patients' pages", True, f"Links begin with {address}.")


def _mailbox() -> Examined:
    from careloop.reads.mailbox import find_mailbox

    found = find_mailbox(operator())
    if found is None or not found.is_on:
        return Examined("mailbox", True, "None is read.")
    last = found.reached_at.isoformat() if found.reached_at else "never"
    said = f"Last read {last}. {found.kept} taken in, {found.left} left."
    why = f" ({found.trouble})" if found.trouble else ""
    fix = f"Answers may be lying there{why}. See the mailbox of answers, under the channels."
    return Examined("mailbox", not found.is_silent, said, fix)


def _disk() -> Examined:
    home = find_home()
    place = home if home.exists() else home.parent
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free // 1024 // 1024
    return Examined("disk", free >= ENOUGH_MB, f"{free} MB free.", "Free some space.")


def _holidays() -> Examined:
    last = max(load_clocks().holidays)
    is_well = last - read_clock().date() > timedelta(days=180)
    return Examined("holidays", is_well, f"Known until {last}.", "Update Careloop.")


def _knowledge() -> Examined:
    return Examined("knowledge", True, f"Version {load_knowledge().version}.")


EXAMINATIONS: tuple[Callable[[], Examined], ...] = (
    _database,
    _migrations,
    _invariants,
    _log,
    _worker,
    _channels,
    _portal,
    _mailbox,
    _disk,
    _holidays,
    _knowledge,
)
