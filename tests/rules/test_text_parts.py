"""Parts of a text message: the limits of both alphabets, pairs that are not cut apart, and what it costs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.messages import Alphabet, PartPrice, TextParts
from careloop.rules.text_parts import BASIC, EXTENSION, count_parts, estimate_cost

GSM, UCS = Alphabet.GSM7, Alphabet.UCS2
GSM_TEXT = st.text(alphabet=st.sampled_from(sorted(BASIC | EXTENSION)))


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", GSM, 0, 0),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("€" * 80, GSM, 160, 1),
        ("€" * 81, GSM, 162, 2),
        ("á" * 70, UCS, 70, 1),
        ("á" * 71, UCS, 71, 2),
        ("á" * 134, UCS, 134, 2),
        ("á" * 135, UCS, 135, 3),
        ("🙂" * 35, UCS, 70, 1),
        ("🙂" * 36, UCS, 72, 2),
    ],
)
def test_limits_of_both_alphabets(text: str, alphabet: Alphabet, units: int, parts: int) -> None:
    found = count_parts(text)

    assert (found.alphabet, found.units, found.parts) == (alphabet, units, parts)


def test_a_pair_is_not_cut_apart() -> None:
    # 152 and the two septets of the euro do not fit 153: the euro begins the second part, and a third is needed.
    assert count_parts("a" * 152 + "€" + "a" * 152).parts == 3
    assert count_parts("a" * 153 + "a" * 153).parts == 2
    assert count_parts("á" * 66 + "🙂" + "á" * 66).parts == 3


def test_one_accent_turns_all_of_it_and_is_named() -> None:
    text = "Hola, su cita es el sábado. ¿Viene? Señora Peña, llámenos."

    assert count_parts(text).because == ("á",)
    assert count_parts(text.replace("á", "a")) == TextParts(GSM, len(text), 1, 160 - len(text), ())


def test_letters_of_spanish_that_fit_and_that_do_not() -> None:
    assert count_parts("éñÑ¿¡üÜ").alphabet is GSM
    assert count_parts("áíóúÁÍÓÚ").because == tuple("áíóúÁÍÓÚ")


def test_the_alphabet_has_127_signs_besides_the_escape_and_nine_more() -> None:
    assert len(BASIC) == 127
    assert len(EXTENSION) == 10  # the nine signs and the page break


@given(text=GSM_TEXT)
def test_nothing_of_the_alphabet_needs_the_larger_one(text: str) -> None:
    found = count_parts(text)

    assert found.alphabet is GSM
    assert found.because == ()
    assert len(text) <= found.units <= 2 * len(text)


@given(text=st.text())
def test_parts_hold_all_units_and_no_part_is_too_many(text: str) -> None:
    found = count_parts(text)
    alone, each = (160, 153) if found.alphabet is GSM else (70, 67)

    if found.parts <= 1:
        assert found.units + found.left == alone
    else:
        assert found.units > alone
        # At most one unit of each part but the last is lost to a pair.
        assert found.parts * each - found.left - (found.parts - 1) <= found.units <= found.parts * each - found.left
    assert (found.parts == 0) is (text == "")


@given(text=st.text(), more=st.text())
def test_a_longer_text_never_has_fewer_parts(text: str, more: str) -> None:
    assert count_parts(text + more).parts >= count_parts(text).parts


def test_what_it_costs_is_known_only_where_somebody_gave_it() -> None:
    old, new = PartPrice(date(2026, 1, 1), 79, "contract"), PartPrice(date(2026, 7, 1), 83, "contract")

    assert estimate_cost(2, (), date(2026, 11, 20)) is None
    assert estimate_cost(2, (old, new), date(2025, 12, 31)) is None
    assert estimate_cost(2, (old, new), date(2026, 6, 30)) == 158
    assert estimate_cost(2, (old, new), date(2026, 7, 1)) == 166
