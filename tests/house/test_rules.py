"""The house keeps its rules, and each rule finds what breaks it."""

import pytest

from tests.house.code import Module, modules
from tests.house.language import LANGUAGE, words_are_plain
from tests.house.rules import (
    ARCHITECTURE,
    SIZES,
    SURPRISES,
    WORDS,
    Rule,
    files_are_short,
    files_do_not_carry_their_folder,
    functions_are_annotated,
    functions_are_short,
    imports_point_down,
    libraries_stay_in_their_rooms,
    names_say_something,
    spark_starts_in_session,
    steps_know_no_engine,
    surroundings_come_as_arguments,
    what_is_public_is_described,
)


@pytest.mark.parametrize(
    "rule", ARCHITECTURE + SURPRISES + SIZES + WORDS + LANGUAGE, ids=lambda rule: rule.__name__
)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    """Every violation is listed with its file, its line and the rule."""
    code = modules("job") + (modules("tests") if rule in SIZES + WORDS else [])
    assert len(code) > 10
    found = [f"{module.path}:{line}: {what}" for module in code for line, what in rule(module)]
    assert not found, "\n".join([f"{rule.__name__}: {rule.__doc__}", *found])


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (imports_point_down, "footfall.clean", "from footfall.aggregate import x"),
        (imports_point_down, "footfall.schema", "def f():\n    import footfall.settings.sources"),
        (imports_point_down, "footfall.read.places", "from footfall import pipeline"),
        (imports_point_down, "footfall.read.places", "from ..clean import x"),
        (imports_point_down, "footfall.errors", "from footfall.schema import x"),
        (imports_point_down, "footfall.cli", "from footfall.__main__ import x"),
        (imports_point_down, "footfall.unheard_of", ""),
        (libraries_stay_in_their_rooms, "footfall.clean", "from shapely.geometry import Point"),
        (libraries_stay_in_their_rooms, "footfall.cli.run", "import rich.table"),
        (libraries_stay_in_their_rooms, "footfall.publish.folder", "import boto3"),
        (libraries_stay_in_their_rooms, "footfall.launch.settle", "from botocore.exceptions import x"),
        (libraries_stay_in_their_rooms, "footfall.engines.embedded.crew", "import pyspark"),
        (steps_know_no_engine, "footfall.scan", "from footfall.engines.embedded import Embedded"),
        (files_do_not_carry_their_folder, "footfall.read.pings.ping_files", ""),
        (files_do_not_carry_their_folder, "footfall.launch.glue.glue_runs", ""),
        (spark_starts_in_session, "footfall.read.pings", "spark = SparkSession.builder.getOrCreate()"),
        (surroundings_come_as_arguments, "footfall.clean", "import os\nos.environ['A']"),
        (surroundings_come_as_arguments, "footfall.clean", "from os import environ"),
        (files_are_short, "footfall.clean", "\n" * 251),
        (functions_are_short, "footfall.clean", "def f():\n" + "    1\n" * 40),
        (functions_are_annotated, "footfall.clean", "def f(*, a) -> int: ..."),
        (functions_are_annotated, "footfall.clean", "class A:\n    def f(self): ..."),
        (names_say_something, "footfall.utils", ""),
        (words_are_plain, "footfall.clean", "def _told(reason: str) -> None: ..."),
        (words_are_plain, "footfall.clean", "# counted, whoever asked"),
        (what_is_public_is_described, "footfall.clean", "'''A.'''\nclass A:\n '''A.'''\n def f(self): ..."),
    ],
)
def test_each_rule_finds_what_breaks_it(rule: Rule, name: str, text: str) -> None:
    """One violation in one line of code is one finding."""
    assert len(list(rule(Module(path=f"job/{name.replace('.', '/')}.py", name=name, text=text)))) == 1
