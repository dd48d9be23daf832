"""Notes on what worked: where the next one looks, without a patient, counted, out of date, withdrawn."""

from uuid import UUID

import pytest

from careloop.actions.directory import add_entry
from careloop.actions.tips import note_helped, withdraw_tip, write_tip
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.tips import TipAbout, TipsBox
from careloop.reads.directory import get_entry_page
from careloop.reads.messages import get_message, list_messages
from careloop.reads.tips import get_tips_page
from tests.actions.hands import take_patient_in
from tests.actions.look import ask, ask_one
from tests.people import House, build_house, later

pytestmark = pytest.mark.django_db
WORDS = "Fax before noon: they answer the same day."


@pytest.fixture
def house() -> House:
    return build_house()


def add_specialist(house: House) -> UUID:
    draft = EntryDraft(kind=EntryKind.SERVICE, name="Bayview Heart", phone="(555) 010-0142", networks=("Blue Plan",))
    return add_entry(house.acting("dana"), draft)


def box_of(house: House, entry: UUID, who: str = "lee", days: int = 0) -> TipsBox:
    box = get_entry_page(house.acting(who, at=later(days=days)), entry).tips
    assert box is not None
    return box


def test_a_note_stands_on_the_entry_for_the_next_one_and_helps_longer(house: House) -> None:
    entry = add_specialist(house)
    key = write_tip(house.acting("dana"), about=TipAbout.ENTRY, key=str(entry), words=WORDS)

    (tip,) = box_of(house, entry).tips
    assert (tip.words, tip.author, tip.helped, tip.helped_me, tip.may_withdraw) == (WORDS, "Dana", 0, False, False)
    for _ in range(2):
        note_helped(house.acting("lee", at=later(days=300)), tip_id=key)
    (tip,) = box_of(house, entry, days=400).tips
    assert (tip.helped, tip.helped_me) == (1, True)
    assert tip.good_until == ask_one("SELECT (%s::timestamptz AT TIME ZONE 'America/New_York')::date + 365",
                                     later(days=300))  # fmt: skip
    assert box_of(house, entry, days=666).tips == ()
    (old,) = get_tips_page(house.acting("lee", at=later(days=666))).tips
    assert old.is_old


def test_the_author_or_a_supervisor_withdraws_and_nobody_else(house: House) -> None:
    entry = add_specialist(house)
    key = write_tip(house.acting("dana"), about=TipAbout.ENTRY, key=str(entry), words=WORDS)
    with pytest.raises(NotFound):
        withdraw_tip(house.acting("lee"), tip_id=key)
    withdraw_tip(house.acting("sol"), tip_id=key)

    assert box_of(house, entry).tips == ()
    for again in (withdraw_tip, note_helped):
        with pytest.raises(NotFound):
            again(house.acting("dana"), tip_id=key)
    assert ask("SELECT words FROM tip") == [(WORDS,)]


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (" ", "tip_empty"),
        ("x" * 601, "note_too_long"),
        ("As with {name}, ask for the nurse.", "tip_name"),
        ("As with {turned}, ask for the nurse.", "tip_name"),
        ("Call 555-867-5309 first.", "tip_phone"),
        ("As for the lady born 3/14/1958.", "tip_date"),
    ],
)
def test_a_note_that_tells_of_a_patient_is_refused(house: House, words: str, refusal: str) -> None:
    take_patient_in(house)
    ((family, given),) = ask("SELECT family, split_part(given, ' ', 1) FROM patient")
    said = words.format(name=f"{given} {family}", turned=f"{family}, {given}")

    with pytest.raises(Refusal, match=refusal):
        write_tip(house.acting("dana"), about=TipAbout.PAYER, key="Blue Plan", words=said)
    assert ask_one("SELECT count(*) FROM tip") == 0


def test_a_number_of_a_record_is_refused_and_a_telephone_of_the_directory_may_stand(house: House) -> None:
    take_patient_in(house)
    entry = add_specialist(house)
    numbers = [value for (value,) in ask("SELECT value FROM patient_identifier") if value.isdigit() and len(value) > 5]
    phone = ask_one("SELECT phone FROM directory_entry WHERE id = %s", entry)
    for number in numbers:
        with pytest.raises(Refusal):
            write_tip(house.acting("dana"), about=TipAbout.PAYER, key="Blue Plan", words=f"See {number}.")

    write_tip(house.acting("dana"), about=TipAbout.ENTRY, key=str(entry), words=f"Ask at {phone} for the nurse.")


def test_notes_on_words_for_patients_and_on_nothing(house: House) -> None:
    sol = house.acting("sol")
    key = list_messages(sol)[0].template.key
    write_tip(sol, about=TipAbout.MESSAGE, key=key, words="Send it in the evening.")
    box = get_message(sol, key=key).line.tips

    assert box is not None
    assert [tip.words for tip in box.tips] == ["Send it in the evening."]
    for about, thing in ((TipAbout.ENTRY, str(UUID(int=1))), (TipAbout.ENTRY, "x"), (TipAbout.MESSAGE, "none"),
                         (TipAbout.LOOP_KIND, "none"), (TipAbout.PAYER, " ")):  # fmt: skip
        with pytest.raises(NotFound):
            write_tip(sol, about=about, key=thing, words=WORDS)
    with pytest.raises(NotFound):
        write_tip(house.acting("tom"), about=TipAbout.PAYER, key="Blue Plan", words=WORDS)
