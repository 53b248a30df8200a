"""Damaged files of places, in every format: each is read, or refused by one error that says what to do."""

from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.place_mutations import Whole, outcome, whole_files, write_damaged

EACH = 60
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


def test_a_damaged_file_is_read_or_refused_by_one_error(wholes: list[Whole], tmp_path: Path) -> None:
    """Whatever bytes are lost, changed or repeated: no other error leaves the readers."""
    found = Counter[str]()
    for whole in wholes:
        for number in range(EACH):
            found[outcome(write_damaged(whole, tmp_path, number), whole.settings)] += 1
    assert {*found} <= ANSWERS
    assert min(found["read"], found["InputError"]) > EACH
