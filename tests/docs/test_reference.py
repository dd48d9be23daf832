"""The reference is whole: commands, variables, tables, checks, screens, keys and never events as the code has them."""

import re
from pathlib import Path

import pytest
import typer

from careloop.catalog.knowledge import load_knowledge
from careloop.cli import output
from careloop.cli.main import app
from careloop.config.urls import urlpatterns
from careloop.facts.access import Role
from careloop.formats.patient_table import COLUMNS
from careloop.records import models
from careloop.records.migrations import __path__ as migrations
from careloop.rules.checks import find_checks
from careloop.rules.measures import find_measures
from careloop.rules.worklist import CREDIT_DAYS
from careloop.web.nav import list_ways
from careloop.web.screen import SCREENS
from careloop.web.templatetags.shell import KEYS
from tests.docs.pages import DOCS, ROOT, read_sections, read_words

REFERENCE = DOCS / "reference"
SQL = {path.stem: path.read_text() for path in (Path(migrations[0]) / "sql").glob("*.sql")}
WALLED = re.findall(r'^    "(\w+)": "\w+",$', (Path(migrations[0]) / "0002_walls.py").read_text(), re.MULTILINE)
WALLED += [
    table
    for path in Path(migrations[0]).glob("*.py")
    for tables in re.findall(r"^PATIENT_TABLES = \(([^)]*)\)", path.read_text(), re.MULTILINE)
    for table in re.findall(r'"(\w+)"', tables)
]
VARIABLE = re.compile(r"\b(?:CARELOOP_[A-Z_]*[A-Z]|DATABASE_URL)\b")


def _walk(command: object, path: str) -> dict[str, object]:
    inner = getattr(command, "commands", {})
    leaves = {} if inner else {path: command}
    for name, one in inner.items():
        leaves |= _walk(one, f"{path} {name}")
    return leaves


COMMANDS = _walk(typer.main.get_command(app), "careloop")


def _options(command: object) -> set[str]:
    params = getattr(command, "params", [])
    return {flag for p in params for flag in (*p.opts, *p.secondary_opts) if flag.startswith("--")}


def test_the_reference_has_a_section_for_each_command_and_no_other() -> None:
    assert read_sections(REFERENCE / "command-line.md").keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_explained_and_no_other(name: str) -> None:
    said = set(re.findall(r"--[a-z][a-z-]*", read_sections(REFERENCE / "command-line.md")[name]))

    assert said == _options(COMMANDS[name])


def test_the_options_of_the_program_itself_are_explained() -> None:
    words = read_words(REFERENCE / "command-line.md")

    assert _options(typer.main.get_command(app)) <= words


def test_every_exit_code_is_explained() -> None:
    text = (REFERENCE / "command-line.md").read_text()
    codes = [output.OK, output.PROBLEMS, output.USAGE, output.CONFIGURATION, output.UNAVAILABLE, output.PARTIAL]

    assert [int(code) for code in re.findall(r"^\| (\d) \|", text, re.MULTILINE)] == codes


def test_every_json_object_is_shown_with_the_schema_that_the_code_writes() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "careloop" / "cli").glob("*.py"))
    text = (REFERENCE / "command-line.md").read_text()

    written = re.findall(r'"schema": "(careloop\.\w+\.\d+)"', code)
    assert len(written) > 5
    assert set(re.findall(r'"schema": "(careloop\.\w+\.\d+)"', text)) == set(written)


def test_every_variable_that_is_read_is_explained_and_no_other() -> None:
    places = [ROOT / "Makefile", ROOT / ".ci" / "run"]
    for folder in ("careloop", "scripts", "tests", "bench"):
        places += [p for p in (ROOT / folder).rglob("*") if p.suffix in (".py", ".sh") and p.parent.name != "docs"]
    used = {name for place in places for name in VARIABLE.findall(place.read_text())}
    explained = {word for word in read_words(REFERENCE / "configuration.md") if VARIABLE.fullmatch(word)}

    assert explained == used


def test_every_table_is_in_the_data_dictionary_with_its_wall() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", (REFERENCE / "data-dictionary.md").read_text(), re.MULTILINE)
    said = dict(rows)
    tables = {getattr(models, name)._meta.db_table for name in models.__all__}
    own = set(re.findall(r"ALTER TABLE (\w+) FORCE ROW LEVEL SECURITY", "\n".join(SQL.values())))

    assert said.keys() == tables
    assert {table for table, wall in rows if wall == "patient"} == set(WALLED)
    assert {table for table, wall in rows if wall == "own"} == own


def test_every_check_has_a_section_with_its_rules_and_how_well_they_were_checked() -> None:
    sections = read_sections(REFERENCE / "checks.md")

    assert sections.keys() == find_checks().keys()
    for name, check in find_checks().items():
        assert all(f"`{rule}`" in sections[name] for rule in check.rule_ids), name
        for rule_id in check.rule_ids:
            source = load_knowledge().rules[rule_id].source
            assert str(source.confidence) in sections[name], rule_id
            assert str(source.year) in sections[name], rule_id


def test_every_view_of_a_never_event_is_explained_and_what_stops_it_exists() -> None:
    page = REFERENCE / "never-events.md"
    words = read_words(page)
    built = "\n".join([*SQL.values(), *(p.read_text() for p in (ROOT / "careloop" / "records").glob("*.py"))])
    built += "\n".join(p.read_text() for p in (ROOT / "careloop").rglob("*.py") if p.parent.name != "docs")

    views = set(re.findall(r"CREATE VIEW (inv_\w+)", "\n".join(SQL.values())))
    assert {w for w in words if w.startswith("inv_")} == views
    named = {w for w in words if re.fullmatch(r"[a-z]+(_[a-z]+)+", w)}
    assert sorted(word for word in named if word not in built) == []


