"""The key that signs sessions and forms: from the environment, else one kept in the home folder."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def read_secret_key() -> str:
    """Return ``CARELOOP_SECRET_KEY``, or the key in the home folder, made on first use (mode 0600)."""
    given = os.environ.get("CARELOOP_SECRET_KEY")
    if given:
        return given
    home = os.environ.get("CARELOOP_HOME")
    if not home:
        return secrets.token_urlsafe(48)
    path = Path(home) / "secret_key"
    try:
        if not path.exists():
            _make_key(path)
        return path.read_text().strip()
    except OSError:
        return secrets.token_urlsafe(48)


def _make_key(path: Path) -> None:
    """Put a key in its place, whole or not at all: one that is there already stays."""
    new = path.with_name(f"secret_key.{secrets.token_hex(8)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(handle)
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()
