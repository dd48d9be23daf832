"""Migrations are done in groups of steps: in their order, and never an addition beside the making of its table."""

from django.apps import apps
from django.core.management import load_command_class
from django.db import models
from django.db.migrations import AddField, AddIndex, AlterField, CreateModel, RemoveField, RunSQL
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from careloop.records.management.commands.migrate import Command, group_steps


def make(name: str) -> CreateModel:
    return CreateModel(name, fields=[("id", models.BigAutoField(primary_key=True))])


def add(name: str) -> AddField:
    return AddField(name, "note", models.TextField(default=""))


def change(name: str) -> AlterField:
    return AlterField(name, "note", models.TextField(null=True))


def test_what_does_not_hang_on_each_other_is_done_together() -> None:
    index = AddIndex("old", models.Index(fields=["note"], name="old_note"))
    steps = [RunSQL("SELECT 1"), make("One"), make("Two"), add("old"), index, RunSQL("SELECT 2")]

    assert list(group_steps(steps)) == [steps]


def test_what_is_added_to_a_table_waits_until_the_table_is_made() -> None:
    steps = [make("One"), make("Two"), add("One"), make("Three"), add("old"), add("three")]

    assert list(group_steps(steps)) == [steps[:2], steps[2:5], steps[5:]]


def test_any_other_step_is_done_alone() -> None:
    steps = [add("one"), change("one"), RemoveField("one", "note"), add("one"), add("one")]

    assert list(group_steps(steps)) == [steps[:1], steps[1:2], steps[2:3], steps[3:]]


def test_the_house_s_own_migrations_keep_every_step_in_its_order() -> None:
    own = [one for key, one in MigrationLoader(None).disk_migrations.items() if key[0] == "records"]  # type: ignore[union-attr]
    groups = {one.name: list(group_steps(one.operations)) for one in own}

    for one in own:
        assert [step for group in groups[one.name] for step in group] == one.operations
    assert sum(map(len, groups.values())) < sum(len(one.operations) for one in own) / 2


def test_django_finds_this_command_in_the_place_of_its_own() -> None:
    assert isinstance(load_command_class("careloop.records", "migrate"), Command)


def test_the_tables_that_migrations_make_are_those_of_the_models() -> None:
    made, said = MigrationLoader(None).project_state(), ProjectState.from_apps(apps)

    assert MigrationAutodetector(made, said).changes(graph=MigrationLoader(None).graph).get("records", []) == []
