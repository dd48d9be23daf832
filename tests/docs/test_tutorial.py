"""The tutorial and the steps of the how-to pages that are marked for it are run as they stand."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, Block, name_of, read_blocks

TUTORIAL = DOCS / "tutorials" / "first-worklist.md"
RECORDS, AUDIT, BACKUP = (
    DOCS / "how-to" / f"{name}.md" for name in ("bring-records-in", "read-the-audit-log", "back-up-and-move")
)
MARK = "@@ block "
LONGEST = 900  # seconds until a hanging command is ended; nothing is measured
ROOM = 600_000_000  # bytes that two small servers and a copy take, and some more
# The steps that the tutorial asks of the reader in a browser, and the how-to pages of the reader's own files.
READ_LOOP = f'LOOP=$("{sys.executable}" -m tests.docs.first_loop)\n'
OWN_RECORDS = (
    'mkdir -p records && cp nora.json records/ && export BACKUP="$CARELOOP_HOME/../copy.tar.gz"\n'
    'export NEW_PLACE="$CARELOOP_HOME/../elsewhere" && mkdir -p "$NEW_PLACE"\n'
)


@dataclass(frozen=True)
class Step:
    """A block as it ran: where it stands, what it printed, and what the page says that it prints."""

    where: str
    printed: str
    promised: str


def _is_run(page: Path, block: Block) -> bool:
    return block.info == ("sh" if page == TUTORIAL else "sh run")


def _scripts(page: Path) -> Iterator[tuple[str, str]]:
    """Yield what is run of a page, with the text that the page promises after it."""
    blocks = read_blocks(page)
    for block, after in zip(blocks, [*blocks[1:], Block("", "")], strict=True):
        if block.info == "sh copy-the-loop":
            yield READ_LOOP, ""
        elif _is_run(page, block):
            yield block.text, after.text if after.info == "text" else ""


def _write_script(place: Path) -> tuple[str, list[tuple[str, str]]]:
    """Return one script for all pages, in one shell, so that variables hold on; and what each block promises."""
    promised: list[tuple[str, str]] = []
    lines = ["set -eu", f'export TMPDIR="{place}"']
    tutorial = list(_scripts(TUTORIAL))
    tidy_up = tutorial.pop()
    parts = [(TUTORIAL, script, text) for script, text in tutorial]
    parts += [
        (RECORDS, OWN_RECORDS + script if n == 0 else script, t) for n, (script, t) in enumerate(_scripts(RECORDS))
    ]
    parts += [(page, script, text) for page in (AUDIT, BACKUP) for script, text in _scripts(page)]
    parts.append((TUTORIAL, *tidy_up))
    for page, script, text in parts:
        lines += [f"echo '{MARK}{len(promised)}'", script]
        promised.append((name_of(page), text))
    return "\n".join(lines), promised


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Make a folder in memory where there is room, gone afterwards.

    Not inside pytest's own: when root runs this, the server's user has to pass through.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
    is_roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    with tempfile.TemporaryDirectory(prefix="careloop-docs-", dir=memory if is_roomy else None) as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def steps(place: Path) -> Iterator[list[Step]]:
    """Run everything once."""
    programs = place / "programs"
    programs.mkdir()
    (programs / "careloop").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m careloop "$@"\n')
    (programs / "careloop").chmod(0o755)
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("CARELOOP_", "DATABASE_URL", "DJANGO_", "PYTEST"))}
    environment = {**kept, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    script, promised = _write_script(place)
    try:
        ran = subprocess.run(
            ["bash", "-c", script],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=LONGEST,
        )
        assert ran.returncode == 0, ran.stdout
        printed = re.split(rf"^{MARK}\d+\n", ran.stdout, flags=re.MULTILINE)[1:]
        yield [Step(where, said, text) for (where, text), said in zip(promised, printed, strict=True)]
    finally:
        _stop_servers(place, environment)


def _stop_servers(place: Path, environment: dict[str, str]) -> None:
    """Leave no server behind, wherever a step broke off."""
    for pid_file in place.glob("*/data/postmaster.pid"):
        home = {"CARELOOP_HOME": str(pid_file.parents[1])}
        subprocess.run(["careloop", "db", "stop"], env={**environment, **home}, check=False)


def _matches(promised: str, printed: str) -> bool:
    """Whether a printed line is as promised, where "..." stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, promised.strip().split("..."))), printed.strip()) is not None


def missing_lines(promised: str, printed: str) -> list[str]:
    """Return the promised lines that were not printed in that order."""
    left = iter(printed.splitlines())
    return [line for line in promised.splitlines() if line.strip() and not any(_matches(line, said) for said in left)]


def test_every_step_prints_what_the_page_says(steps: list[Step]) -> None:
    wrong = {f"{n}, {step.where}": missing_lines(step.promised, step.printed) for n, step in enumerate(steps)}

    assert {where: lines for where, lines in wrong.items() if lines} == {}


def test_enough_was_run_and_compared_to_mean_something(steps: list[Step]) -> None:
    assert {step.where for step in steps} == {name_of(page) for page in (TUTORIAL, RECORDS, AUDIT, BACKUP)}
    assert sum(len(step.promised.splitlines()) for step in steps) > 25


def test_the_record_that_was_copied_elsewhere_is_whole(steps: list[Step]) -> None:
    moved = [step.printed for step in steps if step.where == name_of(BACKUP)][-1]

    assert missing_lines("Patients: 1. Resources: 4.\nOpen loops: 8 ...\nInvariants: ... hold.", moved) == []


def test_every_block_for_a_shell_says_whether_it_is_run() -> None:
    infos = {
        (name_of(page), block.info)
        for folder in ("tutorials", "how-to", "recipes")
        for page in (DOCS / folder).glob("*.md")
        for block in read_blocks(page)
        if block.info.startswith("sh")
    }
    run_here = {name_of(page) for page in (TUTORIAL, RECORDS, AUDIT, BACKUP)}

    assert {info for _page, info in infos} <= {"sh", "sh run", "sh no-run", "sh copy-the-loop"}
    assert {page for page, info in infos if info in ("sh", "sh run")} == run_here


@pytest.mark.parametrize(
    ("promised", "printed", "lost"),
    [
        ("a\nb", "a\nx\nb", []),
        ("a\nb", "b\na", ["b"]),
        ("1 of ... lines", "1 of 7 lines", []),
        ("1 of ... lines", "1 of 7 lines left", ["1 of ... lines"]),
        ("a", "", ["a"]),
    ],
)
def test_printed_lines_are_compared_in_order_and_whole(promised: str, printed: str, lost: list[str]) -> None:
    assert missing_lines(promised, printed) == lost
