"""Damaged files of pings, in every format: their rows are kept or have a reason, or one error says what to do."""

from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.ping_mutations import Whole, outcome, whole_files, write_damaged

EACH = 40
FINDS = (("device-words.parquet", 2812), ("lz4.parquet", 13771), ("device-uuid.parquet", 161215))
"""What 300,000 damaged files found: a name of a column that is no text, and files with
fewer rows than they say. Another one, a long line that took minutes, is
among the tests of headers."""
ANSWERS = {"read", "InputError", "SettingsError"}


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> list[Whole]:
    """Files that can be read."""
    return list({whole.path: whole for whole in whole_files(tmp_path_factory.mktemp("wholes"))}.values())


def test_every_whole_file_is_read(wholes: list[Whole]) -> None:
    """Else damage would prove nothing."""
    assert {whole.path.name: outcome(whole) for whole in wholes} == {
        whole.path.name: "read" for whole in wholes
    }


@pytest.mark.parametrize(("name", "number"), FINDS)
def test_what_was_found_once_is_refused(wholes: list[Whole], tmp_path: Path, name: str, number: int) -> None:
    """Each of these was another error."""
    (whole,) = (each for each in wholes if each.path.name == name)
    assert outcome(write_damaged(whole, tmp_path, number)) == "InputError"


def test_a_damaged_file_is_read_or_refused_by_one_error(wholes: list[Whole], tmp_path: Path) -> None:
    """Whatever bytes are lost, changed or repeated: no other error leaves the readers."""
    found = Counter(
        outcome(write_damaged(whole, tmp_path, number)) for whole in wholes for number in range(EACH)
    )
    assert set(found) == ANSWERS
    assert min(found.values()) > len(wholes)
