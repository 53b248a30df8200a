"""`footfall init` looks into files of any store."""

from pathlib import Path

import pytest

from footfall import jobs, stores
from footfall.cli import main
from footfall.settings.sources import load
from tests.file_stores.test_places import put_shapefile


def test_pings_and_places_of_a_store_are_looked_into(
    root: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of CSV, and a shapefile with the files beside it; the file names both by their addresses."""
    monkeypatch.chdir(tmp_path)
    places = put_shapefile(root, tmp_path_factory.mktemp("made"))
    stores.of(root).write(f"{root}/pings/a.csv", b"maid,ts,lat,lon\na,1677672000,0.5,0.5\n")
    assert main(["init", f"{root}/pings", places, "--time-zone", "Africa/Accra"]) == 0
    settings = load(Path("settings.yaml"), {}, {}, jobs.settings()).settings
    assert (settings.pings.path, settings.places.path) == (f"{root}/pings", places)
    assert settings.pings.columns.device == "maid"
    assert main(["plan"]) == 0
