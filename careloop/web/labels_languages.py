"""Languages that are offered where somebody says which one a person speaks: by name, never by code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careloop.web.labels import LANGUAGES, name_language

# Spoken by many in the United States, beside those that other pages name.
MORE: dict[str, str | Promise] = {
    "ar": _("Arabic"),
    "bn": _("Bengali"),
    "de": _("German"),
    "fa": _("Persian"),
    "fr": _("French"),
    "hi": _("Hindi"),
    "it": _("Italian"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "ne": _("Nepali"),
    "pa": _("Punjabi"),
    "pl": _("Polish"),
    "pt": _("Portuguese"),
    "ru": _("Russian"),
    "sw": _("Swahili"),
    "ta": _("Tamil"),
    "te": _("Telugu"),
    "th": _("Thai"),
    "uk": _("Ukrainian"),
    "ur": _("Urdu"),
    "vi": _("Vietnamese"),
}
SPOKEN = (*LANGUAGES, *MORE)


def list_languages(*known: str) -> list[tuple[str, str]]:
    """Return codes of languages with their names, by name; ``known`` ones that we do not offer stand there too."""
    names = {tag: name_language(tag) for tag in known if tag}
    names |= {tag: str(name) for tag, name in (LANGUAGES | MORE).items()}
    return sorted(names.items(), key=lambda pair: pair[1].casefold())
