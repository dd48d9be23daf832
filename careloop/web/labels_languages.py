"""Languages that are offered where somebody says which one a person speaks: by name, never by code."""

from careloop.web.labels import LANGUAGES, name_language

# Beside those that we name ourselves: spoken by many in the United States, and named by Django.
MORE = (
    "ar", "bn", "de", "fa", "fr", "hi", "it", "ja", "ko", "ne", "pa", "pl", "pt", "ru", "sw", "ta", "te", "th", "uk",
    "ur", "vi",
)  # fmt: skip
SPOKEN = (*LANGUAGES, *MORE)


def list_languages(*known: str) -> list[tuple[str, str]]:
    """Return codes of languages with their names, by name; ``known`` ones that we do not offer stand there too."""
    tags = dict.fromkeys((*SPOKEN, *(tag for tag in known if tag)))
    return sorted(((tag, name_language(tag)) for tag in tags), key=lambda pair: pair[1].casefold())
