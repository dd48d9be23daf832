"""How the fuzzer changes what it has: inside JSON, and inside the packing of archives."""

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from random import Random

from tests.formats.odd import STRINGS, change, write

# Changes bytes as the fuzzer does by itself.
Plain = Callable[[bytes, int], bytes]
Mutator = Callable[[bytes, int, Random, Plain], bytes]
MOST = 1 << 20
PIECES = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"&#xD800;", b"<![CDATA[", b"]]>", b'<?xml version="1.1"?>',
    b' encoding="utf-7"', b' encoding="x"', b' encoding="cp1252"', b"<text>" * 300, b"<td>", b"</td>",
    b"\xff\xfe", b"\0", b"%PDF-", b"\xc3", b"<a xmlns='urn:hl7-org:v3'>",
    *(text.encode(errors="replace") for text in STRINGS),
)  # fmt: skip


def change_json(raw: bytes, size: int, chance: Random, plain: Plain) -> bytes:
    """Change a JSON text in its values, every fourth time in its bytes."""
    if chance.random() < 0.25:
        return plain(raw, size)
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return plain(raw, size)
    try:
        made = write(change(value, chance), chance)
    except (ValueError, RecursionError):
        return plain(raw, size)
    return made if len(made) <= size else plain(raw, size)


def change_lines(raw: bytes, size: int, chance: Random, plain: Plain) -> bytes:
    """Change one line, or put it elsewhere once more."""
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines))
    if chance.random() < 0.2:
        lines.insert(chance.randrange(len(lines) + 1), lines[at])
    else:
        lines[at] = change_json(lines[at], size, chance, plain).replace(b"\n", b" ")
    made = b"\n".join(lines)
    return made if len(made) <= size else plain(raw, size)


def change_text(raw: bytes, size: int, chance: Random, plain: Plain) -> bytes:
    """Put an odd text somewhere, or the bytes as the fuzzer likes."""
    if chance.random() < 0.5:
        return plain(raw, size)
    at = chance.randrange(len(raw) + 1)
    made = raw[:at] + chance.choice(PIECES) + raw[at + chance.choice((0, 0, 5)) :]
    return made if len(made) <= size else plain(raw, size)


def change_gzip(raw: bytes, size: int, chance: Random, plain: Plain) -> bytes:
    """Change what is packed, every second time the packing itself."""
    if chance.random() < 0.5:
        return plain(raw, size)
    try:
        inner = zlib.decompressobj(wbits=31).decompress(raw, MOST)
    except zlib.error:
        return plain(raw, size)
    made = gzip.compress(change_lines(inner, MOST, chance, plain), 1, mtime=0)
    return made if len(made) <= size else plain(raw, size)


def change_zip(raw: bytes, size: int, chance: Random, plain: Plain) -> bytes:
    """Change one number of the directory or one entry, every third time the bytes."""
    how = chance.randrange(3)
    if how == 0:
        return plain(raw, size)
    if how == 1:
        return _change_number(raw, chance)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [(one.filename, archive.read(one)[:MOST]) for one in archive.infolist()[:20]]
        at = chance.randrange(len(entries))
        name, inner = entries[at]
        name = chance.choice(
            (name, name, "../" * 40 + "x.json", "a\ud83d\ude00.json", "x.json.gz", "x.zip", "\\.ndjson")
        )
        entries[at] = (name, change_json(inner, MOST, chance, plain))
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", chance.choice((0, 8, 12, 14))) as archive:
            for name, inner in entries:
                archive.writestr(name, inner)
    except Exception:  # a broken archive breaks its reader in every way; here it is only looked into
        return plain(raw, size)
    made = target.getvalue()
    return made if len(made) <= size else plain(raw, size)


def _change_number(raw: bytes, chance: Random) -> bytes:
    """Change two or four bytes after one of the marks of an archive."""
    marks = [at for at in range(len(raw) - 1) if raw[at : at + 2] == b"PK"]
    if not marks:
        return raw
    at = chance.choice(marks) + chance.randrange(4, 46)
    odd = chance.choice(
        (b"\0\0", b"\xff\xff", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\1\0", b"\0\x08", b"\x0e\0", b"\x7f")
    )
    return raw[:at] + odd + raw[at + len(odd) :]
