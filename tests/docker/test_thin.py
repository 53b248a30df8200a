"""What is left out of the image, and what stays."""

from pathlib import Path

import pytest

from thin import LIST, NothingToRemove, patterns, thin


def folder_with(root: Path, *names: str) -> Path:
    """A folder with files of three bytes."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("abc", encoding="utf-8")
    return root


def test_what_a_pattern_names_goes_but_for_what_is_said_to_stay(tmp_path: Path) -> None:
    """A pattern that ends with a slash names folders only."""
    folder = folder_with(tmp_path, "data/ec2/a", "data/s3/a", "data/_retry.json", "kept")
    assert thin([folder], {"data/*/": ["data/s3"]}) == 3
    left = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert left == ["data/_retry.json", "data/s3/a", "kept"]


def test_a_pattern_that_names_nothing_stops_the_build(tmp_path: Path) -> None:
    """The list is older than what it speaks of."""
    with pytest.raises(NothingToRemove, match="gone"):
        thin([folder_with(tmp_path, "here")], {"gone": []})


def test_the_clients_of_the_command_stay() -> None:
    """Of the services of AWS those stay that `launch/` asks, and those that tell who asks."""
    (stays,) = (but for but in patterns(LIST.read_text(encoding="utf-8")).values() if but)
    assert {name.removeprefix("botocore/data/") for name in stays} == {"glue", "logs", "s3", "sso*", "sts"}
