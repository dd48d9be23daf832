"""Every page: links lead somewhere, files that are named exist, nothing is left unfinished."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, name_of, read_prose, read_words

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
UNFINISHED = re.compile(r"\b(TODO|FIXME|TBD|XXX|lorem ipsum)\b", re.IGNORECASE)
# Addresses of one machine have no place in a document for everybody.
MACHINE = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")
# What a recipe makes, so that it need not be there.
EXAMPLES = ("referrals", "eye_exam_overdue")

every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def slug(heading: str) -> str:
    """A heading as forges write its anchor."""
    plain = re.sub(r"[`*_\[\]]|\([^)]*\)", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors_of(page: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", read_prose(page), re.MULTILINE)}


@every_page
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    lost = []
    for link in LINK.findall(read_prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            lost.append(link)

    assert lost == []


@every_page
def test_files_and_folders_of_the_project_that_are_named_exist(page: Path) -> None:
    named = {word for word in read_words(page) if re.fullmatch(r"(careloop|tests|docs|scripts|bench)/[\w./-]+", word)}

    lost = [word for word in sorted(named) if not (ROOT / word).exists() and not any(e in word for e in EXAMPLES)]

    assert lost == []


@every_page
def test_nothing_is_left_unfinished_and_no_machine_is_named(page: Path) -> None:
    text = page.read_text()

    assert UNFINISHED.findall(text) == []
    assert MACHINE.findall(text) == []
    assert text.startswith("# ")


def test_every_document_can_be_reached_from_the_list_of_documents() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(index.read_text())}

    assert {name_of(p) for p in PAGES if DOCS in p.parents} - {name_of(p) for p in linked if p.exists()} == {
        "docs/README.md"
    }


def test_decisions_are_numbered_dated_and_in_the_usual_shape() -> None:
    records = sorted((DOCS / "adr").glob("*.md"))

    numbers = [int(record.name[:4]) for record in records]
    # A number is given when work begins: one that is not here yet belongs to a decision that is still being made.
    assert numbers[0] == 1
    assert len(set(numbers)) == len(numbers)
    for record in records:
        text = record.read_text()
        assert re.match(rf"# {record.name[:4]} .+\n\n\d{{4}}-\d\d-\d\d, (accepted|replaced)", text), record.name
        assert [f"\n## {part}\n" in text for part in ("Context", "Decision", "Consequences")] == [True] * 3


def test_what_a_recipe_names_is_in_the_code() -> None:
    code = "\n".join(
        path.read_text()
        for folder in ("careloop", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".toml", ".sql") and "docs" not in path.parts
    )
    names = {
        word
        for recipe in (DOCS / "recipes").glob("*.md")
        for word in read_words(recipe)
        if re.fullmatch(r"\w+", word) and word not in EXAMPLES
    }
    assert len(names) > 30

    assert sorted(name for name in names if not re.search(rf"(?<![a-z]){re.escape(name)}", code)) == []


def test_the_house_page_names_every_floor_and_no_other() -> None:
    floors = {f"careloop/{p.name}/" for p in (ROOT / "careloop").iterdir() if (p / "__init__.py").exists()}
    named = {word for word in read_words(DOCS / "ARCHITECTURE.md") if re.fullmatch(r"careloop/\w+/", word)}

    assert named == floors


def test_the_files_that_the_house_page_points_to_exist() -> None:
    places = {w for w in read_words(DOCS / "ARCHITECTURE.md") if "/" in w and not w.startswith("careloop/")}

    def is_there(word: str) -> bool:
        return any(base.joinpath(word).exists() or any(base.glob(word)) for base in (ROOT / "careloop", ROOT, DOCS))

    assert sorted(word for word in places if not is_there(word)) == []
