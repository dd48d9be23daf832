"""Every sentence that the code can say has words in every language, and is given the values it wants."""

import ast
from collections.abc import Iterable
from functools import cache
from itertools import combinations

import pytest

from careloop.actions.referrals import ENDED
from careloop.catalog.calls import load_flags
from careloop.catalog.clocks import load_clocks
from careloop.catalog.crisis import load_crisis_numbers
from careloop.catalog.itineraries import load_templates
from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.messages import load_messages
from careloop.catalog.speech import list_languages, load_words
from careloop.facts.amendments import AmendmentStep
from careloop.facts.composer import DocumentKind
from careloop.facts.consents import Why
from careloop.facts.fetching import Trouble
from careloop.facts.finder import Fit, Wish
from careloop.facts.handoffs import HandoffState
from careloop.facts.mailbox import MailTrouble
from careloop.facts.meetings import MeetingState
from careloop.facts.messages import Private
from careloop.facts.outages import NeedsPerson
from careloop.facts.outbox import Direction, Stopped
from careloop.facts.preparation import Item, ItemState
from careloop.facts.questions import Group
from careloop.facts.reach import OUTCOMES, PartOfCall, TryResult, TryRoad, WhyNo
from careloop.facts.referrals import AnswerKind, Told
from careloop.facts.reminders import ABOUT_VISITS, SkippedWhy
from careloop.facts.safety import CHECK_OF, Concern, Measure, Tier
from careloop.facts.scheduling import BookingState, Preparation
from careloop.facts.support import OfferState, SupportState
from careloop.facts.tips import Telling
from careloop.facts.visits import Barrier
from careloop.facts.waitlist import CAN_WAIT, Answer
from careloop.facts.worklist import Confidence, ContactResult, Outcome, Severity
from careloop.formats.fhir.dosage import UNITS
from careloop.guard.errors import SAID
from careloop.reads.worklist import TABS
from careloop.rules import meetings, referrals, support
from careloop.rules.checks import find_checks, immunizations_due
from careloop.rules.overview import NAMED_ROADS, WRITTEN_WAYS
from careloop.rules.scheduling import STEPS
from careloop.rules.worklist import AFTER_CONTACT, FINISHED, LOOK, NOT_NEEDED
from careloop.worklist.reach_sent import AS_TRY
from tests.house.source import modules

RESULTS = [one.id for one in load_knowledge().results]
CLASSES = sorted({name for names in load_knowledge().classes.values() for name in names})
SAFETY = load_knowledge().safety.rows
TEMPLATES = sorted(load_templates())
ITINERARY_STEPS = sorted({step.key for template in load_templates().values() for step in template.steps})

# A call is at any time, in one part of the day or in one of two; the other roads have no part.
PARTS = ["_".join(two) for n in (1, 2) for two in combinations([str(part) for part in PartOfCall], n)]
LADDER_STEPS = [*(str(road) for road in TryRoad), *(f"call_{part}" for part in PARTS), "late", "end"]

