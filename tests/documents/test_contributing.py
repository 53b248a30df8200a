"""CONTRIBUTING.md: the map of tests is that of the folders, and the machine for development is that of the image."""

import json
import re

from tests.documents import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_map_has_each_folder_of_tests_once() -> None:
    """A new folder needs its row."""
    rows = re.findall(r"^\| (`[\w` ]+`) \|", TEXT.partition("### Which folder tests what")[2], re.MULTILINE)
    mapped = [name for row in rows for name in re.findall(r"\w+", row)]
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert sorted(mapped) == sorted(folders)


def test_the_machine_for_development_is_of_the_base_of_the_image() -> None:
    """And sets up as a person would."""
    folder = ROOT / ".devcontainer"
    machine = json.loads((folder / "devcontainer.json").read_text(encoding="utf-8"))
    text = (folder / machine["build"]["dockerfile"]).read_text(encoding="utf-8")
    [base] = re.findall(r"^FROM (\S+)$", text, re.MULTILINE)
    assert f"ARG BASE={base}\n" in (ROOT / "docker/Dockerfile").read_text(encoding="utf-8")
    assert machine["postCreateCommand"] == "make setup"


def test_recipes_name_files_and_what_is_in_them() -> None:
    """A step that leads to nothing would stop the one who follows it."""
    recipes = TEXT.partition("\n## Recipes\n")[2].partition("\n## ")[0]
    paths = set(re.findall(r"`((?:job|tests|docs)/[^`]+)`", recipes))
    assert len(paths) > 15
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    named = re.findall(r"`(\w+)` in `([^`]+\.py)`", recipes)
    assert len(named) > 12
    for name, path in named:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^(?: *def |class )?{name}\b", text, re.MULTILINE), f"{name} in {path}"
