"""A report of the demo clinic that was filed in the record of another person of the same name, read and told."""

from datetime import date

from careloop.catalog.demo.referrals import DemoReferral, ReferralStep, Step
from careloop.facts.referrals import AnswerKind, Claimed, Urgency

REFERRAL = DemoReferral(
    "olga-petrova", "asha", "neurology", "Is the trembling of her hand harmless?", "Sonoran Memory Clinic",
    Urgency.ROUTINE,
    (ReferralStep(8, Step.MAKE),
     ReferralStep(8, Step.SEND, "Fax report: 2 pages, OK"),
     ReferralStep(7, Step.ANSWER, kind=AnswerKind.ACCEPTED),
     ReferralStep(7, Step.DATE, hours=24),
     ReferralStep(5, Step.SEEN, "Her daughter took her there"),
     ReferralStep(4, Step.REPORT, "The trembling comes from a medicine. Reflexes are equal on both sides."),
     ReferralStep(3, Step.READ, "Ask which medicine it comes from"),
     ReferralStep(2, Step.TELL, "It comes from a medicine and is harmless.")),
)  # fmt: skip
# Found so many working days ago: what stands on the report itself, and how it was found.
BACK = 0
CLAIMED = Claimed("Olga Petrova", date(1949, 8, 30))
REASON = "The birth date on its second page is not hers"
