"""Who stands around some patients of the demo clinic, what each may hear, and what is under way. All are invented."""

from dataclasses import dataclass

from careloop.facts.consents import Relation, Road, Topic
from careloop.facts.handoffs import IllnessLevel


@dataclass(frozen=True, slots=True)
class DemoMember:
    """Somebody of a patient's circle, and about what they may hear on which roads for so many days."""

    patient: str
    name: str
    relation: Relation
    language: str = "en"
    needs_interpreter: bool = False
    phone: str = ""
    email: str = ""
    is_emergency: bool = False
    topics: tuple[Topic, ...] = ()
    roads: tuple[Road, ...] = (Road.PHONE, Road.IN_PERSON)
    days: int = 365


@dataclass(frozen=True, slots=True)
class DemoLine:
    """What is said of one patient in the handoff."""

    patient: str
    level: IllnessLevel
    summary: str


CIRCLE = (
    DemoMember(
        "rosa-alvarez", "Elena Alvarez", Relation.CHILD, "es", phone="602-555-0191", email="elena@demo.example",
        is_emergency=True, topics=(Topic.VISITS, Topic.MEDICINES), roads=(Road.PHONE, Road.IN_PERSON, Road.EMAIL),
    ),
    DemoMember("rosa-alvarez", "Miguel Alvarez", Relation.CHILD, "es", phone="602-555-0192", topics=(Topic.VISITS,)),
    DemoMember("rosa-alvarez", "Carmen Ruiz", Relation.NEIGHBOUR, "es"),
    DemoMember(
        "ruth-abramova", "Katya Abramova", Relation.FAMILY, "ru", needs_interpreter=True, phone="602-555-0193",
        topics=(Topic.VISITS, Topic.MONEY), is_emergency=True,
    ),
    DemoMember("minh-tran", "Lan Tran", Relation.SPOUSE, "vi", phone="602-555-0194", topics=(Topic.EVERYTHING,)),
)  # fmt: skip
# Who asks whom about whom.
ASKED = ("dana", "marisol", "rosa-alvarez", "Her daughter asks to come to the heart clinic. Who tells them she comes?")
GIVER, RECEIVER = "dana", "marisol"
HANDED = (
    DemoLine("james-okoye", IllnessLevel.STABLE, "Heart pills are hard to get at his pharmacy. Mornings are best."),
    DemoLine("grace-lindqvist", IllnessLevel.WATCHER, "The skin clinic does not answer faxes. She waits for a result."),
)
WHAT_IF = ("grace-lindqvist", "the skin clinic says the spot must come out", "book it and tell her the same day")
# A family meeting that is set: about whom, by whom, why, and what the patient wants.
MEETING = ("ruth-abramova", "dana", "Help at home after the fall", "I want to stay in my own kitchen.")
AGENDA = "Who comes in the morning\nThe stairs\nWho pays for what"
DISTRESS = ("grace-lindqvist", "dana", "I lie awake and think the worst. I do not want to ask again.")
GROUPS = (
    ("Night talk for those who wait for news", "Waiting for a result", "en; es", True, "602-555-0196", "Free"),
    ("Neighbors who care for somebody", "Caring for somebody at home", "en; ru", False, "602-555-0197", "Free"),
)
ON_CALL = ("Clinician on call", "602-555-0190", "Day and night")
