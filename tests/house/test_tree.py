"""The tree itself: sizes, floors, purity, clocks, addresses, and words that have no business in it."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.urls import URLPattern

from careloop.config.urls import urlpatterns
from careloop.web.screen import ABOUT_NO_PATIENT, SCREENS
from tests.house.source import CODE, ROOT, dotted, imported, modules

PURE = ("careloop.basics", "careloop.facts", "careloop.rules", "careloop.formats")
TEXT = {".py", ".md", ".toml", ".txt", ".sh", ".sql", ".html", ".css", ".js", ".json", ".yml", ".yaml", ".cfg", ".po"}
OURS = ("careloop", "tests", "docs", "scripts", "bench", ".ci")


def files() -> list[Path]:
    """Return every text file of the project that a person wrote."""
    found = [p for p in ROOT.iterdir() if p.is_file() and (p.suffix in TEXT or p.name in ("Makefile", ".gitignore"))]
    for folder in OURS:
        found += [p for p in (ROOT / folder).rglob("*") if p.is_file() and (p.suffix in TEXT or not p.suffix)]
    return [p for p in found if "__pycache__" not in p.parts and "vendor" not in p.parts]


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for folder in (CODE, *(ROOT / name for name in ("tests", "bench", "scripts")))
        for path in folder.rglob("*.py")
        if path.name != "0001_tables.py" and (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert long == {}


def test_every_folder_stands_on_a_floor() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = next(c for c in contracts if c["type"] == "layers")
    named = {name.strip() for layer in floors["layers"] for name in re.split(r"[|:]", layer)}
    there = {p.stem for p in CODE.iterdir() if (p.is_dir() and any(p.glob("*.py"))) or p.suffix == ".py"}

    assert there - {"__init__"} == named
    assert floors["exhaustive"] is True


def test_every_folder_is_a_package_that_says_what_it_is_for() -> None:
    folders = {p.parent for p in CODE.rglob("*.py") if "migrations" not in p.parts}
    mute = {
        str(f.relative_to(ROOT)) for f in folders if not ast.get_docstring(ast.parse((f / "__init__.py").read_text()))
    }

    assert mute == set()


@pytest.mark.parametrize("name", ["utils", "util", "common", "helpers", "helper", "managers", "signals", "misc"])
def test_no_room_is_called_by_what_it_is_not(name: str) -> None:
    assert [str(p) for p in CODE.rglob(f"{name}*") if p.stem == name] == []


def test_pure_floors_can_be_loaded_without_django_database_or_network() -> None:
    names = [name for name in modules() if name.startswith(PURE)]
    forbidden = ["django", "psycopg", "sqlite3", "http", "subprocess", "random"]
    code = (
        "import importlib, sys\n"
        f"before = set(sys.modules)\nfor name in {names!r}: importlib.import_module(name)\n"
        f"print(sorted(set({forbidden!r}) & (set(sys.modules) - before)))\n"
    )

    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert len(names) > 25
    assert said.strip() == "[]"


CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "datetime.date.today", "time.time", "time.time_ns", "timezone.now", "time.localtime", "time.gmtime",
}  # fmt: skip


def test_only_one_room_reads_the_wall_clock() -> None:
    reads = {
        (name, dotted(node))
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and dotted(node) in CLOCKS
    }

    assert reads == {("careloop.basics.clock", "datetime.now")}


def test_the_database_is_never_asked_what_time_it_is() -> None:
    """Rules and doors hand the moment down; now() in SQL would be a clock of its own."""
    own = re.compile(
        r"\b(now|clock_timestamp|statement_timestamp|localtimestamp|current_date)\b\s*\(|\bCURRENT_(DATE|TIMESTAMP)\b"
    )
    texts = {p: p.read_text(encoding="utf-8") for p in (CODE / "records" / "migrations" / "sql").glob("*.sql")}
    asked = {p.name: len(own.findall(text)) for p, text in texts.items() if own.search(text)}
    in_code = [
        (name, node.value)
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"SELECT.*\bnow\(\)", node.value)
    ]

    # Only where no door has said the moment: an operator at the database itself.
    views = ("bookings.sql", "covering.sql", "invariants.sql", "outage_meetings.sql", "outages.sql", "triggers.sql")
    assert asked == dict.fromkeys(views, 1)
    assert in_code == []


def test_no_fault_is_swallowed() -> None:
    silent = []
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            is_wide = node.type is None or dotted(node.type) in ("Exception", "BaseException")
            again = any(isinstance(n, ast.Raise) for n in ast.walk(node))
            if is_wide and not again:
                silent.append((name, node.lineno))

    assert silent == []


def test_nothing_is_imported_late_or_by_signal() -> None:
    late = {
        (name, node.lineno)
        for name, tree in modules().items()
        if name.startswith((*PURE, "careloop.actions", "careloop.reads", "careloop.worklist", "careloop.guard"))
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef)
        for node in ast.walk(outer)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    signals = {
        n for n, t in modules().items() for m, _one, _here in imported(t) if m.startswith("django.db.models.signals")
    }

    assert late == set()
    assert signals == set()


def test_no_template_passes_by_escaping() -> None:
    by = re.compile(r"\|\s*safe\b|\bautoescape\s+off\b|\|\s*safeseq\b")
    templates = list((CODE / "web").rglob("*.html")) + list((CODE / "web").rglob("*.txt"))

    assert len(templates) > 20
    assert [str(p) for p in templates if by.search(p.read_text(encoding="utf-8"))] == []


# Answered by the sign-in library, by the framework, by the check that the process lives, or to somebody's calendar.
# Nothing else may be.
NOT_SCREENS = re.compile(
    r"^(allauth\.|django\.views\.i18n\.set_language$|careloop\.web\.(health\.show_alive|feeds\.send_feed|hooks\.\w+)$)"
)


def _views(patterns: list[URLPattern]) -> dict[str, str]:
    views = {}
    for pattern in patterns:
        view = pattern.callback
        views[str(pattern.pattern)] = f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}"
    return views


def test_every_address_is_a_page_or_a_deed_and_every_screen_has_an_address() -> None:
    views = _views(urlpatterns)
    screens = {view for view in views.values() if not NOT_SCREENS.match(view)}

    assert screens == set(SCREENS)
    assert {view for view in views.values() if view.startswith("careloop.")} - screens == {
        "careloop.web.health.show_alive",
        "careloop.web.feeds.send_feed",
        "careloop.web.hooks.take_mail",
        "careloop.web.hooks.take_text",
        "careloop.web.hooks.take_text_status",
    }


# Deeds that a form without a seal may ask for: they touch no row of a patient, or rows of many, each of which is
# ticked in the form and checked by the door. Everything else refuses without one.
WITHOUT_A_PATIENT = {
    "careloop.web.staff.access.set_grouping",
    "careloop.web.staff.calendars.differ",
    "careloop.web.staff.calendars.drop_elsewhere",
    "careloop.web.staff.calendars.fetch_now",
    "careloop.web.staff.calendars.keep_address",
    "careloop.web.staff.calendars.remove_day",
    "careloop.web.staff.calendars.save_hours",
    "careloop.web.staff.calendars.save_kind",
    "careloop.web.staff.calendars.stop_fetching",
    "careloop.web.staff.calendars.take_elsewhere",
    "careloop.web.staff.endpoints.forget_endpoint",
    "careloop.web.staff.endpoints.save_endpoint",
    "careloop.web.staff.caseload.end",
    "careloop.web.staff.caseload.give",
    "careloop.web.staff.caseload.join",
    "careloop.web.staff.caseload.plan_cover",
    "careloop.web.staff.waitlist.offer",
    "careloop.web.staff.waitlist.offer_by_text",
    "careloop.web.staff.crisis.add_number",
    "careloop.web.staff.crisis.end_number",
    "careloop.web.staff.crisis.report",
    "careloop.web.staff.capacity.ask",
    "careloop.web.staff.capacity.move",
    "careloop.web.staff.capacity.say_works",
    "careloop.web.staff.covering.accept",
    "careloop.web.staff.covering.decline",
    "careloop.web.staff.covering.end",
    "careloop.web.staff.covering.give",
    "careloop.web.staff.covering.plan",
    "careloop.web.staff.tips.helped",
    "careloop.web.staff.tips.withdraw",
    "careloop.web.staff.tips.write",
    "careloop.web.staff.handoffs.accept",
    "careloop.web.staff.handoffs.decline",
    "careloop.web.staff.handoffs.make",
    "careloop.web.staff.handoffs.offer_day",
    "careloop.web.staff.handoffs.offer",
    "careloop.web.staff.handoffs.withdraw",
    "careloop.web.staff.threads.set_aside",
    "careloop.web.staff.reminders.save_ladder",
    "careloop.web.staff.outreach.close",
    "careloop.web.staff.outreach.make",
    "careloop.web.staff.outreach.put_back",
    "careloop.web.staff.outreach.take",
    "careloop.web.staff.team.hand_off_day",
    "careloop.web.staff.team.hand_over",
    "careloop.web.staff.access.set_language",
    "careloop.web.staff.access.set_theme",
    "careloop.web.staff.admin.stop_session",
    "careloop.web.staff.admin_people.add_person",
    "careloop.web.staff.admin_people.agree_staff",
    "careloop.web.staff.admin_people.correct",
    "careloop.web.staff.admin_people.end_work",
    "careloop.web.staff.admin_people.new_role",
    "careloop.web.staff.admin_people.teams",
    "careloop.web.staff.admin_people.withdraw_staff",
    "careloop.web.staff.admin_places.clear_day",
    "careloop.web.staff.admin_places.save_unit",
    "careloop.web.staff.admin_places.set_day",
    "careloop.web.staff.channels.test_channel",
    "careloop.web.staff.mailbox.read_now",
    "careloop.web.staff.mailbox.save_mailbox",
    "careloop.web.staff.mailbox.stop_reading",
    "careloop.web.staff.directory.check_entry",
    "careloop.web.staff.feeds.revoke",
    "careloop.web.staff.directory.save_entry",
    "careloop.web.staff.directory_import.fill_from_records",
    "careloop.web.staff.directory_import.take_table",
    "careloop.web.staff.groups.cancel_group",
    "careloop.web.staff.groups.open_group",
    "careloop.web.staff.messages.approve",
    "careloop.web.staff.messages.review",
    "careloop.web.staff.messages.send_back",
    "careloop.web.staff.outages.send_out",
    "careloop.web.staff.outages.undo_out",
    "careloop.web.staff.registration.register",
    "careloop.web.staff.signing.sign",
}


def test_every_deed_asks_for_the_seal_of_the_patient_but_those_that_touch_none() -> None:
    views = {f"{p.callback.__module__}.{p.callback.__qualname__}": str(p.pattern) for p in urlpatterns
             if hasattr(p.callback, "__qualname__")}  # fmt: skip

    assert ABOUT_NO_PATIENT == WITHOUT_A_PATIENT
    # A kind of visit, an entry of the directory, an outage, a freed time, a group, the head of a handoff and what waits
    # for a name are nobody's; any other id could be a patient's.
    nobodys = r"<uuid:(?!(?:entry|outage|freed|group|handoff|review|kind|list|absence|tip)_id>)"
    assert [name for name in WITHOUT_A_PATIENT if re.search(nobodys, views[name])] == []


def test_every_form_that_is_sent_to_a_deed_about_a_patient_carries_its_seal() -> None:
    """A form is written in a template; the seal comes with the tag, or with the fields that every loop's form has."""
    bare = []
    for path in (CODE / "web" / "templates").rglob("*.html"):
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), re.DOTALL):
            named = re.search(r'action="{% url "(loop-|patient(?!-new|-register)|same)', form)
            if named and not re.search(r"{% seal |staff/carry\.html", form):
                bare.append((path.name, form[:80]))

    assert bare == []


