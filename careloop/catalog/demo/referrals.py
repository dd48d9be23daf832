"""The referrals of the demo clinic: in every state, each with the steps that brought it there.

Days are counted back in working days, as with the other deeds; days of visits ahead from the day of the step.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from careloop.facts.referrals import AnswerKind, Channel, Urgency


class Step(StrEnum):
    """What somebody did with a referral."""

    MAKE = "make"
    SEND = "send"
    UNSURE = "unsure"
    ANSWER = "answer"
    INFO = "info"
    REROUTE = "reroute"
    DATE = "date"
    MISSED = "missed"
    SEEN = "seen"
    REPORT = "report"
    READ = "read"
    TELL = "tell"
    PATIENT_NO = "patient_no"


@dataclass(frozen=True, slots=True)
class ReferralStep:
    """One step: so many working days ago. ``words`` are what was said; ``hours`` from the step to the visit."""

    back: int
    step: Step
    words: str = ""
    kind: AnswerKind = AnswerKind.ACCEPTED
    channel: Channel = Channel.FAX
    hours: int = 0


@dataclass(frozen=True, slots=True)
class DemoReferral:
    """A referral: for whom, who asks what, and what has happened to it."""

    patient: str
    asker: str
    specialty: str
    question: str
    to: str
    urgency: Urgency
    steps: tuple[ReferralStep, ...] = field(default=())


def _made(back: int) -> ReferralStep:
    return ReferralStep(back, Step.MAKE)


def _sent(back: int, words: str, channel: Channel = Channel.FAX) -> ReferralStep:
    return ReferralStep(back, Step.SEND, words, channel=channel)


def _said(back: int, kind: AnswerKind, words: str = "") -> ReferralStep:
    return ReferralStep(back, Step.ANSWER, words, kind=kind)


def _dated(back: int, hours: int) -> ReferralStep:
    return ReferralStep(back, Step.DATE, hours=hours)


BAYVIEW, SKIN, EYES, KIDNEY = "Bayview Heart Clinic", "Desert Skin Clinic", "Mesa Eye Center", "Valley Kidney Care"
ROUTINE, URGENT = Urgency.ROUTINE, Urgency.URGENT
WENT = "Fax report: 3 pages, OK"

REFERRALS: tuple[DemoReferral, ...] = (
    DemoReferral(
        "grace-lindqvist", "asha", "dermatology", "Is the dark spot on her back harmless?", SKIN, ROUTINE,
        (_made(0),),
    ),
    DemoReferral(
        "forgetful", "asha", "neurology", "Is this the beginning of a dementia?", "Sonoran Memory Clinic", ROUTINE,
        (_made(4), ReferralStep(3, Step.INFO, "They take nobody without a memory test. Please do one.")),
    ),
    DemoReferral(
        "pressure-young", "ben", "cardiology", "Why is her pressure high at 31?", BAYVIEW, ROUTINE,
        (_made(2), ReferralStep(1, Step.UNSURE, "The fax went out, no report came", channel=Channel.FAX)),
    ),
    DemoReferral(
        "referral-skin", "ben", "dermatology", "Does the mole need to come off?", SKIN, ROUTINE,
        (_made(8), _sent(8, WENT), _said(2, AnswerKind.SILENT, "On hold for twenty minutes")),
    ),
    DemoReferral(
        "referral-heart", "asha", "cardiology", "Does he need another stent?", BAYVIEW, URGENT,
        (_made(6), _sent(6, WENT), _said(3, AnswerKind.DECLINED, "No new patients before spring")),
    ),
    DemoReferral(
        "wei-chen", "asha", "ophthalmology", "Is there damage from diabetes in the eyes?", EYES, ROUTINE,
        (_made(4), _sent(4, WENT), _said(2, AnswerKind.DELIVERED)),
    ),
    DemoReferral(
        "james-okoye", "asha", "nephrology", "Can the fall of his kidney values be slowed?", KIDNEY, URGENT,
        (_made(5), _sent(5, "Portal: received 10:12", Channel.PORTAL), _said(3, AnswerKind.ACCEPTED)),
    ),
    DemoReferral(
        "marie-jean-baptiste", "asha", "ophthalmology", "Is laser treatment needed?", EYES, ROUTINE,
        (_made(7), _sent(7, WENT), _said(5, AnswerKind.ACCEPTED), _dated(4, 9 * 24)),
    ),
    DemoReferral(
        "anemia", "ben", "gastroenterology", "Where does she lose blood?", "Cactus Digestive Care", URGENT,
        (_made(6), _sent(6, WENT), _said(5, AnswerKind.ACCEPTED), _dated(5, 24),
         ReferralStep(1, Step.SEEN, "Their desk says that she came")),
    ),
    DemoReferral(
        "rosa-alvarez", "asha", "cardiology", "Can warfarin be replaced for her?", BAYVIEW, ROUTINE,
        (_made(8), _sent(8, WENT), _said(6, AnswerKind.ACCEPTED), _dated(6, 24),
         ReferralStep(3, Step.SEEN, "Her son took her there"),
         ReferralStep(1, Step.REPORT, "No change: her valve needs warfarin. Check again in a year.")),
    ),
    DemoReferral(
        "walter-brandt", "asha", "orthopedics", "Does the knee need an operation?", "Copper Bone and Joint", ROUTINE,
        (_made(8), _sent(8, WENT), _said(7, AnswerKind.ACCEPTED), _dated(7, 24),
         ReferralStep(4, Step.SEEN, "He came with his brother"),
         ReferralStep(2, Step.REPORT, "Exercise first. Physical therapy twice a week for six weeks."),
         ReferralStep(1, Step.READ, "Order physical therapy for the knee")),
    ),
    DemoReferral(
        "linh-nguyen", "asha", "endocrinology", "Is the lump in the thyroid harmless?", "Saguaro Endocrine", ROUTINE,
        (_made(8), _sent(8, WENT), _said(7, AnswerKind.ACCEPTED), _dated(7, 24),
         ReferralStep(5, Step.SEEN, "She called to say so"),
         ReferralStep(4, Step.REPORT, "The lump is harmless. Look again in a year."),
         ReferralStep(3, Step.READ, "Ultrasound of the thyroid in a year"),
         ReferralStep(2, Step.TELL, "The lump is not cancer. We look again in a year.")),
    ),
    DemoReferral(
        "sleepless", "asha", "sleep medicine", "Does her breathing stop at night?", "Mesa Sleep Center", ROUTINE,
        (_made(6), ReferralStep(4, Step.PATIENT_NO, "She sleeps better now and does not want a test")),
    ),
    DemoReferral(
        "potassium", "asha", "nephrology", "Why is the potassium so high?", KIDNEY, URGENT,
        (_made(5), _sent(5, WENT), _said(4, AnswerKind.ACCEPTED), _dated(4, 24),
         ReferralStep(2, Step.MISSED, "The bus did not come")),
    ),
)  # fmt: skip
# A report that came for one patient and speaks of another: it waits for somebody to say whose it is.
STRAY = ("anemia", "Nothing remarkable was found.", "Annemarie Gold")
