"""What the frame of every page is written with: the way through the pages, keys, colours, and where one is."""

from dataclasses import dataclass

from django.conf import settings
from django.template import Context, Library
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careloop.web.nav import COUNTS, Entry, Part, count_of, list_parts, list_ways

register = Library()

# The single keys that can be changed, in the order of the list of keys.
KEYS: tuple[tuple[str, str | Promise], ...] = (
    ("j", _("Next in the list")),
    ("k", _("Previous in the list")),
    ("e", _("Done")),
    ("h", _("Snooze")),
    ("a", _("Hand off")),
    ("x", _("Not needed")),
    ("o", _("Open the patient")),
    ("c", _("New task")),
    ("r", _("New referral, on a patient's page")),
    ("n", _("Note a contact")),
    ("p", _("Hand the record out, on a patient's page")),
    ("b", _("Book a visit, on a patient's page")),
    ("z", _("Undo, for ten seconds")),
)

# The largest number that stands beside an entry of the navigation; counting stops there.
MOST = 999


@dataclass(frozen=True, slots=True)
class Look:
    """Colours that can be chosen; "" are those of the computer."""

    name: str
    icon: str
    words: str | Promise


THEMES = (
    Look("", icon="monitor-smartphone", words=_("As the computer has them")),
    Look("light", icon="sun", words=_("Light")),
    Look("dark", icon="moon", words=_("Dark")),
    Look("contrast", icon="eye", words=pgettext_lazy("colours", "High contrast")),
)


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Part]:
    """Return the parts of the navigation that the reader's role has."""
    return list_parts(context["request"].acting)


@register.inclusion_tag("web/nav_count.html", takes_context=True)
def nav_count(context: Context, name: str) -> dict[str, object]:
    """Draw how much waits behind an entry of the navigation; an empty place where nothing does."""
    count = count_of(context["request"].counts, name)
    return {"name": name, "shown": _shown(count), "words": COUNTS[name]} if name in COUNTS else {}


@register.simple_tag(takes_context=True)
def nav_counts(context: Context) -> str:
    """Return the numbers of the navigation as "today:14 team:3", for a page of which only a part is replaced."""
    counts = context["request"].counts
    return " ".join(f"{name}:{_shown(count_of(counts, name))}" for name in COUNTS)


def _shown(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count or "")


@register.simple_tag
def ways() -> list[Entry]:
    """Return the pages that a key after G goes to."""
    return list_ways()


@register.simple_tag
def key_names() -> tuple[tuple[str, str | Promise], ...]:
    """Return the single keys that can be changed, with what they do."""
    return KEYS


@register.simple_tag
def themes() -> tuple[Look, ...]:
    """Return the colours that can be chosen."""
    return THEMES


@register.simple_tag
def tongues() -> list[tuple[str, str]]:
    """Return the languages of the screens, each by its own name."""
    return list(settings.LANGUAGES)


@register.simple_tag(takes_context=True)
def this_page(context: Context) -> str:
    """Return the address of this page, to come back to it."""
    path: str = context["request"].get_full_path()
    return path
