"""What a file is, by its first bytes, and its words as plain text. Pure: bytes in, values out."""

import re

from careloop.facts.documents import MediaType
from careloop.formats.ccda import CcdaError, is_ccda, read_ccda

_STARTS = (
    (b"%PDF-", MediaType.PDF),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"GIF87a", MediaType.GIF),
    (b"GIF89a", MediaType.GIF),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
)
# Control characters that no text holds.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def find_media_type(raw: bytes) -> MediaType:
    """Return what a file is; a text is one in UTF-8 without control characters, all else unknown is OTHER."""
    for start, media_type in _STARTS:
        if raw.startswith(start):
            return media_type
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # XML may say another encoding by itself.
        return MediaType.CDA if is_ccda(raw) else MediaType.OTHER
    if _NOT_TEXT.search(text):
        return MediaType.OTHER
    return MediaType.CDA if is_ccda(raw) else MediaType.TEXT


def read_words(raw: bytes, media_type: MediaType) -> str:
    """Return the words of a text or a C-CDA document, "" of anything else (PDF and pictures are not read)."""
    if media_type is MediaType.TEXT:
        return raw.decode("utf-8-sig")
    if media_type is MediaType.CDA:
        try:
            return read_ccda(raw)
        except CcdaError:
            return ""
    return ""
