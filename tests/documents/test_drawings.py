"""The drawings of ARCHITECTURE.md show rooms, files and imports that are there."""

import re

import pytest

from tests.documents import ROOT, blocks
from tests.house.code import modules, room_of
from tests.house.rules import HEIGHT, imports

FLOW, ROOMS = (
    each.text for each in blocks() if each.language == "mermaid" and each.page == "ARCHITECTURE.md"
)
ARROWS = [
    (source, target)
    for line in ROOMS.splitlines()[1:]
    for sources, targets in zip(line.split("-->"), line.split("-->")[1:], strict=False)
    for source in re.findall(r"\w+", sources)
    for target in re.findall(r"\w+", targets)
]
MODULES = list(modules("job"))


def test_the_flow_names_files_and_folders_of_the_job() -> None:
    """Each label with a dot or a slash in it is a path below job/footfall."""
    named = [word for word in re.findall(r"[\w/.]+", FLOW) if re.search(r"\w/|\.py$", word)]
    assert len(named) > 8
    assert [word for word in named if not (ROOT / "job/footfall" / word).exists()] == []


@pytest.mark.parametrize(("source", "target"), ARROWS)
def test_an_arrow_between_rooms_is_an_import_that_points_down(source: str, target: str) -> None:
    """Some file of the one imports the other, which stands below it."""
    assert HEIGHT[source] > HEIGHT[target]
    found = (name for module in MODULES if module.room == source for _, name in imports(module))
    assert any(name.startswith("footfall.") and room_of(name) == target for name in found)