# Put together so that this file does not hold them itself.
MACHINE = re.compile("|".join(["/" + "root" + "/", "/" + "work" + "/", "/" + "home/[a-z]+/", "C:" + r"\\\\Users"]))


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = {}
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if hit := MACHINE.search(text):
            found[str(path.relative_to(ROOT))] = text[max(0, hit.start() - 30) : hit.end() + 30]

    assert found == {}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_files_pin_and_hash_everything_and_name_no_index(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    loose = [pin.splitlines()[0] for pin in pins if not re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", pin)]
    bare = [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin]

    assert len(pins) > 20
    assert loose == []
    assert bare == []
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_what_is_asked_for_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pinned = {name: set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / name).read_text(), re.MULTILINE))
              for name in ("requirements.txt", "requirements-dev.txt")}  # fmt: skip

    def plain(wanted: list[str]) -> set[str]:
        return {re.split(r"[\[<>=!~ ]", one)[0].lower() for one in wanted}

    assert plain(project["project"]["dependencies"]) <= pinned["requirements.txt"]
    assert plain(project["dependency-groups"]["dev"]) <= pinned["requirements-dev.txt"]
    assert pinned["requirements.txt"] <= pinned["requirements-dev.txt"]


@pytest.mark.parametrize(
    "name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "NOTICE", "docs/ARCHITECTURE.md"]
)
def test_a_newcomer_finds_what_every_project_has(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").split()) > 20


@pytest.mark.parametrize("name", ["tutorials", "how-to", "reference", "explanation", "adr", "recipes"])
def test_the_documents_have_their_folders(name: str) -> None:
    assert list((ROOT / "docs" / name).glob("*.md"))
