"""The one place that reads the wall clock. Everything else is handed the moment it acts at."""

import os
from datetime import UTC, datetime


def read_clock() -> datetime:
    """Return this moment in UTC; ``CARELOOP_CLOCK`` (ISO 8601 with offset) stops it for tests and demos."""
    stopped = os.environ.get("CARELOOP_CLOCK")
    if stopped:
        return datetime.fromisoformat(stopped).astimezone(UTC)
    return datetime.now(UTC)
