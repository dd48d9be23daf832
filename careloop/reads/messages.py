"""Words for patients, as administrators and supervisors look at them: all situations, and one with its preview."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.catalog.messages import (
    SAMPLE_ZONE,
    load_part_prices,
    load_private_names,
    load_samples,
    load_tongues,
)
from careloop.facts.access import Acting, Right
from careloop.facts.approvals import Approval, WordsAct, WordsEvent, WordsPage
from careloop.facts.messages import MessageLine, Private, Shown, Template
from careloop.facts.tips import TipAbout
from careloop.guard.doors import managing
from careloop.records.models import Unit
from careloop.rules.access import has_right
from careloop.rules.approvals import MOVES, hash_words
from careloop.rules.messages import find_faults_of, show_messages
from careloop.rules.private_words import add_names
from careloop.worklist.approvals import list_history, load_approved
from careloop.worklist.tips import make_box


@managing(needs=Right.WORDS_READ, write=False)
def list_messages(acting: Acting) -> tuple[MessageLine, ...]:
    """Return every situation with its languages, filled with made-up values, in the order of the files."""
    return _show(acting, load_approved())


@managing(needs=Right.WORDS_READ, write=False)
def get_message(acting: Acting, *, key: str) -> WordsPage:
    """Return one situation on each of its roads, filled with made-up values, and what can be done with its words.

    :raises NotFound: if there is no such situation
    """
    template = load_approved().get(key)
    if template is None:
        raise NotFound
    line = replace(_show(acting, {key: template})[0], tips=make_box(acting, TipAbout.MESSAGE, key))
    history = list_history(key)
    return WordsPage(line, tuple(_acts(acting, template, shown, history) for shown in line.shown))


def _acts(acting: Acting, template: Template, shown: Shown, history: Sequence[Approval]) -> WordsAct:
    version = template.versions[shown.language]
    of_language = tuple(one for one in history if one.language == shown.language)
    may = (
        [event for (state, event) in MOVES if state is version.state] if has_right(acting, Right.WORDS_APPROVE) else []
    )
    why_not = Say("refusal.words_faulty") if may and find_faults_of(shown) else None
    if why_not is not None:
        may = [event for event in may if event is WordsEvent.RETURN]
    return WordsAct(shown.language, hash_words(version).hex(), tuple(may), why_not, of_language)


def _show(acting: Acting, templates: Mapping[str, Template]) -> tuple[MessageLine, ...]:
    # The clinic's own names are its sites': where somebody goes can tell why.
    sites = Unit.objects.filter(kind="site").order_by("name").values_list("name", flat=True)
    tongues = load_tongues()
    return show_messages(
        templates.values(),
        {language: load_samples(language) for language in tongues},
        tongues=tongues,
        names=add_names(load_private_names(), ((name, Private.CLINIC) for name in sites)),
        prices=load_part_prices(),
        on=acting.at.date(),
        zone=SAMPLE_ZONE,
    )
