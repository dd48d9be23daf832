"""The pictures of the README and the documents: ``python -m tests.web.pictures`` writes them from the demo clinic.

The demo stands at a fixed moment, so the same code gives the same pictures. Chromium packs in haste: they are packed
once more, and none may be larger than LARGEST.
"""

import struct
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.chromium import open_chromium
from tests.web.demo_server import PASSWORD, ROOT, serve_demo

FOLDER = ROOT / "docs" / "images"
WIDTH = 1280
LARGEST = 300_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_WHO = "dana@demo.example"
_PATIENT = "Rosa Álvarez"


def show_today(page: Page, address: str) -> None:
    """Open Today with its first row explained."""
    page.goto(f"{address}/")
    expect(page.locator("aside h2").first).to_be_visible()


def show_patient(page: Page, address: str) -> None:
    """Open a patient of whom much is known."""
    _open_patient(page, address, _PATIENT)
    expect(page.locator("svg.circle-drawn")).to_be_visible()


def show_safety(page: Page, address: str) -> None:
    """Open the medicines of a patient looked at together."""
    _open_patient(page, address, _PATIENT)
    page.get_by_role("link", name="Medicines together").first.click()
    expect(page.locator("article.finding").first).to_be_visible()


def show_find(page: Page, address: str) -> None:
    """Open the one field with some letters typed."""
    page.goto(f"{address}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("ma")
    expect(page.locator("dialog [role=option]", has_text="born").first).to_be_visible()


# Each picture by its name: how it is opened, in which colours, and how high it is in pixels.
PICTURES: dict[str, tuple[Callable[[Page, str], None], str, int]] = {
    "today-light": (show_today, "light", 840),
    "today-dark": (show_today, "dark", 840),
    "patient": (show_patient, "light", 1080),
    "safety": (show_safety, "light", 840),
    "find": (show_find, "light", 640),
}


def main(names: Sequence[str]) -> int:
    """Write these pictures, or every one; return 1 if one is too large."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, serve_demo(Path(home)) as address, sync_playwright() as play:
        browser = open_chromium(play)
        sizes = {name: take(browser, address, name) for name in names or PICTURES}
        browser.close()
    for name, size in sizes.items():
        sys.stdout.write(f"{name}.png: {size // 1000} KB\n")
    return int(max(sizes.values()) > LARGEST)


def take(browser: Browser, address: str, name: str) -> int:
    """Sign in, open a screen and write its picture; return how many bytes it has."""
    show, scheme, height = PICTURES[name]
    context = browser.new_context(
        viewport={"width": WIDTH, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.locator("[name=login]").fill(_WHO)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button.primary").click()
    page.wait_for_url(f"{address}/")
    show(page, address)
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)
    packed = pack(page.screenshot())
    context.close()
    (FOLDER / f"{name}.png").write_bytes(packed)
    return len(packed)


def pack(png: bytes) -> bytes:
    """Return the same picture with its points packed as small as zlib can, and nothing beside them."""
    kept, points = [], b""
    for kind, data in read_chunks(png):
        if kind == b"IDAT":
            points += data
        elif kind in (b"IHDR", b"PLTE", b"tRNS"):
            kept.append((kind, data))
    kept += [(b"IDAT", zlib.compress(zlib.decompress(points), 9)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_write_chunk(kind, data) for kind, data in kept)


def read_chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and bytes of each part of a PNG."""
    place = len(_SIGNATURE)
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        place += 12 + size


def _write_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _open_patient(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/")
    page.keyboard.press("Control+k")
    page.keyboard.type(name)
    expect(page.locator("dialog [role=option]").first).to_contain_text(name.rsplit(maxsplit=1)[-1])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(name.rsplit(maxsplit=1)[-1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