# Keys that are put together: the text as it stands in the code, and what can stand in its braces.
PUT_TOGETHER: dict[str, Iterable[str]] = {
    "document_kind.{one}": [str(one) for one in DocumentKind],
    "explain.checked_{source.confidence}": [str(c) for c in Confidence],
    "itinerary.{self.key}": TEMPLATES,
    "itinerary.{self.template}": TEMPLATES,
    "itinerary_step.{key}": ITINERARY_STEPS,
    "itinerary_state.{state or 'none'}": [*(str(s) for s in BookingState), "none"],
    "plan.{help_}_always": ["companion", "ride"],
    "plan.{help_}_missing": ["companion", "ride"],
    "outage.person.{why}": [str(w) for w in NeedsPerson],
    "preparation.{preparation}": [str(p) for p in Preparation],
    "event.referral_answer_{kind}": [str(k) for k in AnswerKind],
    "event.referral_ended_{event}": [str(e) for e in ENDED],
    "event.tried.{AS_TRY[Road(row.road)]}": [str(road) for road in AS_TRY.values()],
    "step.ladder.{_name(rung)}": LADDER_STEPS,
    "event.contact.{result}": [str(r) for r in ContactResult],
    "event.visit_item.{state}_{item}": [f"{state}_{item}" for state in ItemState for item in Item],
    "visit_item.{item}": [str(i) for i in Item],
    "event.misfiled_undone_{how}": [str(t) for t in Told],
    "misfiled.{key}": ["read", "told"],
    "event.missed.{barrier}": [str(b) for b in Barrier],
    "event.waitlist_{answer}": [str(a) for a in Answer if a is not Answer.YES],
    "refusal.telling_{why}": [str(one) for one in Why],
    "refusal.telling_{why.why}": [str(one) for one in Why],
    "mailbox_trouble.{row.trouble}": [str(one) for one in MailTrouble],
    "outbox.stopped_{because}": [str(one) for one in Stopped],
    "waitlist.{one.draft.urgency}": [str(u) for u in CAN_WAIT],
    "reminder_skipped.{self.why}": [str(w) for w in SkippedWhy],
    "reminder.answered_{answer}": [str(a) for a in ABOUT_VISITS],
    "reminder.{answer}_title": [str(a) for a in ABOUT_VISITS],
    "event.reminder_answered_{answer}": [str(a) for a in ABOUT_VISITS],
    "refusal.handoff_is_{state}": [str(s) for s in HandoffState],
    "red_flag.{flag}": load_flags().ids,
    "red_flag.{name}": load_flags().ids,
    "event.call.{call.result}": [str(one) for one in OUTCOMES if one is not TryResult.DECLINED],
    "event.call_no.{call.why_no}": [str(one) for one in WhyNo],
    "event.tried.{road}": [str(one) for one in TryRoad if one not in (TryRoad.CALL, TryRoad.OTHER)],
    "check.{rule.check}.name": sorted(find_checks()),
    "check.{name}.name": sorted(find_checks()),
    "refusal.tip_{telling}": [str(one) for one in Telling],
    "question.to_{group}": [str(one) for one in Group],
    "refusal.meeting_is_{state}": [str(s) for s in MeetingState],
    "event.meeting_{state}": [str(s) for s in meetings.STEPS],
    "refusal.support_is_{state}": [str(s) for s in (*SupportState, *OfferState)],
    "event.support_{state}": ["call", "check"],
    "event.offer_{state}": ["told", "joined", "declined"],
    "support_fit.{key}_{fit}": [f"{key}_{fit}" for key in support.WISHES for fit in Fit],
    "crisis.number_{key}": [one.key for one in load_crisis_numbers()],
    "story.result.{result}": [str(r) for r in ContactResult],
    "event.finished.{outcome}": [str(o) for o in FINISHED],
    "event.not_needed.{outcome}": [str(o) for o in NOT_NEEDED],
    "event.amendment.{step}": [str(AmendmentStep.ACCEPTED), str(AmendmentStep.DENIED)],
    "fetching.{no.trouble}": [str(one) for one in Trouble],
    "finder.{wish}_{fit}": [f"{wish}_{fit}" for wish in Wish for fit in Fit],
    "group.{key}": ["then", "all"],
    "tab.{key}": TABS,
    "medicine_class.{name}": CLASSES,
    "lists.dose.a_{unit}": UNITS,
    "lists.dose.every_{unit}": UNITS,
    "check.results.about.{rule.id}": RESULTS,
    "check.results.ask.{rule.id}": RESULTS,
    "check.immunizations_due.title_{rule.id}": immunizations_due.RULES,
    "message_private.{self.kind}": [str(kind) for kind in Private],
    "message_when.{self.key}": sorted(load_messages()),
    "medicines.about.{found.row.id}": [row.id for row in SAFETY],
    "medicines.ask.{found.row.ask}": sorted({row.ask for row in SAFETY}),
    "medicines.if_waits.{row.tier}": [str(t) for t in Tier],
    "medicines.title.{concern}": [str(c) for c in Concern if c is not Concern.INTERACTION],
    "medicines.side.{side.kind}": ["medicine", "problem", "allergy"],
    "medicines.side.{side.kind}_since": ["medicine", "problem", "allergy"],
    "medicines.matters.{said}": [str(m) for m in Measure if m is not Measure.CRCL],
    "medicines.waiting.{check}": sorted(set(CHECK_OF.values())),
    "medicines.off.{check}": sorted(set(CHECK_OF.values())),
    "medicines.unknown.no_{measure}": ["weight", "creatinine"],
    "timeline.talked.{way}": [
        *map(str, Direction),
        *(f"{way}_{road}" for way in WRITTEN_WAYS for road in NAMED_ROADS),
    ],
    "check.visit_after_discharge.title_{place}": ["hospital", "emergency"],
    "check.visit_after_discharge.because_{place}": ["hospital", "emergency"],
    "check.visit_after_discharge.if_waits_{place}": ["hospital", "emergency"],
    "check.visit_after_discharge.next_step_{place}": ["hospital", "emergency"],
}

