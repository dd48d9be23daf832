"""The pictures of the README: packed without losing a point, none too large, each shown and each there."""

import re
import struct
import zlib

import pytest

from tests.web.demo_server import ROOT
from tests.web.pictures import FOLDER, LARGEST, PICTURES, WIDTH, pack, read_chunks


def points(png: bytes) -> bytes:
    return zlib.decompress(b"".join(data for kind, data in read_chunks(png) if kind == b"IDAT"))


def test_packing_keeps_every_point_and_drops_what_is_beside_them() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + bytes([n, n, n]) * 64 for n in range(64))
    loose = zlib.compress(rows, 0)
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)), chunk(b"tEXt", b"Software\x00x"),
            chunk(b"IDAT", loose[:100]), chunk(b"IDAT", loose[100:]), chunk(b"IEND", b""),
        ]
    )  # fmt: skip

    packed = pack(png)

    assert points(packed) == rows
    assert len(packed) < len(png) / 4
    assert [kind for kind, _data in read_chunks(packed)] == [b"IHDR", b"IDAT", b"IEND"]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_there_has_its_size_and_is_shown(name: str) -> None:
    png = (FOLDER / f"{name}.png").read_bytes()

    size = struct.unpack(">II", dict(read_chunks(png))[b"IHDR"][:8])
    assert size == (WIDTH, PICTURES[name][2])
    assert len(png) <= LARGEST
    assert f"docs/images/{name}.png" in (ROOT / "README.md").read_text("utf-8")


def test_no_picture_lies_there_that_nobody_makes() -> None:
    shown = set(re.findall(r"docs/images/([a-z-]+)\.png", (ROOT / "README.md").read_text("utf-8")))

    assert {file.stem for file in FOLDER.iterdir()} == set(PICTURES) == shown
