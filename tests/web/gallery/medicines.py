"""Safety panels with everything that is hard to lay out: all tiers, all states, long names, nothing at all."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.chart import FactKind, Sex
from careloop.facts.pages import Choice, Identifier, SafetyLine, SafetyPage
from careloop.facts.safety import Concern, Override, OverrideReason, Side, Tier
from careloop.facts.signing import CheckUse, Lately, Precision
from careloop.facts.worklist import Confidence, LoopKind, Source, Tone
from tests.web.gallery.values import AT, LONG_NAME, ON, ROSA, ZONE, deadline, row, text

LABEL = "Source of a guideline with a title that is longer than the line it stands on"
SOURCE = Source("fda-metformin", "FDA", LABEL, 2024, "4 (FDA 2016)", Confidence.SECONDARY, ON, None)
UNREAD = replace(SOURCE, id="own", confidence=Confidence.GENERAL)


def _side(kind: FactKind, label: str, on: date | None, count: int = 1) -> Side:
    return Side(kind, label.lower(), label, on, tuple(UUID(int=n) for n in range(1, count + 1)))


def _line(key: str, tier: Tier, tone: Tone, title: str, *sides: Side) -> SafetyLine:
    return SafetyLine(
        check="interacting_medicines",
        key=key,
        mark="0" * 24,
        concern=Concern.INTERACTION,
        tier=tier,
        tone=tone,
        title=text(title),
        about=text("Together they raise the risk of bleeding, sometimes without any warning."),
        sides=sides,
        matters=(),
        unknown=(),
        if_waits=text("While it stands on the list, nobody has confirmed that it is meant."),
        question=text("Ask a clinician: is the painkiller still taken?"),
        source=SOURCE,
        is_verified=True,
        loop=None,
        set_aside=None,
        returned=None,
    )


WARFARIN = _side(FactKind.MEDICINE, "Warfarin sodium 5 MG Oral Tablet", date(2026, 11, 2), 3)
IBUPROFEN = _side(FactKind.MEDICINE, "Ibuprofen 400 MG Oral Tablet", date(2026, 10, 9))
ASIDE = Override(
    UUID(int=9), "interacting_medicines", "c", "0" * 24, OverrideReason.TOLERATED,
    "Checked on Monday, next test in May.", "Dr. Asha Raman", ON + timedelta(days=60), "Dana Okafor", AT,
)  # fmt: skip
USES = (
    CheckUse("interacting_medicines", text("Two medicines to look at together"),
             Lately(AT, acted_on=7, closed=12, answered=5, answer_days=2.3), Precision(AT, 7), asks_for_change=False),
    CheckUse("duplicate_therapy", text("Two medicines of one kind"),
             Lately(AT, closed=11, answered=1, answer_days=0.4), Precision(AT, 2, set_aside=21), asks_for_change=True),
    CheckUse("medicine_against_allergy", text("A medicine and the allergy list " * 3), Lately(AT), Precision(AT),
             asks_for_change=False),
)  # fmt: skip
LINES = (
    replace(
        _line("a", Tier.CONTRAINDICATED, Tone.LATE, "Ask a clinician about ibuprofen: it is on the allergy list",
              IBUPROFEN, _side(FactKind.ALLERGY, "Allergy to ibuprofen", None)),
        unknown=(text("The allergy has no code of a medicine. It was read by its words."),),
    ),
    replace(
        _line("b", Tier.SERIOUS, Tone.SOON, "Ask a clinician about ibuprofen with warfarin", IBUPROFEN, WARFARIN),
        matters=(text("The last kidney test (eGFR) was 38 mL/min/{1.73_m2} on Thu 1 Oct."),),
        source=UNREAD, is_verified=False,
        loop=row(31, "Rosa Alvarez", "Ask", "Why", deadline(Tone.LATE, "Due today by 5 pm"), kind=LoopKind.SAFETY),
        returned=ASIDE,
    ),
    replace(
        _line("c", Tier.MONITOR, Tone.INFO, "Ask a clinician about two of one kind: " + "hydrochlorothiazide, " * 6,
              WARFARIN),
        set_aside=ASIDE,
    ),
)  # fmt: skip


def panel_full() -> SafetyPage:
    """Return a panel with each tier and each state."""
    return SafetyPage(
        at=AT,
        zone=ZONE,
        patient_id=ROSA,
        name=LONG_NAME,
        birth_on=date(1958, 3, 14),
        sex=Sex.FEMALE,
        identifier=Identifier("MRN", "004-8812", "elm"),
        medicines=12,
        lines=LINES,
        uses=USES,
        not_checked=(
            Say("medicines.off.medicine_against_condition", name=LONG_NAME, day=ON),
            Say("medicines.not_checked.unknown_medicine", medicine="Grandmother's tea " * 4),
            Say("medicines.not_checked.over_the_counter"),
            Say("medicines.waiting.duplicate_therapy", count=37),
        ),
        may_act=True,
        ask_by=ON + timedelta(days=4),
        override_by=ON + timedelta(days=180),
        people=(Choice(str(UUID(int=2)), "Asha Raman"),),
        teams=(Choice("1", "Elm Street team"),),
    )


def panel_empty() -> SafetyPage:
    """Return a panel without findings."""
    return replace(panel_full(), lines=(), uses=(), medicines=0, name="Minh Tran", may_act=False)
