from babel.messages.pofile import read_po

from tests.web.words import MO, PO, collect, compile_catalog


def test_every_word_of_the_screens_stands_in_spanish() -> None:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="es")

    lacking = []
    for context, key in collect():
        known = catalog.get(key, context)
        strings = known.string if known else ""
        if not known or known.fuzzy or not all((strings,) if isinstance(strings, str) else strings):
            lacking.append((context, key))

    assert lacking == [], "run: python -m tests.web.words"


def test_the_catalog_holds_no_word_that_no_screen_says() -> None:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="es")
    said = collect()

    assert [m.id for m in catalog if m.id and (m.context, _key(m.id)) not in said] == []


def test_every_place_that_a_sentence_leaves_open_is_open_in_spanish_too() -> None:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="es")

    assert {str(m.id): [str(e) for e in errors] for m, errors in catalog.check()} == {}


def test_the_compiled_catalog_is_up_to_date() -> None:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="es")

    assert MO.read_bytes() == compile_catalog(catalog), "run: python -m tests.web.words"


def _key(key: object) -> object:
    return tuple(key) if isinstance(key, tuple | list) else key
