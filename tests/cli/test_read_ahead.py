"""Memory does not grow with the number of files: only so many documents are ever read ahead."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from careloop.cli import importing

ON = date(2026, 11, 20)
FILES = 60


def test_only_so_many_files_are_read_ahead(tmp_path: Path) -> None:
    taken: list[Path] = []

    def take() -> Iterator[Path]:
        for n in range(FILES):
            file = tmp_path / f"{n:02}.json"
            file.write_text('{"resourceType": "Patient"}')
            taken.append(file)
            yield file

    ahead = []
    with ThreadPoolExecutor(1) as readers:
        for done, _document in enumerate(importing._read_ahead(take(), ON, readers, lambda: None)):
            ahead.append(len(taken) - done)

    assert len(ahead) == FILES
    assert max(ahead) <= importing.AHEAD
