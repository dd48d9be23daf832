"""``python -m bench [NAME ...] [--scale small]``: figures as JSON lines; exit 1 if a limit is missed."""

import argparse
import subprocess
import sys
from importlib import import_module
from pathlib import Path

NAMES = (
    "import_fhir", "today", "find", "checks", "measures", "matching", "safety", "planner", "outage", "races", "boards",
    "outbox", "send_races", "handing", "http_races",
)  # fmt: skip


def main() -> int:
    """Run one benchmark here, or several one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which; all, if none is named")
    parser.add_argument("--scale", choices=("full", "small"), default="full", help="small: quick, to see that it runs")
    parser.add_argument("--keep", type=Path, help="keep the database in this folder and use it again")
    given = parser.parse_args()
    names = given.names or list(NAMES)
    if len(names) == 1:
        return int(import_module(f"bench.{names[0]}").main(scale=given.scale, keep=given.keep))
    rest = ["--scale", given.scale]
    codes = [subprocess.run([sys.executable, "-m", "bench", name, *rest], check=False).returncode for name in names]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
