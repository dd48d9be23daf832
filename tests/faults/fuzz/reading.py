"""Read one file as the import does, with little memory: ``python -m tests.faults.fuzz.reading FILE``; says why not."""

import json
import resource
import sys
from pathlib import Path

from careloop.cli.documents import Unreadable, read_documents
from careloop.formats.fhir.read import read_document
from tests.formats.promises import ON

MOST_MEMORY = 512 << 20


def main() -> None:
    """Print how many resources were read, and each refusal."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    taken, refused = 0, []
    for one in read_documents(Path(sys.argv[1])):
        if isinstance(one, Unreadable):
            refused.append((one.name, one.why))
            continue
        package = read_document(one.raw, is_ndjson=one.is_ndjson, on=ON)
        taken += len(package.resources)
        refused += [(one.name, problem.why) for rejected in package.rejected for problem in rejected.problems]
    sys.stdout.write(json.dumps([taken, refused]))


main()
