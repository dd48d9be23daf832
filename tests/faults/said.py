"""What processes that may be killed say: from then on it is acknowledged."""

import json
import sys


def say(value: object) -> None:
    """Print one value: from here on it is acknowledged."""
    sys.stdout.write(json.dumps(value, default=str) + "\n")
    sys.stdout.flush()
