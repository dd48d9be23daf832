"""Checks as pages show them: unsigned, signed, unverified, with a new version, and seldom of help."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from careloop.facts.checks import Bound
from careloop.facts.signing import (
    CheckLine,
    CheckPage,
    Lately,
    PastVersion,
    Precision,
    Setting,
    Standing,
    Threshold,
)
from careloop.facts.worklist import Confidence, LoopKind, Outcome, Source
from tests.web.gallery.values import AT, LONG_NAME, ON, text

UPPER = Bound("hba1c_overdue.upper", Decimal(140), Decimal(130), Decimal(150), "mm[Hg]", text("Upper number from"))
POTASSIUM = Bound(
    "hba1c_overdue.potassium", Decimal("6.0"), Decimal("6.0"), Decimal("6.2"), "mmol/L", text("Potassium above")
)
VALUES = {UPPER.name: Decimal(135), POTASSIUM.name: Decimal("6.1")}
SIGNED = Setting(
    id=UUID(int=900),
    check="hba1c_overdue",
    version=1,
    is_on=True,
    is_unverified_on=True,
    thresholds=VALUES,
    note="Our laboratory draws the line here. " * 4,
    signed_by=LONG_NAME,
    from_at=AT - timedelta(days=3),
)
UNSIGNED = Standing(True, False, asks_again=False, thresholds={}, setting=None)
COUNTED = Precision(
    AT - timedelta(days=90), 3, {Outcome.WITHDRAWN: 14, Outcome.DUPLICATE: 4}, ended_by_facts=2, set_aside=1
)
LINE = CheckLine(
    name="hba1c_overdue",
    title=text("Overdue HbA1c in diabetes"),
    kind=LoopKind.GAP,
    version=2,
    from_on=date(2026, 11, 18),
    confidence=Confidence.SECONDARY,
    measure=None,
    standing=UNSIGNED,
    precision=Precision(AT - timedelta(days=90)),
    percent=None,
    asks_for_change=False,
)
AGAIN = replace(LINE, standing=replace(UNSIGNED, asks_again=True, setting=SIGNED, thresholds=VALUES))
SELDOM = replace(AGAIN, precision=COUNTED, percent=13, asks_for_change=True)
GENERAL = replace(LINE, confidence=Confidence.GENERAL, standing=replace(UNSIGNED, is_on=False))
GENERAL_AGAIN = replace(GENERAL, standing=replace(UNSIGNED, is_on=False, asks_again=True, setting=SIGNED))
LINES = (LINE, AGAIN, SELDOM, GENERAL, GENERAL_AGAIN)
SOURCES = (
    Source("a", "American Diabetes Association", "Standards of Care", 2025, "6", Confidence.SECONDARY, ON),
    Source("b", "Nobody yet", "What everybody says", 2020, "", Confidence.GENERAL, ON),
)
PAGE = CheckPage(
    line=SELDOM,
    lately=Lately(AT - timedelta(days=30), acted_on=1, closed=12, answered=3, answer_days=1.6),
    on=ON,
    held_version=2,
    about=(
        (text("What it asks:"), text("Is an HbA1c blood test due?")),
        (text("What is not looked at:"), text("If sugar is well controlled.")),
    ),
    sources=SOURCES,
    has_unverified=True,
    thresholds=(Threshold(UPPER, Decimal(135)), Threshold(POTASSIUM, Decimal("6.1"))),
    history=(SIGNED, replace(SIGNED, is_on=False, is_unverified_on=False, note="")),
    past=(PastVersion("hba1c_overdue", 1, date(2026, 1, 1), "It asked once a year.", "The first version."),),
    can_sign=True,
)
PLAIN = replace(PAGE, line=LINE, lately=Lately(AT), has_unverified=False, thresholds=(), history=(), past=(), about=())
