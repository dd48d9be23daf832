"""Reports come back: matched by strong evidence, or put up for review and on nobody's page; read by who asked."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from careloop.actions.directory import add_entry
from careloop.actions.people import hire, join_care_team
from careloop.actions.referral_reports import match_stray, read_report, set_stray_aside
from careloop.actions.worklist import finish_loop
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.referral_figures import FEW_EACH, Share
from careloop.facts.referrals import Claimed, ReferralState
from careloop.facts.worklist import Outcome
from careloop.reads.documents import list_documents
from careloop.reads.people import get_patient_page
from careloop.reads.referral_work import get_referral_report, list_strays
from careloop.reads.referrals import get_referral_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring
from tests.actions.referring import (
    bring_report,
    bring_seen_by_asha,
    loop_of,
    make,
    read,
    send,
    state_of,
    tell,
    version,
)
from tests.actions.visits import refusal
from tests.people import PASSWORD, House, later, system

pytestmark = pytest.mark.django_db
OWN = Claimed("Ngozi Okafor", date(1990, 4, 2))
OTHERS = Claimed("Ada Whitfield", date(1951, 7, 9))


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_seen_by_asha(house, "rosa")


@pytest.fixture
def ada(house: House) -> UUID:
    changes = {"born": "1951-07-09", "name": [{"family": "Whitfield", "given": ["Ada"]}]}
    return bring_seen_by_asha(house, "ada", **changes)


@pytest.fixture
def sent(house: House, dana: Acting, rosa: UUID) -> UUID:
    key = make(dana, house, rosa)
    send(dana, key)
    return key


def test_a_report_of_somebody_else_is_on_nobodys_page_until_a_person_says_whose_it_is(
    house: House, dana: Acting, rosa: UUID, ada: UUID, sent: UUID
) -> None:
    hers = make(dana, house, ada, specialty="Neurology")
    send(dana, hers)

    assert bring_report(dana, sent, OTHERS, b"Ada Whitfield: the nerve is well.") is False

    assert (state_of(sent), list_documents(dana, rosa)[1]) == ("sent", 0)
    assert [row for row in get_patient_page(dana, rosa).open_loops if row.kind == "review"] == []
    (stray,) = list_strays(dana)
    assert [row.id for row, _evidence in stray.could_be] == [hers]
    assert broken_invariants() == {}
    wrong = refusal(lambda: match_stray(dana, stray.id, version=1, referral_id=sent, reason="Looks like it"))
    assert wrong == "refusal.report_differs"

    match_stray(dana, stray.id, version=1, referral_id=hers, reason="Name and birth date are hers")

    assert (state_of(hers), list_documents(dana, ada)[1], list_documents(dana, rosa)[1]) == ("report_in", 1, 0)
    assert get_referral_page(dana, hers).reports[0].evidence == ("name", "birth", "person")
    assert list_strays(dana) == ()
    assert ask("SELECT state, length(content), words FROM stray_report") == [("matched", 0, "")]
    assert broken_invariants() == {}


def test_a_report_that_is_nobodys_here_is_set_aside_with_what_was_done(dana: Acting, sent: UUID) -> None:
    bring_report(dana, sent, OTHERS)
    (stray,) = list_strays(dana)
    loop = ask_one("SELECT loop_id FROM stray_report")
    own_page = refusal(lambda: finish_loop(dana, loop, version=1, outcome=Outcome.DONE, note="x"))
    assert own_page == "refusal.referral_own_page"
    assert refusal(lambda: set_stray_aside(dana, stray.id, version=1, reason=" ")) == "refusal.reason_missing"

    set_stray_aside(dana, stray.id, version=1, reason="Told Bayview, they take it back")

    assert ask("SELECT state, outcome FROM loop WHERE id = %s", loop) == [("closed", "done")]
    assert refusal(lambda: set_stray_aside(dana, stray.id, version=2, reason="Again")) == "refusal.referral_changed"
    assert broken_invariants() == {}


def test_a_report_without_enough_evidence_waits_and_the_same_one_waits_once(dana: Acting, sent: UUID) -> None:
    assert bring_report(dana, sent, replace(OWN, birth_on=None)) is False
    assert refusal(lambda: bring_report(dana, sent, replace(OWN, birth_on=None))) == "refusal.report_waits_already"
    assert refusal(lambda: bring_report(dana, sent, OWN, b"")) == "refusal.document_empty"
    assert refusal(lambda: bring_report(dana, sent, OWN, b"PK\x03\x04rest")) == "refusal.document_kind"


def test_the_other_team_sees_no_report_that_waits(house: House, dana: Acting, sent: UUID) -> None:
    bring_report(dana, sent, OTHERS)
    (stray,) = list_strays(dana)

    assert list_strays(house.acting("kim")) == ()
    with pytest.raises(NotFound):
        set_stray_aside(house.acting("kim"), stray.id, version=1, reason="Not ours")


def test_a_newer_report_is_read_again_even_after_all_was_closed(house: House, dana: Acting, sent: UUID) -> None:
    asha = house.acting("asha")
    bring_report(dana, sent, OWN)
    read(asha, sent)
    tell(dana, sent)
    assert refusal(lambda: bring_report(dana, sent, OWN)) == "refusal.report_here_already"

    bring_report(dana, sent, OWN, b"Amended: one more sentence.")

    assert (state_of(sent), loop_of(sent)["state"], loop_of(sent)["step"]) == (
        "report_in", "started", "step.referral_read",
    )  # fmt: skip
    page = get_referral_page(dana, sent)
    assert (page.told_at, [report.is_amended for report in page.reports].count(True)) == (None, 1)
    read(asha, sent)
    tell(dana, sent)
    assert loop_of(sent)["outcome"] == "done"
    assert broken_invariants() == {}


def test_only_a_clinician_reads_a_report_and_in_anothers_place_with_a_word_of_why(
    house: House, dana: Acting, rosa: UUID, sent: UUID
) -> None:
    bring_report(dana, sent, OWN)
    with pytest.raises(NotFound):
        read(dana, sent)
    other = hire(
        system(), name="Ben", email="ben@clinic.example", role=Role.CLINICIAN, password=PASSWORD, unit_ids=[house.north]
    )
    join_care_team(house.acting("sol"), [rosa], person_id=other, part="clinician")
    ben = Acting(other, Role.CLINICIAN, later(hours=1), Purpose.TREATMENT)

    assert refusal(lambda: read(ben, sent)) == "refusal.report_read_for"
    many = refusal(lambda: read_report(ben, sent, version=version(ben, sent), recommendations=["x"] * 11, note="Away"))
    assert many == "refusal.recommendations"
    read(ben, sent, note="Dr. Asha is away this week")

    assert state_of(sent) == "read"


def test_the_figures_count_what_was_told_and_how_long_steps_took(
    house: House, dana: Acting, rosa: UUID, sent: UUID
) -> None:
    bring_report(replace(dana, at=later(days=3)), sent, OWN)
    read(replace(house.acting("asha"), at=later(days=4)), sent)
    tell(replace(dana, at=later(days=6)), sent)
    make(dana, house, rosa, specialty="Eyes")

    shown = get_referral_report(replace(dana, at=later(days=7)))

    assert (shown.closed_told.part, shown.closed_told.whole) == (1, 2)
    assert (shown.never_dated.part, shown.never_dated.whole) == (2, 2)
    days = {one.state: (one.days, one.count) for one in shown.days}
    assert days[ReferralState.REPORT_IN] == (1.0, 1)
    assert days[ReferralState.READ] == (2.0, 1)
    assert [one.name for one in shown.by_specialty] == ["cardiology", "eyes"]
    assert [row.specialty for row in shown.oldest] == ["eyes"]


def plan_of(key: str, payer: str, start: str, end: str, number: int = 1) -> dict[str, object]:
    return {
        "resourceType": "Coverage", "id": f"{key}-c{number}", "status": "active",
        "beneficiary": {"reference": f"Patient/{key}"}, "payor": [{"display": payer}],
        "period": {"start": start, "end": end},
    }  # fmt: skip


def test_figures_by_payer_are_of_the_plan_that_held_when_the_referral_was_made(
    house: House, dana: Acting, rosa: UUID, ada: UUID, sent: UUID
) -> None:
    bring(
        house,
        plan_of("rosa", "Old Plan", "2024-01-01", "2026-10-31", 1),
        plan_of("rosa", "Bayview Health", "2026-11-01", "2027-10-31", 2),
        plan_of("rosa", "Next Year's Plan", "2027-11-01", "2028-10-31", 3),
    )
    make(dana, house, ada, specialty="Eyes")
    bring_report(replace(dana, at=later(days=2)), sent, OWN)

    shown = get_referral_report(replace(dana, at=later(days=7)))

    assert [(one.name, one.never_dated.part, one.never_dated.whole) for one in shown.by_payer] == [
        ("", 1, 1), ("Bayview Health", 1, 1),
    ]  # fmt: skip
    # Two days in the hands of the receiver: told of all, of one person's group only that it was counted.
    assert [(one.days, one.count) for one in shown.days if one.state is ReferralState.SENT] == [(2.0, 1)]
    bayview = shown.by_payer[1]
    assert [(one.days, one.count) for one in bayview.days if one.state is ReferralState.SENT] == [(None, 1)]
    assert bayview.closed_told.percent is None


def test_figures_by_clinic_are_of_the_place_of_the_receiver_and_small_clinics_are_counted_together(
    house: House, dana: Acting, rosa: UUID, ada: UUID
) -> None:
    sol = house.acting("sol")
    site = add_entry(sol, EntryDraft(EntryKind.SITE, "Harbor Heart", zone="America/New_York"))
    doctors = [
        add_entry(sol, EntryDraft(EntryKind.PRACTITIONER, name, site_id=site, zone="America/New_York"))
        for name in ("Dr. Ana Rivera", "Dr. Wei Chen")
    ]
    for number in range(20):
        to = doctors[number % 2]
        make(dana, house, (rosa, ada)[number % 2], specialty=f"Heart {number}", to_entry=to, to_name="")
    make(dana, house, rosa, specialty="Eyes", to_name="Bayview Eye")
    make(dana, house, ada, specialty="Skin", to_name="Bayview Skin")

    shown = get_referral_report(replace(dana, at=later(days=7)))

    assert [(one.name, one.never_dated.part, one.never_dated.whole) for one in shown.by_clinic] == [
        ("Harbor Heart", 20, 20), (FEW_EACH, 2, 2),
    ]  # fmt: skip
    assert [one.never_dated.percent for one in shown.by_clinic] == [100, None]


def test_of_twenty_and_more_a_share_is_said_as_a_percentage() -> None:
    assert [Share(9, 19).percent, Share(9, 20).percent] == [None, 45]
