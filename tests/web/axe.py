"""Axe in an open page: what of WCAG 2.2 AA, and of the good habits that it knows, the page does not keep."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Those of them whose answer hangs on colours: of two looks that differ in nothing else, all others say the same.
RULES_OF_COLOURS = ["color-contrast", "link-in-text-block"]
# By how much the page is wider than its window, in pixels.
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def run_axe(page: Page, *, rules: dict[str, object] | None = None, only_colours: bool = False) -> AxeResults:
    """Look at a page as it stands now; ``rules`` switches single ones off.

    ``only_colours`` is for a page that was looked at already, as wide as it is now, in other colours: dark changes
    nothing but colours (test_styles.py holds the styles to that). The script goes into a document once, and only
    what is wrong comes back: of a long page the rest is megabytes.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": RULES_OF_COLOURS} if only_colours else {"type": "tag", "values": RULES}
    asked = {"runOnly": only, "resultTypes": ["violations"], "rules": rules or {}}
    wrong = page.evaluate("(asked) => axe.run(asked).then((found) => found.violations)", asked)
    return AxeResults({"violations": wrong})


def look(page: Page, *widths: int) -> None:
    """Look at a page in these widths, and in dark in the first: nothing axe can see, nothing hangs over the edge."""
    for width, scheme in [(widths[0], "dark"), *((width, "light") for width in widths)]:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = run_axe(page, only_colours=scheme == "dark")
        assert found.violations_count == 0, f"{page.url} {scheme} {width}: {found.generate_report()}"
        assert page.evaluate(OVER) == 0, f"{page.url} {scheme} {width}"
