"""C-CDA documents as plain text: titles and narrative of the sections, nothing that a browser could run.

Read with expat alone. A document type declaration is refused before anything in it is looked at, so there
are no entities to unfold and nothing outside is ever asked for.
"""

from xml.parsers import expat

NAMESPACE = "urn:hl7-org:v3"
# Narrative nests as a page does; what nests deeper is no document.
MAX_DEPTH = 200
LONGEST_REASON = 200
# An encoding that nobody knows is a LookupError, one that expat cannot be told of a ValueError, as is CcdaError.
UNREADABLE = (expat.ExpatError, LookupError, ValueError)
_BREAKS = frozenset({"paragraph", "br", "item", "tr", "caption", "list", "table", "title", "text", "section"})
_CELLS = frozenset({"td", "th"})


class CcdaError(ValueError):
    """The text is not a C-CDA document that can be read."""


def is_ccda(raw: bytes) -> bool:
    """Tell whether the root of the document is a ClinicalDocument of HL7 version 3."""
    if b"ClinicalDocument" not in raw[:100_000] and b"C\x00l\x00i\x00n" not in raw[:100_000]:
        return False
    root: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        root.append(name)

    parser = _make_parser()
    parser.StartElementHandler = start
    try:
        parser.Parse(raw, True)
    except UNREADABLE:
        return False
    return root[0] == f"{NAMESPACE} ClinicalDocument"


def read_ccda(raw: bytes) -> str:
    """Return title and narrative as lines of text; cells of a row stand apart by " | ".

    :raises CcdaError: if it is not well-formed, declares a document type or nests too deep
    """
    reader = _Reader()
    parser = _make_parser()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.add
    try:
        parser.Parse(raw, True)
    except CcdaError:
        raise
    except UNREADABLE as fault:
        message = f"is not well-formed XML: {str(fault)[:LONGEST_REASON]}"
        raise CcdaError(message) from None
    return reader.text()


def _make_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    message = "declares a document type, which a C-CDA document never does"
    raise CcdaError(message)


class _Reader:
    """Collects what stands in ``title`` and ``text`` of the document and its sections."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.lines: list[str] = []
        self.line: list[str] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.path.append(name.removeprefix(f"{NAMESPACE} "))
        if len(self.path) > MAX_DEPTH:
            message = f"nests more than {MAX_DEPTH} deep"
            raise CcdaError(message)
        if self.path[-1] in _BREAKS:
            self._end_line()
        elif self.path[-1] in _CELLS and self.line:
            self.line.append(" | ")

    def end(self, _name: str) -> None:
        name = self.path.pop()
        if name in _BREAKS:
            self._end_line()
        if name == "title":
            self.lines.append("")

    def add(self, words: str) -> None:
        if "text" in self.path or self.path[-1] == "title":
            self.line.append(words)

    def _end_line(self) -> None:
        words = " ".join("".join(self.line).split())
        if words:
            self.lines.append(words)
        self.line = []

    def text(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip()
