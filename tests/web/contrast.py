"""The contrast of two colours as WCAG 2.2 defines it, and the pairs that the screens use."""

import re
from pathlib import Path

_STATUS = ("late", "soon", "wait", "ok", "info", "block")

# Front, back, least ratio: 4.5 for text, 3 for edges, shapes and the focus ring (WCAG 1.4.3, 1.4.11).
PAIRS = (
    *((ink, back, 4.5) for ink in ("ink", "ink2", "ink3") for back in ("surface", "canvas", "sunken", "sel")),
    *((tone, back, 4.5) for tone in _STATUS for back in ("surface", "sel")),
    *((tone, f"{tone}-t", 4.5) for tone in _STATUS),
    *((ink, f"{tone}-t", 4.5) for ink in ("ink",) for tone in ("late", "soon", "wait", "info", "ok")),
    ("link", "surface", 4.5),
    ("link", "canvas", 4.5),
    ("accent", "accent-tint", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-hover", 4.5),
    ("ink", "accent-tint", 4.5),
    ("edge", "surface", 3.0),
    ("edge", "canvas", 3.0),
    *(("focus", back, 3.0) for back in ("surface", "canvas", "sunken", "sel")),
)


def read_tokens(path: Path, theme: str) -> dict[str, str]:
    """Return the colours of a theme by name, without the dashes; dark falls back to light as CSS does."""
    blocks = {
        "light": r":root \{(.*?)\}",
        "dark": r"\[data-theme=dark\] \{(.*?)\}",
        "system": r"not\(\[data-theme=light\], \[data-theme=contrast\]\) \{(.*?)\}",
        "contrast": r"\[data-theme=contrast\] \{(.*?)\}",
    }
    wanted = ["light"] if theme == "light" else ["light", theme]
    found: dict[str, str] = {}
    for name in wanted:
        block = re.search(blocks[name], path.read_text(), re.DOTALL)
        assert block, name
        found |= dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})", block.group(1)))
    return found


def ratio(front: str, back: str) -> float:
    """Return the contrast ratio of two colours "#RRGGBB", from 1 to 21."""
    lighter, darker = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
