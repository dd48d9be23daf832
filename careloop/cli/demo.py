"""``careloop demo``: a small invented clinic, made once from a seed and kept."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from careloop.basics.clock import read_clock
from careloop.catalog.demo.clinic import DemoClinic, make_clinic
from careloop.cli.boot import operator
from careloop.cli.init import prepare
from careloop.cli.output import CONFIGURATION, fail, say
from careloop.cli.serve import run
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role

PASSWORD = "careloop-demo-2026"  # noqa: S105
SEED = 7


def demo(
    port: Annotated[int, typer.Option(help="The port to serve on.")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Make the clinic and end.")] = False,
) -> None:
    """Make the demo clinic if it is not there, then serve it. Everybody in it is invented."""
    prepare()
    from careloop.reads.health import get_clinic_marks

    marks = get_clinic_marks(operator())
    if marks.patients and not marks.is_demo:
        why = "It holds records that are not the demo's."
        fail(CONFIGURATION, "This database is not a demo.", why, "Set CARELOOP_HOME to another folder.")
    clinic = make_clinic(seed=SEED, on=read_clock().date())
    if not marks.is_demo_ready:
        say("Making the demo clinic ...")
        _fill(clinic)
    _tell(clinic, port)
    if not no_serve:
        run("127.0.0.1", port, with_worker=True)


def _fill(clinic: DemoClinic) -> None:
    """Put the clinic in: people, records, caseloads, tasks, and the first round of checks."""
    from careloop.actions.demo import mark_demo, mark_demo_ready
    from careloop.actions.intake.fhir import Arriving, take_in_fhir
    from careloop.actions.people import assign_caseload, hire, join_care_team, make_team
    from careloop.formats.fhir.read import read_document
    from careloop.jobs.worker import do_due_work
    from careloop.reads.health import find_patients_of_source, list_staff

    mark_demo(operator(), name=clinic.name, zone=clinic.zone)
    units = {name: make_team(operator(), name=name) for name in clinic.teams}
    hired = {line.email: line.id for line in list_staff(operator())}
    people: dict[str, UUID] = {}
    for one in clinic.staff:
        reach = list(units.values()) if one.role is Role.SUPERVISOR else [units[one.team]]
        people[one.key] = hired.get(one.email) or hire(
            operator(), name=one.name, email=one.email, role=one.role, password=PASSWORD, unit_ids=reach,
            language=one.language,
        )  # fmt: skip
    on = read_clock().date()
    for patient in clinic.patients:
        package = read_document(patient.bundle, is_ndjson=False, on=on)
        arriving = Arriving(name=f"{patient.key}.json", unit_id=units[patient.team], source="demo")
        take_in_fhir(operator(purpose=Purpose.INTAKE), package, arriving)
    ids = find_patients_of_source(operator(), source="demo")
    keys = {patient.key: ids[fhir_id] for patient, fhir_id in zip(clinic.patients, _fhir_ids(clinic), strict=True)}
    for staff in clinic.staff:
        own = [keys[p.key] for p in clinic.patients if p.coordinator == staff.key]
        if own:
            assign_caseload(operator(), own, to_person=people[staff.key])
        team = [keys[p.key] for p in clinic.patients if staff.key in p.care_team]
        if team:
            join_care_team(operator(), team, person_id=people[staff.key], part=str(staff.role))
    do_due_work(read_clock)
    _open_tasks(clinic, keys, people)
    mark_demo_ready(operator())


def _fhir_ids(clinic: DemoClinic) -> list[str]:
    from careloop.formats.fhir.read import read_document

    found = []
    for patient in clinic.patients:
        package = read_document(patient.bundle, is_ndjson=False, on=read_clock().date())
        found.append(next(r.fhir_id for r in package.resources if r.patient is not None))
    return found


def _open_tasks(clinic: DemoClinic, keys: dict[str, UUID], people: dict[str, UUID]) -> None:
    from careloop.actions.worklist import open_task

    for task in clinic.tasks:
        at = read_clock()
        due_on = at.astimezone(ZoneInfo(clinic.zone)).date() + timedelta(days=task.due_in_days)
        acting = Acting(SYSTEM_ID, Role.SYSTEM, at, Purpose.DEMO)
        open_task(
            acting, keys[task.patient], title=task.title, due_on=due_on, note=task.note, to_person=people[task.staff]
        )


def _tell(clinic: DemoClinic, port: int) -> None:
    typer.echo(f"{clinic.name}: a demo. Everybody in it is invented.")
    typer.echo(f"Address: http://127.0.0.1:{port}/")
    typer.echo(f"Password for everybody: {PASSWORD}")
    for one in clinic.staff:
        typer.echo(f"  {one.email:32} {one.role:14} {one.name}")
