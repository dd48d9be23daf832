"""Taking a document apart into its resources, each with its text byte for byte.

Bundles of the types transaction, batch, collection and searchset, single resources and NDJSON. What
cannot be taken apart is handed back whole with the reason; nothing here raises on any input.
"""

import re
from dataclasses import dataclass, field

import msgspec
import orjson

from careloop.facts.intake import Problem, Rejected

MAX_ENTRIES = 100_000
# PostgreSQL holds texts of up to 256 MB in jsonb; a resource of more than 16 MB is no record but a file.
MAX_RESOURCE_BYTES = 16 * 1024 * 1024

TAKEN_BUNDLES = ("transaction", "batch", "collection", "searchset")
_FOREIGN = (
    (b"\xef\xbb\xbf", "UTF-8 with a byte order mark"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)

# Almost every resource starts with its type and its id.
_START = re.compile(rb'\s*\{\s*"resourceType"\s*:\s*"(\w+)"\s*,(?:\s*"id"\s*:\s*"([A-Za-z0-9\-.]{1,64})"\s*[,}])?')


@dataclass(slots=True)
class Piece:
    """One resource of a document: its text, where it stood, and what its bundle says about it.

    ``quotes`` is how many quotes the text has, ``references`` how many references the check met.
    """

    raw: bytes
    place: str
    quotes: int
    type: str
    fhir_id: str
    full_url: str = ""
    put_url: str = ""
    references: int = 0


@dataclass(slots=True)
class Document:
    """A document taken apart."""

    pieces: list[Piece] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    atomic: bool = False


class _Head(msgspec.Struct):
    resourceType: str = ""  # noqa: N815
    id: str = ""


class _Request(msgspec.Struct):
    method: str = ""
    url: str = ""


_ABSENT = msgspec.Raw(b"")


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    # The resource stays first: the others are counted after it.
    resource: msgspec.Raw = _ABSENT
    fullUrl: msgspec.Raw = _ABSENT  # noqa: N815
    request: msgspec.Raw = _ABSENT
    id: msgspec.Raw = _ABSENT
    extension: msgspec.Raw = _ABSENT
    modifierExtension: msgspec.Raw = _ABSENT  # noqa: N815
    link: msgspec.Raw = _ABSENT
    search: msgspec.Raw = _ABSENT
    response: msgspec.Raw = _ABSENT


class _Bundle(msgspec.Struct, forbid_unknown_fields=True):
    resourceType: msgspec.Raw = _ABSENT  # noqa: N815
    type: msgspec.Raw = _ABSENT
    entry: list[_Entry] | msgspec.UnsetType = msgspec.UNSET
    id: msgspec.Raw = _ABSENT
    meta: msgspec.Raw = _ABSENT
    implicitRules: msgspec.Raw = _ABSENT  # noqa: N815
    language: msgspec.Raw = _ABSENT
    identifier: msgspec.Raw = _ABSENT
    timestamp: msgspec.Raw = _ABSENT
    total: msgspec.Raw = _ABSENT
    link: msgspec.Raw = _ABSENT
    signature: msgspec.Raw = _ABSENT


_read_bundle = msgspec.json.Decoder(_Bundle).decode
_read_text = msgspec.json.Decoder(str).decode
_read_request = msgspec.json.Decoder(_Request).decode
_read_head = msgspec.json.Decoder(_Head).decode
_UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)


def split(raw: bytes, *, is_ndjson: bool) -> Document:
    """Take a document apart; resources keep their text, what is unreadable comes back in ``rejected``."""
    for mark, name in _FOREIGN:
        if raw.startswith(mark):
            return _refuse(raw, "", f"the text is {name}", "save the file as UTF-8 without a byte order mark")
    if is_ndjson:
        return _split_lines(raw)
    text = raw.strip()
    is_bundle = _read_start(text).resourceType == "Bundle"
    return _split_bundle(raw) if is_bundle else Document([_make_piece(text, "")])


def explain_unreadable(raw: bytes) -> str:
    """Return in words why a text is not valid JSON, or "" if it is. It quotes nothing of the text."""
    if not raw.strip():
        return "is empty"
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return f"is not valid JSON: {error}"
    return ""


