"""What the people of the demo clinic did in its last days: calls, questions, answers, things put off and things done.

Nothing here opens what a check would find: a deed takes up a loop that is there. Days are counted back in working days.
"""

from dataclasses import dataclass
from enum import StrEnum

from careloop.facts.safety import OverrideReason
from careloop.facts.worklist import ContactResult, Outcome

# The whole demo covers so many working days before its day.
DAYS_BACK = 8


class Verb(StrEnum):
    """What somebody did."""

    SIGN = "sign"
    TASK = "task"
    START = "start"
    CONTACT = "contact"
    FINISH = "finish"
    SNOOZE = "snooze"
    HAND_OFF = "hand_off"
    DISMISS = "dismiss"
    ASK = "ask"
    OVERRIDE = "override"
    SAME = "same"
    AMEND = "amend"


@dataclass(frozen=True, slots=True)
class Deed:
    """One step: so many working days ago, by whom, on what. ``who`` "" is the patient's own coordinator.

    ``check`` names the loop or the finding. ``days`` is until when something is put off, set aside or due, ``to`` who
    gets it.
    """

    back: int
    who: str
    verb: Verb
    patient: str = ""
    check: str = ""
    note: str = ""
    result: ContactResult | None = None
    outcome: Outcome | None = None
    reason: OverrideReason | None = None
    days: int = 0
    to: str = ""


def _call(back: int, patient: str, check: str, result: ContactResult, note: str, *, who: str = "") -> Deed:
    return Deed(back, who, Verb.CONTACT, patient, check, note, result=result)


def _done(back: int, patient: str, check: str, note: str, outcome: Outcome = Outcome.DONE, *, who: str = "") -> Deed:
    return Deed(back, who, Verb.FINISH, patient, check, note, outcome=outcome)


def _task(back: int, patient: str, title: str, days: int) -> Deed:
    return Deed(back, "", Verb.TASK, patient, note=title, days=days)


def _snooze(back: int, patient: str, check: str, days: int, note: str) -> Deed:
    return Deed(back, "", Verb.SNOOZE, patient, check, note, days=days)


def _ask(back: int, patient: str, check: str, note: str, *, to: str, days: int = 3) -> Deed:
    return Deed(back, "", Verb.ASK, patient, check, note, to=to, days=days)


COLON, SUGAR, AFTER = "colorectal_screening", "hba1c_overdue", "visit_after_discharge"
ABNORMAL, CRITICAL = "abnormal_result_without_follow_up", "critical_result_without_follow_up"
TOGETHER, PRESSURE, BREAST = "interacting_medicines", "uncontrolled_blood_pressure", "breast_screening"
REACHED, MESSAGE, SILENT = ContactResult.REACHED, ContactResult.LEFT_MESSAGE, ContactResult.NO_ANSWER
WRONG, BACK = ContactResult.WRONG_NUMBER, ContactResult.CALL_BACK

