"""Ranges of days on the command line."""

from pathlib import Path

import pytest

from footfall.cli import main


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--sample"),
        ("runs", "--output", "."),
        ("export", "counts.csv", "--output", "."),
        ("diff", ".", "."),
    ],
)
def test_a_range_that_ends_before_it_begins_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    """With the range that was likely meant."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "footfall/day=2023-03-02").mkdir(parents=True)
    (tmp_path / "footfall/day=2023-03-02/footfall.parquet").touch()
    assert main([*words, "--from", "2023-03-03", "--to", "2023-03-01"]) == 2
    said = capsys.readouterr().err
    assert "The last day, 2023-03-01, is before the first, 2023-03-03" in said
    assert "Write --from 2023-03-01 --to 2023-03-03." in said