def _split_lines(raw: bytes) -> Document:
    lines = raw.split(b"\n")
    if len(lines) > MAX_ENTRIES:
        return _refuse(raw, "", f"has more than {MAX_ENTRIES} lines", "split it into smaller files")
    texts = ((number, line.strip()) for number, line in enumerate(lines, 1))
    return Document([_make_piece(text, f"line {number}") for number, text in texts if text])


def _split_bundle(raw: bytes) -> Document:
    try:
        bundle = _read_bundle(raw)
        kind = _text_of(bundle.type)
    except _UNREADABLE as error:
        why = explain_unreadable(raw) or f"is not a Bundle as FHIR has it: {error}"
        return _refuse(raw, "Bundle", why, "send one whole Bundle")
    entries = bundle.entry or []
    if kind not in TAKEN_BUNDLES:
        taken = ", ".join(TAKEN_BUNDLES)
        return _refuse(raw, "Bundle.type", "this type of bundle is not taken in", f"send one of: {taken}")
    if len(entries) > MAX_ENTRIES:
        return _refuse(raw, "Bundle.entry", f"has more than {MAX_ENTRIES} entries", "split the bundle")
    document = Document(atomic=kind == "transaction")
    # A name that comes twice shows in the quotes: one of the two was dropped with its own.
    quotes = _count_quotes(bundle) + (2 if bundle.entry is not msgspec.UNSET else 0)
    for number, entry in enumerate(entries):
        piece = _make_piece(bytes(entry.resource), f"Bundle.entry[{number}]")
        quotes += _count_quotes(entry) + piece.quotes
        _add_entry(document, piece, entry)
    if quotes != raw.count(b'"'):
        return _refuse(raw, "Bundle", "names an element twice in one object", "keep one of the two")
    return document


def _count_quotes(holder: _Bundle | _Entry) -> int:
    """Return the quotes of the members of an object that are there, with those around their names.

    Those inside a resource are left to its piece, which has counted them.
    """
    quotes = 0
    for name, member in zip(holder.__struct_fields__, msgspec.structs.astuple(holder), strict=True):
        if member is not _ABSENT and isinstance(member, msgspec.Raw):
            quotes += 2 + (0 if name == "resource" else bytes(member).count(b'"'))
    return quotes


def _add_entry(document: Document, piece: Piece, entry: _Entry) -> None:
    try:
        piece.full_url = _text_of(entry.fullUrl)
        request = _read_request(entry.request) if entry.request is not _ABSENT else _Request()
    except _UNREADABLE as error:
        why = f"has a fullUrl or a request that is not as FHIR has it: {error}"
        document.rejected.append(reject(piece.raw, piece.place, why, "correct it"))
        return
    piece.put_url = request.url if request.method == "PUT" else ""
    if request.method not in ("", "POST", "PUT"):
        why = "asks for something other than to keep a resource; nothing is deleted or patched on import"
        fix = "send the resource with POST or PUT"
        document.rejected.append(reject(piece.raw, piece.place + ".request.method", why, fix))
    elif not piece.raw:
        fix = "send the resource whole"
        document.rejected.append(reject(piece.raw, piece.place + ".resource", "is missing", fix))
    else:
        document.pieces.append(piece)


def _make_piece(raw: bytes, place: str) -> Piece:
    head = _read_start(raw)
    return Piece(raw, place, raw.count(b'"'), head.resourceType, head.id)


def _read_start(raw: bytes) -> _Head:
    start = _START.match(raw)
    if start and start[2]:
        return _Head(start[1].decode(), start[2].decode())
    try:
        return _read_head(raw)
    except _UNREADABLE:
        return _Head(start[1].decode() if start else "")


def _text_of(raw: msgspec.Raw) -> str:
    return "" if raw is _ABSENT else _read_text(raw)


def reject(raw: bytes, path: str, why: str, fix: str) -> Rejected:
    """Return the refusal of a text that is not (yet) known to be a resource."""
    head = _make_piece(raw, path)
    return Rejected(head.type, head.fhir_id, (Problem(path, why, fix),), raw)


def _refuse(raw: bytes, path: str, why: str, fix: str) -> Document:
    return Document(rejected=[reject(raw, path, why, fix)])