DEEDS: tuple[Deed, ...] = (
    # A clinician signs what waits for a clinician.
    Deed(8, "asha", Verb.SIGN, check="duplicate_therapy", note="Looked at with our pharmacist. Helpful here."),
    Deed(8, "ben", Verb.SIGN, check="no_visit_in_12_months", note="We want to know who stays away."),
    # Referrals without an answer, and other promises.
    _task(8, "referral-skin", "Ask the skin clinic for their answer", 4),
    _task(8, "referral-heart", "Ask the heart clinic if they have seen him", 6),
    _task(6, "stool-referred", "Find out if the colonoscopy is booked", 5),
    _task(5, "missed", "Find a new time for the missed visit", 2),
    _task(3, "home-heart", "Order a scale for her home", 4),
    _task(2, "new-family", "Book the first visit, with an interpreter", 5),
    _task(2, "girl", "Send the school form back", 6),
    _task(1, "sugar-well", "Thank her for her walking diary", 2),
    # Medicines: asked, answered, set aside.
    _ask(8, "rosa-alvarez", TOGETHER, "She takes ibuprofen for her back, beside warfarin. Should she stop?", to="asha"),
    _done(6, "rosa-alvarez", TOGETHER, "Ibuprofen stopped, acetaminophen instead. Her son knows.", who="asha"),
    _ask(5, "olga-petrova", TOGETHER, "Naproxen since last week, beside warfarin.", to="asha"),
    _ask(4, "two-painkillers", "duplicate_therapy", "She has both at home and takes what is nearer.", to="ben"),
    _done(0, "two-painkillers", "duplicate_therapy", "Naproxen stopped. I have told her why.", who="ben"),
    _ask(3, "sleepless", "high_risk_medicine_over_65", "Her neighbour gave it to her.", to="asha"),
    _done(0, "sleepless", "high_risk_medicine_over_65", "Stopped. We talked about sleep.", who="asha"),
    Deed(
        3, "asha", Verb.OVERRIDE, "grace-lindqvist", TOGETHER, "Level is checked every two weeks.",
        reason=OverrideReason.TOLERATED, days=60, to="Dr. Asha Patel",
    ),
    Deed(
        1, "", Verb.OVERRIDE, "forgetful", "high_risk_medicine_over_65", "The daughter has thrown it away.",
        reason=OverrideReason.ENDED, days=30, to="Dr. Asha Patel",
    ),
    _ask(0, "allergy", "medicine_against_allergy", "From an urgent care clinic. Two doses taken.", to="ben", days=0),
    # Results and blood pressure.
    _call(0, "potassium", CRITICAL, REACHED, "Told him to go to the emergency department now. His wife drives."),
    _call(1, "thin-blood", CRITICAL, MESSAGE, "Dr. Patel called first, no answer. Message in Spanish to the daughter."),
    _call(2, "anemia", CRITICAL, REACHED, "With an interpreter: she feels dizzy. Comes in today."),
    _call(3, "stool-positive", ABNORMAL, REACHED, "Colonoscopy on the third. She needs somebody to drive."),
    _call(2, "pressure-severe", PRESSURE, REACHED, "A second reading at home: 178/104. Dr. Patel calls him."),
    _done(1, "pressure-young", PRESSURE, "Seen by Dr. Castillo: 128/80, no change.", who="ben"),
    _snooze(2, "pressure-high", PRESSURE, 10, "She measures at home for ten days."),
    Deed(1, "", Verb.HAND_OFF, "pressure-higher", PRESSURE, "His dose was never raised. Please look.", to="asha"),
    # Home from hospital.
    _call(0, "home-heart", AFTER, BACK, "Her son asked for a call at five."),
    _call(1, "home-lungs", AFTER, MESSAGE, "Left our number and why we call."),
    _done(0, "home-chest", AFTER, "Seen at the heart clinic yesterday. Their letter is here.", Outcome.ELSEWHERE),
    _call(3, "home-pneumonia", AFTER, SILENT, "Called at noon, with an interpreter on the line."),
    _call(1, "home-pneumonia", AFTER, SILENT, "Called in the evening."),
    Deed(4, "marisol", Verb.SAME, "boy-twice", note="Same name and birth date. His mother says that he was there."),
    # Sugar.
    _call(7, "marie-jean-baptiste", SUGAR, MESSAGE, "In Haitian Creole, by the interpreter."),
    _call(4, "marie-jean-baptiste", SUGAR, SILENT, "No answer at lunch time."),
    _call(1, "marie-jean-baptiste", SUGAR, REACHED, "The test is booked for Thursday at eight."),
    _done(5, "yusuf-haddad", SUGAR, "Tested at the hospital on Monday. Report asked for.", Outcome.ELSEWHERE),
    Deed(
        4, "asha", Verb.DISMISS, "thomas-lindqvist", SUGAR, "Comfort first at his age. No more HbA1c.",
        outcome=Outcome.WITHDRAWN,
    ),
    Deed(3, "", Verb.START, "walter-brandt", SUGAR),
    _call(2, "walter-brandt", SUGAR, WRONG, "A shop answers under this number."),
    _call(2, "sugar-late", SUGAR, MESSAGE, "Left a message with her sister."),
    _done(0, "wei-chen", SUGAR, "He had it done this morning: 7.1 %.", Outcome.DONE),
    # Screens.
    _call(7, "minh-tran", COLON, MESSAGE, "In Vietnamese."),
    _call(5, "minh-tran", COLON, BACK, "His wife asked us to call on Tuesday."),
    _call(1, "minh-tran", COLON, REACHED, "He will do the stool test at home. Kit mailed."),
    _done(6, "xiuying-wang", COLON, "She wants no test this year.", Outcome.DECLINED),
    _snooze(5, "ada-whitfield", COLON, 30, "Kit mailed. Look for the result."),
    _snooze(3, "james-okoye", COLON, 21, "He wants to talk with his sister first."),
    Deed(
        4, "", Verb.DISMISS, "linh-nguyen", COLON, "Done in Tucson in the spring. Report asked for.",
        outcome=Outcome.ELSEWHERE,
    ),
    _call(1, "fatima-haddad", COLON, BACK, "She asked for a woman to call her."),
    _done(0, "breast", BREAST, "Mammogram done. The report came by fax."),
    _call(2, "breast-colon", BREAST, REACHED, "She takes the bus on the ninth."),
    _snooze(0, "cervical", "cervical_screening", 14, "After her exams."),
    _call(1, "colon", COLON, WRONG, "The number belongs to a restaurant."),
    _done(0, "falls", "falls_risk", "Asked: no fall this year. A rail for the stairs is on its way."),
    _snooze(1, "sugar-feet", "diabetic_foot", 12, "The foot nurse is back on the second."),
    _snooze(1, "vaccines", "immunizations_due", 7, "Comes on Friday with his wife."),
    # The record itself.
    Deed(2, "", Verb.AMEND, "ada-whitfield", note="It says that she smokes.|She stopped in 2009."),
)  # fmt: skip
