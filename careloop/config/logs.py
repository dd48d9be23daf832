"""What the log says: when, where and which kind of fault, never what was in a row, a form or a message."""

import logging
import traceback
from datetime import UTC, datetime


class PlainFormatter(logging.Formatter):
    """Write one line a record; of an exception its class and its frames, without its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and for a fault one line a frame."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        status = getattr(record, "status_code", "")
        words = record.getMessage() if record.name.startswith("careloop") else f"{status}".strip()
        lines = [f"{moment} {record.levelname} {record.name} {words}".rstrip()]
        if record.exc_info and record.exc_info[0] is not None:
            lines.append(f"  {record.exc_info[0].__name__}")
            frames = traceback.extract_tb(record.exc_info[2])
            lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return "\n".join(lines)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": PlainFormatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "careloop": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
