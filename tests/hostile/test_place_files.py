"""Damaged files of places, in every format: each is read, or refused by one error that says what to do."""

from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.place_mutations import Whole, outcome, whole_files, write_damaged

EACH = 60
FINDS = (("a.fgb", 811), ("m.fgb", 9121), ("h.csv", 25025), ("a.shp", 24072))
"""What some 400,000 damaged files found: columns with lengths below zero, a polygon on which GEOS ended the process,
and an encoding of Python's own that is none of text."""
ANSWERS = {"read", "InputError", "SettingsError"}


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> list[Whole]:
    """Files that can be read."""
    return whole_files(tmp_path_factory.mktemp("wholes"))


def test_every_whole_file_is_read(wholes: list[Whole]) -> None:
    """Else damage would prove nothing."""
    assert {whole.path.name: outcome(whole.path, whole.settings) for whole in wholes} == {
        whole.path.name: "read" for whole in wholes
    }


@pytest.mark.parametrize(("name", "number"), FINDS)
def test_what_was_found_once_is_refused(wholes: list[Whole], tmp_path: Path, name: str, number: int) -> None:
    """Each of these was another error."""
    (whole,) = (each for each in wholes if each.path.name == name)
    assert outcome(write_damaged(whole, tmp_path, number), whole.settings) == "InputError"


def test_a_damaged_file_is_read_or_refused_by_one_error(wholes: list[Whole], tmp_path: Path) -> None:
    """Whatever bytes are lost, changed or repeated: no other error leaves the readers."""
    found = Counter[str]()
    for whole in wholes:
        for number in range(EACH):
            found[outcome(write_damaged(whole, tmp_path, number), whole.settings)] += 1
    assert {*found} <= ANSWERS
    assert min(found["read"], found["InputError"]) > EACH
