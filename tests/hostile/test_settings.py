"""Settings that try to build objects, or to grow without end."""

from pathlib import Path

import pytest

from footfall import jobs
from footfall.errors import SettingsError
from footfall.settings.sources import load

LEAST = "pings: {path: p.csv}\nplaces: {path: p.geojson}\noutput: out\n"


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.system ['touch TRACE']",
        "!!python/object/new:os.system ['touch TRACE']",
        "!!python/name:os.system",
        "!!python/module:os",
        "!!python/tuple [1, 2]",
        "!!binary aGVsbG8=",
        "!!set {a, b}",
        "!unknown {a: b}",
    ],
)
def test_a_tag_builds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """It is an error of the settings, in three lines, and no command has run."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "settings.yaml"
    file.write_text(LEAST + f"boundary: {value}\n")
    with pytest.raises(SettingsError) as refused:
        load(file, {}, {}, jobs.settings())
    assert str(refused.value).count("\n") >= 2
    assert not (tmp_path / "TRACE").exists()


def test_aliases_of_aliases_do_not_multiply(tmp_path: Path) -> None:
    """A file of a kilobyte that would be a list of a billion words."""
    levels = ['a0: &a0 ["lol", "lol"]']
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    file = tmp_path / "settings.yaml"
    file.write_text(LEAST + "\n".join(levels) + "\nboundary: *a9\n")
    with pytest.raises(SettingsError):
        load(file, {}, {}, jobs.settings())
