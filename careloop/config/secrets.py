"""The key that signs sessions and forms: from the environment, else one kept in the home folder."""

import os
import secrets
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
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError:
        return secrets.token_urlsafe(48)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
