"""How far quality measures agree with published answers: each measure's test patients, judged by the command itself.

The patients lie in ``data/ecqm`` of the shared material, one folder a measure and in it one a patient, each with the
MeasureReport that holds the expected answer; their value sets in ``data/ecqm_valuesets``.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from bench.common import ROOT, SHARED, Figures

PATIENTS = SHARED / "data" / "ecqm"
VALUE_SETS = SHARED / "data" / "ecqm_valuesets"


def main(*, scale: str, keep: Path | None) -> int:
    """Print for each measure how many of its patients get the expected answer; the small scale takes two measures."""
    figures = Figures("measures")
    folders = sorted(path for path in PATIENTS.iterdir() if path.is_dir()) if PATIENTS.is_dir() else []
    if not folders:
        figures.tell("skipped", why=f"there are no test patients in {PATIENTS}")
        return 0
    agreed = asked = 0
    for folder in folders[:2] if scale == "small" else folders:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        answers = _run(folder)
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        expected = {path.name: _expected(path) for path in sorted(folder.iterdir()) if path.is_dir()}
        same = sorted(name for name, groups in expected.items() if _agrees(answers.get(name), groups))
        differ = sorted(expected.keys() - set(same))
        told = {"agree": len(same), "of": len(expected), "differ": differ, "processor_s": round(used, 2)}
        figures.judge(folder.name, len(same), at_least=len(expected), **told)
        agreed, asked = agreed + len(same), asked + len(expected)
    figures.judge("all measures", agreed, at_least=asked, agree=agreed, of=asked)
    return figures.exit_code()


def _run(folder: Path) -> dict[str, list[dict[str, int]]]:
    """Return the groups of each patient as the command prints them; nobody where the measure is not supported."""
    command = [sys.executable, "-m", "careloop", "measures", "run", folder.name, "--json"]
    places = ["--data", str(folder), "--valuesets", str(VALUE_SETS)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*command, *places], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=False)
    patients = json.loads(done.stdout)["patients"] if done.stdout else []
    return {one["id"]: one["groups"] for one in patients}


def _expected(patient: Path) -> list[dict[str, int]]:
    bodies = (json.loads(file.read_bytes()) for file in sorted(patient.glob("*.json")))
    report = next(body for body in bodies if body.get("resourceType") == "MeasureReport")
    return [{one["code"]["coding"][0]["code"]: one["count"] for one in g["population"]} for g in report["group"]]


def _agrees(groups: list[dict[str, int]] | None, expected: list[dict[str, int]]) -> bool:
    """Tell whether every population of the report has the same count; a population that it leaves out must be 0."""
    if groups is None or len(groups) != len(expected):
        return False
    return all(
        all(count == told.get(name, 0) for name, count in group.items())
        for group, told in zip(groups, expected, strict=True)
    )
