"""What answers mean: a table in English and Spanish as people really write, and what holds for every text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careloop.catalog.answers import load_vocabulary
from careloop.facts.answers import Asked, Meaning, Phrase, Place, Understood
from careloop.rules.answers import is_near, understand

WORDS = load_vocabulary()
ANY_ASKED = st.sampled_from(Asked)
ANY_CASE = st.sampled_from([str.upper, str.lower, str.title])


def meant(text: str, asked: Asked = Asked.VISIT) -> tuple[Meaning, ...]:
    found = understand(text, asked, WORDS)
    return (found.meaning, *found.also)


# What people write, by what it means; two meanings with a blank between them.
WRITTEN: dict[str, list[str]] = {
    "yes": [
        "1", "1.", " 1 ", "1️⃣", "Yes", "YES!!!", "yesss", "Y", "yea", "yup", "ok", "Okay, thank you",
        "Ok I will be there. Thanks!", "I'll be there", "I’ll be there", "confrim", "Confirmed", "👍", "👍🏽",
        "yes 👍", "Hi, yes, I will come", "see you then", "sounds good", "Sí", "si", "Siii", "Sí, gracias",
        "Hola, sí, ahí estaré. ¡Gracias!", "ay estare", "claro que sí", "esta bien", "ta bien", "Confirmo",
        "si voy", "Buenas tardes, sí puedo ir", "de acuerdo", "allí estaré",
    ],
    "change": [
        "2", "2 please", "1 2", "change", "Chnage", "TIME", "HORA", "ora", "reschedule",
        "reschedual please", "rescheduel", "another day", "I need to reschedule", "cancel my appointment",
        "Cancel appt", "cambiar", "cambiar la cita por favor", "reagendar", "reprogramr",
        "Cancelar mi cita", "otro día", "yes but I need another day", "no, another day",
        "no, otro día por favor",
    ],
    "words": [
        "3", "12", "1 or 2", "quiero cambiar mi cita", "S T O P", "I can't stop coughing",
        "stop by tomorrow", "should I stop taking the pills", "stop taking my pills?",
        "dont stop texting me", "end of the month works", "¿Dejo de tomar la pastilla?",
        "no deje de escribirme", "I start my new job Monday", "help with my bill", "yes?", "What time?",
        "yes or no?", "yes no", "👍👎", "I think yes", "My daughter will call you",
        "yes if my knee is better", "Not yes", "no sé", "wrong number", "New phone who dis", "", "   ",
        "...", "😀", "да", "是",
    ],
    "no": [
        "no", "No.", "nope", "I can't make it", "cant come", "won't be there", "not coming", "no thanks",
        "No puedo", "no voy a poder ir", "No, gracias", "👎", "no podré ir",
    ],
    "ride": [
        "RIDE", "need a ride", "no ride", "I don't have a car", "transportation", "transportaton", "VIAJE",
        "biaje", "transporte", "No tengo quien me lleve", "necesito un raite", "trasporte",
    ],
    "yes ride": [
        "yes but I need a ride", "Sí, pero necesito transporte",
    ],
    "change ride": [
        "another day and a ride",
    ],
    "money": [
        "how much is it", "can't pay", "cuánto cuesta", "no puedo pagar",
    ],
    "stop": [
        "STOP", "stop", "Stop.", "stpo", "STOPPP", "stop please", "please stop", "STOPALL", "stop all",
        "QUIT", "end", "END", "revoke", "opt out", "opt-out", "unsubscribe", "unsuscribe", "Unsubcribe",
        "ALTO", "alto!", "PARE", "pare por favor", "paren", "parar", "detener", "no más", "basta",
    ],
    "stop words": [
        "cancel", "CANCELAR", "Please do not text me any more", "dont text me", "can you stop texting me?",
        "Take me off your list", "remove me from this", "STOP you people", "no me escriba más",
        "Por favor ya no me manden mensajes", "no quiero recibir textos", "dejen de escribirme",
        "deme de baja", "quítenme de la lista",
    ],
    "start": [
        "START", "unstop", "empezar", "start again",
    ],
    "help": [
        "HELP", "help?", "INFO", "who is this?", "AYUDA", "alluda", "¿Quién es?",
    ],
    "urgent": [
        "I want to die", "suicide", "sucide", "I am going to kill my self", "i might hurt myself",
        "I have chest pain since last night", "my chest hurts", "cant breathe", "I can’t breath",
        "took too many pills", "he hits me", "No chest pain today", "Is this an emergancy",
        "should I call 911?", "my baby is not moving", "the baby is not moving", "help me now",
        "Quiero morirme", "quiero morir", "me quiero matar", "suisidio", "no puedo respirar",
        "me duele el pecho", "DOLOR EN EL PECHO", "mi esposo me pega", "es una emergencia", "emerjencia",
        "auxilio", "yes, I will come but my chest hurts",
    ],
    "urgent stop": [
        "STOP. I want to die", "no me escriban, me quiero morir",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [(text, meanings) for meanings, texts in WRITTEN.items() for text in texts],
)
def test_what_people_write(text: str, expected: str) -> None:
    assert meant(text) == tuple(Meaning(one) for one in expected.split())


@pytest.mark.parametrize(
    ("asked", "digit", "expected"),
    [
        (Asked.VISIT, "1", Meaning.YES),
        (Asked.VISIT, "2", Meaning.CHANGE),
        (Asked.OFFER, "1", Meaning.YES),
        (Asked.OFFER, "2", Meaning.NO),
        (Asked.PILLS, "2", Meaning.NO),
        (Asked.NOTHING, "1", Meaning.WORDS),
        (Asked.NOTHING, "2", Meaning.WORDS),
    ],
)
def test_a_digit_means_what_the_newest_message_said(asked: Asked, digit: str, expected: Meaning) -> None:
    assert meant(digit, asked) == (expected,)


def test_cancel_alone_ends_the_texts_and_a_person_asks_if_the_visit_was_meant() -> None:
    assert meant("cancel", Asked.VISIT) == (Meaning.STOP, Meaning.WORDS)
    assert meant("cancel", Asked.NOTHING) == (Meaning.STOP,)


def test_what_is_only_guessed_is_a_hint_and_moves_nothing() -> None:
    assert understand("My son says I need a ride on Monday", Asked.VISIT, WORDS) == Understood(
        Meaning.WORDS, hints=(Meaning.RIDE,)
    )


def test_the_language_of_the_answer_is_told_by_its_words() -> None:
    assert understand("sí, ahí estaré", Asked.VISIT, WORDS).language == "es"
    assert understand("yes", Asked.VISIT, WORDS).language == "en"
    assert not understand("1", Asked.VISIT, WORDS).language


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("suicide", "suicide", True),
        ("sucide", "suicide", True),
        ("suiccide", "suicide", True),
        ("suicidr", "suicide", True),
        ("siucide", "suicide", True),
        ("suicida", "suicide", True),
        ("siucied", "suicide", False),
        ("suic", "suicide", False),
        ("shop", "stop", False),
        ("emergenc", "emergency", True),
        ("", "emergency", False),
    ],
)
def test_a_long_word_may_have_one_letter_wrong(word: str, known: str, near: bool) -> None:
    assert is_near(word, known) is near


@given(st.text(max_size=300), ANY_ASKED)
@example("\x00", Asked.VISIT)
@example("👍" * 5000, Asked.OFFER)
def test_whatever_comes_is_understood_as_something(text: str, asked: Asked) -> None:
    found = understand(text, asked, WORDS)

    assert found.meaning not in found.also
    assert bool(found.found) is (found.meaning is not Meaning.WORDS)


URGENT = [p for p in WORDS.phrases if p.meaning is Meaning.URGENT]
PLAIN = st.text(st.sampled_from("abdeghklmnrtuvwz"), min_size=1, max_size=6)


@given(st.sampled_from(URGENT), st.lists(PLAIN, max_size=4), st.lists(PLAIN, max_size=4), ANY_ASKED, ANY_CASE)
@settings(max_examples=150)
def test_danger_is_heard_wherever_it_stands(
    phrase: Phrase, before: list[str], after: list[str], asked: Asked, case: object
) -> None:
    text = " ".join([*before, *phrase.words, *after])

    assert callable(case)
    assert understand(case(text), asked, WORDS).meaning is Meaning.URGENT


STOPS = [p for p in WORDS.phrases if p.meaning is Meaning.STOP and p.place is not Place.FIRST]


@given(
    st.sampled_from(STOPS), ANY_ASKED, ANY_CASE, st.sampled_from(["", ".", "!!", " please", " por favor", " gracias"])
)
@settings(max_examples=150)
def test_every_word_for_stop_ends_the_texts(phrase: Phrase, asked: Asked, case: object, end: str) -> None:
    assert callable(case)
    assert understand(case(" ".join(phrase.words) + end), asked, WORDS).has(Meaning.STOP)


KNOWN = {word for phrase in WORDS.phrases for word in phrase.words} | {w for one in WORDS.fillers for w in one}


@given(PLAIN.filter(lambda word: word not in KNOWN), st.sampled_from(["yes", "sí", "ok", "1", "ahí estaré"]), ANY_ASKED)
@settings(max_examples=150)
def test_a_yes_with_a_word_that_is_not_known_confirms_nothing(word: str, yes: str, asked: Asked) -> None:
    for text in (f"{yes} {word}", f"{word} {yes}"):
        assert not understand(text, asked, WORDS).has(Meaning.YES)


@given(st.sampled_from(["yes", "sí", "1", "ok"]), ANY_ASKED)
def test_a_question_confirms_nothing(yes: str, asked: Asked) -> None:
    assert understand(f"{yes}?", asked, WORDS).meaning is Meaning.WORDS
