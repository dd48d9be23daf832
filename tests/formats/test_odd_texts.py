"""Readers keep their promises for samples changed anywhere, odd values and whatever bytes come."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.fuzz.seeds import BUNDLES, RESOURCES
from tests.formats.fhir.test_valuesets import EXPANDED, LISTED
from tests.formats.odd import LITERALS, VALUES, Json, change, write
from tests.formats.promises import (
    check_document,
    check_file,
    check_lines,
    check_portrait,
    check_shift,
    check_value_sets,
)

FHIR = (*BUNDLES, *RESOURCES)
READERS: dict[str, tuple[Callable[[bytes], object], tuple[Json, ...]]] = {
    "document": (check_document, FHIR),
    "lines": (check_lines, FHIR),
    "shift": (check_shift, FHIR),
    "portrait": (check_portrait, FHIR),
    "value sets": (check_value_sets, (EXPANDED, LISTED, {"resourceType": "Bundle", "entry": [{"resource": LISTED}]})),
}
# The folder of a test serves all of its examples; on a busy machine one may take long.
unhurried = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("name", READERS)
@unhurried
@given(st.randoms(use_true_random=False))
def test_a_sample_changed_anywhere_breaks_no_promise(name: str, chance: Random) -> None:
    check, samples = READERS[name]
    check(write(change(chance.choice(samples), chance), chance))


@pytest.mark.parametrize("name", READERS)
@unhurried
@given(st.binary())
def test_no_bytes_break_a_promise(name: str, raw: bytes) -> None:
    READERS[name][0](raw)


@pytest.mark.parametrize("name", READERS)
def test_no_odd_value_in_any_member_breaks_a_promise(name: str) -> None:
    check, samples = READERS[name]
    for number, odd in enumerate(VALUES):
        for sample in samples:
            for member in sample:
                check(write(sample | {member: odd}, Random(number)))  # noqa: S311


@pytest.mark.parametrize("name", READERS)
def test_texts_that_are_one_odd_value_break_no_promise(name: str) -> None:
    for literal in (*LITERALS.values(), '"x"', "5", "null", "", " ", "\x00", "\ufeff{}", "{" * 10, "[]" * 2):
        READERS[name][0](literal.encode())


@pytest.mark.parametrize("ending", [".json", ".ndjson", ".json.gz", ".ndjson.gz", ".zip"])
@unhurried
@given(raw=st.binary(max_size=300))
def test_no_bytes_of_a_file_break_a_promise(tmp_path: Path, ending: str, raw: bytes) -> None:
    file = tmp_path / f"any{ending}"
    file.write_bytes(raw)

    check_file(file)


@unhurried
@given(name=st.text(st.characters(codec="utf-8"), max_size=600), raw=st.binary(max_size=50), packed=st.booleans())
def test_no_name_or_content_in_an_archive_breaks_a_promise(tmp_path: Path, name: str, raw: bytes, packed: bool) -> None:
    file = tmp_path / "any.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"x{name}.json.gz", gzip.compress(raw) if packed else raw)
        archive.writestr("fine.json", json.dumps(RESOURCES[0]))

    assert check_file(file)
