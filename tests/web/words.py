"""Collects the words of the screens and keeps the catalogs: ``python -m tests.web.words`` brings them up to date.

Reads ``gettext`` calls in Python and ``translate`` tags in templates with Babel (no gettext tools are
needed), merges them into ``locale/es/LC_MESSAGES/django.po`` and compiles ``django.mo`` beside it.
"""

import ast
import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split

import careloop.web

WEB = Path(careloop.web.__file__).parent
FOLDER = WEB / "locale" / "es" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"

HEADER = "# The words of the screens in Spanish. Kept by: python -m tests.web.words"
ABOUT = {
    "project": "Careloop",
    "version": "0",
    "msgid_bugs_address": "see CONTRIBUTING.md",
    "last_translator": "Careloop",
    "language_team": "Careloop",
}

# A message: its context or None, and its singular, or singular and plural.
Message = tuple[str | None, str | tuple[str, str]]
_CALLS = {"_", "gettext", "gettext_lazy"}
# Words handed to a part: {% panel _("Open loops") %}.
_IN_TAG = re.compile(r"""\b_\("([^"]+)"\)""")
_CALLS_IN_CONTEXT = {"pgettext", "pgettext_lazy"}


def collect() -> dict[Message, list[tuple[str, int]]]:
    """Return every message of the screens with the places where it stands."""
    found: dict[Message, list[tuple[str, int]]] = {}
    for path in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html")]):
        here = path.relative_to(WEB.parent).as_posix()
        read = _from_python if path.suffix == ".py" else _from_template
        for line, message in read(path.read_text()):
            found.setdefault(message, []).append((here, line))
    return found


def make_catalog() -> Catalog:
    """Return the Spanish catalog as it should be: today's messages with the translations that there are."""
    with PO.open("rb") as file:
        old = read_po(file, locale="es")
    fresh = Catalog(locale="es", charset="utf-8", fuzzy=False, header_comment=HEADER, **ABOUT)
    fresh.revision_date = fresh.creation_date = old.creation_date
    for (context, key), places in collect().items():
        known = old.get(key, context)
        string = known.string if known and not known.fuzzy else ("", "") if isinstance(key, tuple) else ""
        fresh.add(key, string, locations=places, context=context)
    return fresh


def compile_catalog(catalog: Catalog) -> bytes:
    """Return the compiled form of a catalog."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _from_python(text: str) -> list[tuple[int, Message]]:
    found: list[tuple[int, Message]] = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if node.func.id in _CALLS and len(words) == 1:
            found.append((node.lineno, (None, words[0])))
        if node.func.id == "ngettext" and len(words) == 2:
            found.append((node.lineno, (None, (words[0], words[1]))))
        if node.func.id in _CALLS_IN_CONTEXT and len(words) == 2:
            found.append((node.lineno, (words[0], words[1])))
    return found


def _from_template(text: str) -> list[tuple[int, Message]]:
    found = [(t.lineno or 0, _plain(words)) for t in Lexer(text).tokenize() for words in _words_in(t)]
    block: list[str] | None = None
    parts: list[str] = []
    for token in Lexer(text).tokenize():
        if block is not None:
            if token.token_type is TokenType.BLOCK and token.contents == "plural":
                block.append("".join(parts))
                parts = []
            elif token.token_type is TokenType.BLOCK and token.contents == "endblocktranslate":
                block.append("".join(parts))
                key = (block[0], block[1]) if len(block) == 2 else block[0]
                found.append((token.lineno or 0, (None, key)))
                block, parts = None, []
            elif token.token_type is TokenType.VAR:
                parts.append(f"%({token.contents})s")
            else:
                parts.append(token.contents.replace("%", "%%"))
        elif token.token_type is TokenType.BLOCK and token.contents.startswith("translate "):
            words = list(smart_split(token.contents))[1]
            found.append((token.lineno or 0, (None, words[1:-1].replace("%", "%%"))))
        elif token.token_type is TokenType.BLOCK and token.contents.startswith("blocktranslate"):
            block = []
    return found


def _words_in(token: Token) -> list[str]:
    return _IN_TAG.findall(token.contents) if token.token_type in (TokenType.BLOCK, TokenType.VAR) else []


def _plain(words: str) -> Message:
    return None, words


def main() -> None:
    """Bring the catalog and its compiled form up to date and say what still lacks Spanish."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not PO.exists():
        with PO.open("wb") as file:
            write_po(file, Catalog(locale="es", project="Careloop"))
    catalog = make_catalog()
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    MO.write_bytes(compile_catalog(catalog))
    lacking = [m.id for m in catalog if m.id and not all((m.string,) if isinstance(m.string, str) else m.string)]
    print(f"{len(catalog)} messages, {len(lacking)} without Spanish")
    for key in lacking:
        print(" ", key)


if __name__ == "__main__":
    main()
