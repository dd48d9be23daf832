"""What people set for themselves."""

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.guard.doors import managing
from careloop.records.models import Person

LANGUAGES = ("en", "es")


@managing(needs=Right.SELF_WRITE)
def choose_language(acting: Acting, language: str) -> None:
    """Set the language in which this person reads the screens.

    :raises Refusal: if the language is not spoken here
    """
    if language not in LANGUAGES:
        raise Refusal(Say("refusal.language"))
    Person.objects.filter(pk=acting.person_id).update(language=language)