# Keys that come from a table, by the module that says them.
FROM_TABLES = {
    "careloop.guard.errors": [*SAID.values()],
    "careloop.rules.referrals": [*(step[1] for step in referrals.STEPS.values()), *referrals.SAID_INSTEAD],
    "careloop.worklist.meetings": [step for step, _days in meetings.STEPS.values()],
    "careloop.rules.scheduling": [key for _ball, key in STEPS.values()],
    # A patient's sentence again, with days as people read them.
    "careloop.catalog.plain": [],
    # Any sentence again, with names in place of the codes of languages.
    "careloop.web.templatetags.house": [],
    # Rules of outreach lists, with names in place of the codes of languages.
    "careloop.web.templatetags.calls": [],
    "careloop.rules.worklist": [key for _ball, key in AFTER_CONTACT.values()],
}


@cache
def says() -> list[tuple[str, ast.Call]]:
    """Return every ``Say(...)`` of the code with its module."""
    return [
        (name, node)
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Say"
    ]


def key_of(module: str, call: ast.Call) -> str | None:
    """Return the key as it stands in the code, a check's own NAME filled in; None if it is a variable."""
    first = call.args[0]
    if isinstance(first, ast.Constant):
        return str(first.value)
    if isinstance(first, ast.JoinedStr):
        text = "".join(_part(part) for part in first.values)
        return text.replace("{NAME}", module.rpartition(".")[2])
    return None


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return "{" + ast.unparse(part.value) + "}"
    return str(part.value) if isinstance(part, ast.Constant) else ""


def keys() -> set[str]:
    """Return every key that the code can say."""
    found: set[str] = set()
    for module, call in says():
        key = key_of(module, call)
        if key is None:
            found |= set(FROM_TABLES[module])
        elif "{" in key:
            found |= {key[: key.index("{")] + part + key[key.rindex("}") + 1 :] for part in PUT_TOGETHER[key]}
        else:
            found.add(key)
    return found - {"text.free"}


def test_every_key_that_is_put_together_is_in_the_table_and_the_table_has_no_other() -> None:
    together = {key for module, call in says() if "{" in (key := key_of(module, call) or "")}

    assert together == PUT_TOGETHER.keys()


def test_keys_from_variables_come_from_known_tables() -> None:
    assert {module for module, call in says() if key_of(module, call) is None} == FROM_TABLES.keys()


@pytest.mark.parametrize("language", list_languages())
def test_every_key_that_the_code_says_has_words(language: str) -> None:
    assert keys() - load_words(language).keys() == set()
    assert len(keys()) > 100


def test_no_sentence_waits_in_vain_for_somebody_to_say_it() -> None:
    """Days and free text are said by the language itself, parts of checks and classes are found by name."""
    elsewhere = ("day.", "check.", "medicine_class.", "text.free")
    unsaid = {k for k in load_words("en").keys() - keys() if not k.startswith(elsewhere)}

    assert unsaid == set()


@pytest.mark.parametrize("language", list_languages())
def test_a_sentence_is_given_every_value_that_it_names(language: str) -> None:
    words = load_words(language)
    lacking = []
    for module, call in says():
        key = key_of(module, call)
        if key in words and not any(k.arg is None for k in call.keywords):
            given = {k.arg for k in call.keywords}
            lacking += [(module, key, name) for name in words[key].names - given]

    assert lacking == []


def test_every_check_has_its_name_in_every_language() -> None:
    for language in list_languages():
        words = load_words(language)
        assert [name for name, check in find_checks().items() if check.title.key not in words] == []


def test_every_waiting_time_that_rules_ask_for_is_in_the_catalog_with_its_source() -> None:
    clocks = load_clocks().values
    asked = {*LOOK.values(), "loop.started", "loop.after_contact", "loop.remind", "loop.remind_later"}
    asked |= {"visit.confirm", "visit.prepare", "visit.no_show", "visit.bumped", "visit.find_time"}
    asked |= {"amendment.answer", "amendment.extension", "override.longest"}
    asked |= {"reminder.call", "reminder.answer"}
    asked |= {f"quiet.{outcome}" for outcome in {*FINISHED, *NOT_NEEDED}}
    asked |= {f"pace.{severity.name.lower()}" for severity in Severity if severity is not Severity.CRITICAL}

    assert clocks.keys() == asked
    assert all(value.source.strip() for values in clocks.values() for value in values)
    assert Outcome.DECEASED not in {*FINISHED, *NOT_NEEDED}


def test_every_rule_and_row_of_the_catalog_names_its_source() -> None:
    knowledge = load_knowledge()
    sources = [rule.source for rule in knowledge.rules.values()] + [row.source for row in knowledge.safety.rows]

    assert len(sources) > 10
    for source in sources:
        assert source.id
        assert source.organization
        assert source.title
        assert source.section
        assert 1990 < source.year <= source.checked_on.year