# Pages of administration: whatever of them is a page and is looked at, not sent.
ADMIN_SCREENS = {
    re.sub(r"<[^>]+>", "…", f"/{p.pattern}")
    for p in urlpatterns
    if str(p.pattern).startswith("admin/")
    and str(p.name) not in ("admin-person-link", "admin-audit-export")
    and SCREENS[f"{p.callback.__module__}.{p.callback.__name__}"] == "page"
}


def test_every_address_of_a_screen_is_listed() -> None:
    listed = re.findall(r"^\| `(/[^`]*)` \|", (REFERENCE / "screens-and-keys.md").read_text(), re.MULTILINE)
    said = set(listed)
    assert len(listed) == len(said)
    # Deeds and the parts of sign-in have no screen of their own to look up.
    screens = {f"/{p.pattern}" for p in urlpatterns if not re.search(r"loops/|/tasks/|/.+/.+/", f"/{p.pattern}")}

    assert said == {re.sub(r"<[^>]+>", "…", screen) for screen in screens} | {
        "/patients/…/",
        "/patients/…/all/…/",
        "/loops/…/",
        "/patients/…/waitlist/",
        "/waitlist/times/…/",
        "/patients/…/circle/",
        "/patients/…/caller/",
        "/patients/…/sent/",
        "/patients/…/sent/…/letter.pdf",
        "/patients/…/disclosures/",
        "/patients/…/links/",
        "/patients/…/medicine-reminders/",
        "/patients/…/next.pdf",
        "/p/here/",
        "/p/here/large.pdf",
        "/p/closed/",
        "/p/…/",
        "/patients/…/disclosures/accounting.pdf",
        "/patients/…/disclosures/…/copy.pdf",
        "/patients/…/meetings/",
        "/patients/…/meetings/…/",
        "/patients/…/meetings/…/sheet.pdf",
        "/patients/…/meetings/…/summary/…/",
        "/patients/…/meetings/…/summary/…/sheet.pdf",
        "/patients/…/support/",
        "/messages/figures/",
        "/messages/…/",
        "/patients/…/messages/",
        "/team/caseloads/",
        "/cover/share/",
        "/cover/shares/…/",
        "/handoffs/new/",
        "/handoffs/…/",
        "/outreach/new/",
        "/outreach/…/",
        "/patients/…/call/",
        "/patients/new/",
        "/patients/…/visits/new/",
        "/visits/day/",
        "/visits/groups/",
        "/visits/groups/…/",
        "/visits/out/",
        "/visits/out/…/",
        "/directory/…/hours/",
        "/directory/…/",
        "/directory/find/",
        "/directory/import/",
        "/directory/new/",
        "/directory/…/fhir/",
        "/visits/…/",
        "/visits/…/move/",
        "/you/calendar/",
        "/review/same/…/",
        "/patients/…/plan/",
        "/patients/…/safety/",
        "/patients/…/summary.pdf",
        "/checks/…/",
        "/referrals/…/",
        "/referrals/…/packet/",
        "/referrals/figures/",
        "/referrals/unmatched/",
        "/patients/…/refer/",
        *ADMIN_SCREENS,
    }


def test_every_key_that_the_pages_list_is_listed() -> None:
    template = (ROOT / "careloop" / "web" / "templates" / "web" / "keys.html").read_text()
    keys = {k.lower() for k in re.findall(r"<kbd[^>]*>([^<{]+)</kbd>", template)}
    keys |= {key for key, _words in KEYS} | {entry.key for entry in list_ways()}
    rows = re.findall(r"^\| (`.+`) \|", read_sections(REFERENCE / "screens-and-keys.md")["Keys"], re.MULTILINE)

    assert {key.lower() for row in rows for key in re.findall(r"`([^`]+)`", row)} == keys


def test_the_credits_for_harm_stand_in_the_explanation_as_the_rule_has_them() -> None:
    text = (DOCS / "explanation" / "order-of-the-list.md").read_text()
    said = dict(re.findall(r"^\| (\w+) \| (\d+)(?: days)? \|", text, re.MULTILINE))

    assert said == {severity.name.lower(): str(days) for severity, days in CREDIT_DAYS.items()}


def test_every_role_that_can_be_hired_is_explained() -> None:
    text = (DOCS / "how-to" / "add-a-person.md").read_text()
    said = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))

    assert said == {str(r) for r in Role} - {Role.PATIENT, Role.PROXY, Role.PARTNER, Role.SYSTEM}


def test_every_measure_is_listed_with_its_version() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", (REFERENCE / "measures.md").read_text(), re.MULTILINE)

    assert rows == [(measure.name, measure.version) for measure in find_measures().values()]


def test_every_column_of_a_table_of_patients_is_listed_with_its_other_names() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ([^|]+) \|$", (DOCS / "how-to" / "bring-records-in.md").read_text(), re.MULTILINE
    )
    said = {name: {_spell(one) for one in re.split("[,:;]", others)} for name, others in rows}

    assert said.keys() == COLUMNS.keys()
    assert {n: set(spelled) - said[n] - {_spell(n)} for n, spelled in COLUMNS.items()} == {n: set() for n in COLUMNS}


def _spell(words: str) -> str:
    return "".join(c for c in words.lower() if c.isalnum())
