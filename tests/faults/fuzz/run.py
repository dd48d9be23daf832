"""Fuzz one reader in a process of its own: ``python -m tests.faults.fuzz.run TARGET FOLDER [options of libFuzzer]``.

The folder gets the samples that reached something new, and the one that broke a promise. Memory is limited for the
whole process, processor time for each sample.
"""

import resource
import sys
import time
from pathlib import Path
from random import Random

import atheris

MOST_MEMORY = 512 << 20
MOST_SECONDS = 1.0


def main() -> None:
    """Fuzz until the runs or the seconds are over; any broken promise ends the process with its trace."""
    name, folder, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["careloop", "zipfile", "gzip"]):
        from tests.faults.fuzz.targets import TARGETS
    target = TARGETS[name]
    corpus = Path(folder) / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(target.make_seeds()):
        (corpus / f"seed-{number:03}").write_bytes(seed)
        target.check(seed)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))

    def look(raw: bytes) -> None:
        began = time.process_time()
        target.check(raw)
        spent = time.process_time() - began
        assert spent <= MOST_SECONDS, f"{spent:.1f} s of processor time"

    def change(raw: bytes, size: int, seed: int) -> bytes:
        chance = Random(seed)  # noqa: S311
        return target.change(bytes(raw), size, chance, lambda one, most: bytes(atheris.Mutate(one, most)))

    atheris.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={folder}/", *options], look, custom_mutator=change)
    atheris.Fuzz()


main()
