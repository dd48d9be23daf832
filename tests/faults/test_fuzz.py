"""Every reader keeps its promises for whatever a fuzzer comes upon that follows its branches."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.fuzz.targets import TARGETS

# The fuzzer tries the same samples on every machine, however long that takes. What hangs is ended after two minutes;
# what is slow breaks the limit of processor time in run.py.
LONGEST_SAMPLE = 64 * 1024
OPTIONS = (f"-max_len={LONGEST_SAMPLE}", "-seed=20261121", "-timeout=120", "-rss_limit_mb=1024")

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(
        importlib.util.find_spec("atheris") is None, reason="atheris is there for Linux on x86_64, up to Python 3.14"
    ),
]


@pytest.mark.parametrize("name", TARGETS)
def test_no_sample_breaks_what_a_reader_promises(name: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.faults.fuzz.run",
        name,
        str(tmp_path),
        f"-runs={TARGETS[name].runs}",
        *OPTIONS,
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)

    told = done.stderr.decode(errors="replace")
    broken = [file.read_bytes() for pattern in ("crash-*", "timeout-*", "oom-*") for file in tmp_path.glob(pattern)]
    assert (done.returncode, broken) == (0, []), told[-3000:]
    tried = re.search(r"Done (\d+) runs", told)
    assert tried, told[-3000:]
    assert int(tried[1]) >= TARGETS[name].runs > len(TARGETS[name].make_seeds())
