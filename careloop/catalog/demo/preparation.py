"""What is in order before the visits of the demo: most of it for those that are near, with some still to be seen to.

A visit is named by its patient, its kind and its day as in the table of visits; those further ahead have nothing noted.
"""

from collections.abc import Mapping

from careloop.facts.preparation import Item

# So many days before the clinic's day it was noted.
NOTED_BACK = 4
# What is noted as seen to, by which words.
SHOWN: Mapping[Item, str] = {
    Item.COVERAGE: "Plan's page, active on the day of the visit.",
    Item.FORMS: "Signed, in the record.",
    Item.INTERPRETER: "Service confirmed by phone.",
    Item.RIDE: "Comes and goes with family.",
    Item.ESCORT: "Her sister comes along.",
    Item.INSTRUCTIONS: "Told by phone, said back in own words.",
    Item.FASTING: "Told by phone: nothing to eat from midnight on.",
    Item.MEDICINE_LIST: "Told by phone, brings the bag.",
    Item.RECORDS: "Letter came by fax.",
}
# Where something does not apply, in whose words.
NOT_NEEDED: Mapping[tuple[str, str, int], Mapping[Item, str]] = {
    ("walter-brandt", "blood", 0): {Item.FORMS: "No new form since the last visit."},
    ("ada-whitfield", "check-up", 0): {Item.RIDE: "Lives across the street."},
}
# What the patient pays, in cents, where the plan said it.
PAYS: Mapping[tuple[str, str, int], int] = {
    ("walter-brandt", "blood", 0): 0,
    ("james-okoye", "heart", 0): 4000,
    ("olga-petrova", "blood", 3): 1500,
}
# What is still open: the visits that are near and not ready.
OPEN: Mapping[tuple[str, str, int], tuple[Item, ...]] = {
    ("elena-morales", "nurse", 0): (Item.COVERAGE, Item.RIDE),
    ("james-okoye", "heart", 0): (Item.RIDE,),
    ("tanisha-brooks", "check-up", 0): (Item.FORMS, Item.INSTRUCTIONS),
    ("kenji-mori", "nurse", 3): (Item.INTERPRETER, Item.RIDE, Item.INSTRUCTIONS),
    ("olga-petrova", "blood", 3): (Item.FASTING,),
}
# Of visits further ahead than so many days nothing is noted yet.
AHEAD = 5
