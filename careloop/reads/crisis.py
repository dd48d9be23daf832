"""The crisis protocol as a page: for everybody of the staff, with or without a patient."""

from careloop.catalog.crisis import load_crisis_numbers
from careloop.facts.access import Acting, Right
from careloop.facts.crisis import CrisisPage, OwnNumber, OwnNumbersPage
from careloop.facts.pages import Choice
from careloop.guard.doors import managing, reading
from careloop.records.models import CrisisNumberRow, Patient, PatientContact, Person, Unit
from careloop.rules.crisis import for_region
from careloop.worklist import crisis as work
from careloop.worklist.settle import clinic_zone


@managing(needs=Right.CRISIS_WRITE, write=False)
def get_crisis_page(acting: Acting) -> CrisisPage:
    """Return what to do in a crisis, whom to call, and who can be asked to see that the person is safe."""
    units = work.list_my_units(acting)
    names = Unit.objects.filter(pk__in=units).order_by("name")
    return CrisisPage(
        at=acting.at,
        zone=clinic_zone(),
        numbers=for_region(load_crisis_numbers(), ""),
        own=_own(),
        owners=work.list_owners(acting, units[:1]),
        units=tuple(Choice(str(one.pk), one.name) for one in names),
        printed_by=_name(acting),
    )


@reading(needs=Right.CRISIS_WRITE, about=Patient)
def get_crisis_page_about(acting: Acting, patient: Patient) -> CrisisPage:
    """Return the same with a patient: how to reach them and where they live, for whoever sends help."""
    phone = (
        PatientContact.objects.filter(patient=patient, system="phone").order_by("id").values_list("value", flat=True)
    )
    parts = (*patient.address_lines, patient.city, patient.state, patient.postal_code)
    return CrisisPage(
        at=acting.at,
        zone=patient.zone,
        numbers=for_region(load_crisis_numbers(), patient.state),
        own=_own(),
        owners=work.list_owners(acting, [patient.unit_id], patient),
        units=(),
        printed_by=_name(acting),
        patient_id=patient.pk,
        patient_name=patient.full_name,
        phone=str(phone.first() or ""),
        address=", ".join(part for part in parts if part),
    )


@managing(needs=Right.DIRECTORY_WRITE, write=False)
def get_numbers_page(acting: Acting) -> OwnNumbersPage:
    """Return the clinic's own numbers, and those that come with the product."""
    return OwnNumbersPage(acting.at, _own(), load_crisis_numbers())


def _own() -> tuple[OwnNumber, ...]:
    rows = CrisisNumberRow.objects.filter(ended_at=None).select_related("made_by").order_by("made_at", "id")
    return tuple(
        OwnNumber(one.pk, one.name, one.number, one.hours, one.version, one.made_by.name, one.made_at) for one in rows
    )


def _name(acting: Acting) -> str:
    return str(Person.objects.values_list("name", flat=True).get(pk=acting.person_id))
