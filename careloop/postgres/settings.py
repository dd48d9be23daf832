"""The settings of the private server: nothing acknowledged is ever lost, and its log tells nothing about anybody.

They are written anew at every start, so that a damaged or changed file mends itself. A constraint
error would print the row, and a conversion error the value, so errors of statements are not logged at
all: whoever ran the statement is told. What the log keeps is starts, stops, crashes and refused sign-ins.
"""

import os
from contextlib import suppress
from pathlib import Path

from careloop.postgres.errors import ServerError
from careloop.postgres.home import PORT, Home, allowed_names, write_file
from careloop.postgres.roles import APP, BACKUP, OWNER, SUPERUSER

MEGABYTE = 1 << 20
_LOG_SIZE = 8  # MB: a log file is closed at this size
_LOGS_KEPT = 10

# Given on the command line as well, where neither ALTER SYSTEM nor a reload can change them.
KEPT = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "listen_addresses": "",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
}

_LOG = {
    "logging_collector": "on",
    "log_destination": "stderr",
    "log_filename": "server-%Y%m%d-%H%M%S.log",
    "log_file_mode": "0600",
    "log_rotation_age": "7d",
    "log_rotation_size": f"{_LOG_SIZE}MB",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}

_WORK = {
    "max_connections": "60",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "lc_messages": "C",
    "default_text_search_config": "pg_catalog.simple",
}


def write_settings(home: Home, socket_dir: Path) -> list[str]:
    """Write the three settings files, forget what ALTER SYSTEM noted, and return the command line options."""
    with suppress(FileExistsError):
        home.settings.mkdir()
    home.settings.chmod(0o755)
    main, access, names = (home.settings / f"{name}.conf" for name in ("postgresql", "pg_hba", "pg_ident"))
    place = {
        "port": str(PORT),
        "unix_socket_directories": f'"{socket_dir}"',
        "unix_socket_permissions": "0700",
        "log_directory": str(home.logs),
        "hba_file": str(access),
        "ident_file": str(names),
    }
    settings = place | KEPT | _LOG | _WORK | _size(_find_memory())
    lines = [f"{name} = {_quote(value)}\n" for name, value in settings.items()]
    write_file(main, "# Written by Careloop at every start: changes made here are lost.\n" + "".join(lines), mode=0o644)
    write_file(access, _write_access(), mode=0o644)
    write_file(names, "".join(f'careloop "{name}" {SUPERUSER}\n' for name in allowed_names()), mode=0o644)
    (home.data / "postgresql.auto.conf").unlink(missing_ok=True)
    return ["-c", f"config_file={main}", *(part for pair in KEPT.items() for part in ("-c", "=".join(pair)))]


def _quote(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _write_access() -> str:
    """Who may come in: the superuser by being root or oneself, the roles of Careloop by password. Nobody by network."""
    return (
        f"local all {SUPERUSER} peer map=careloop\n"
        "local postgres,template1 all reject\n"
        f"local all {OWNER},{APP},{BACKUP} scram-sha-256\n"
    )


def _find_memory() -> int:
    """Return the bytes of memory that this machine, or the container we are in, has."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):
        memory = min(memory, int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    return memory


def _size(memory: int) -> dict[str, str]:
    """Share the memory out: the server lives beside other programs, so it takes an eighth and 512 MB at most."""
    megabytes = memory // MEGABYTE
    return {
        "shared_buffers": f"{max(16, min(megabytes // 8, 512))}MB",
        "effective_cache_size": f"{max(64, megabytes // 2)}MB",
        "maintenance_work_mem": f"{max(16, min(megabytes // 16, 256))}MB",
    }


def trim_logs(home: Home) -> None:
    """Remove all but the ten newest log files, of 8 MB each."""
    for old in sorted(home.logs.glob("server-*.log"))[:-_LOGS_KEPT]:
        old.unlink(missing_ok=True)


def find_reason(home: Home) -> str:
    """Return why the server did not start, in its own words: they name files and settings, never rows."""
    since = home.start_log.stat().st_mtime_ns  # an older log belongs to a former start
    texts = [home.start_log, *(log for log in home.logs.glob("server-*.log") if log.stat().st_mtime_ns >= since)]
    lines = [line for text in texts for line in text.read_text("utf-8", errors="replace").splitlines()[-50:]]
    telling = [line for line in lines if any(word in line for word in ("FATAL:", "PANIC:", "error:"))]
    return " / ".join((telling or lines)[-3:]) or "it ended without a word"


def is_about_space(reason: str) -> bool:
    """Tell whether the server gave up because the disk or a quota was full."""
    return "No space left on device" in reason or "Disk quota exceeded" in reason


def not_started(reason: str) -> ServerError:
    """Return the error for a server that ended while it was starting."""
    return ServerError(
        "The database did not start.",
        why=f"PostgreSQL says: {reason}",
        fix="Mend what it names and run the command again; the data stay as they are.",
    )
