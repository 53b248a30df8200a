"""Small files in the manner of real exports of pings and places, and what `footfall init` makes of them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely.geometry import box

from footfall import jobs
from footfall.cli import main
from footfall.settings import Settings
from footfall.settings.sources import load

TOWN = box(-90.53, 14.60, -90.50, 14.63)
"""A place in the city of Guatemala."""


def places(file: Path, **columns: Sequence[object]) -> Path:
    """A file of two places side by side, with these columns."""
    columns = columns or {"place_id": ["A", "B"], "name": ["Market", "Park"]}
    shapes = [TOWN, box(-90.50, 14.60, -90.47, 14.63)]
    geopandas.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(file)
    return file


def text_file(file: Path, *lines: str) -> Path:
    """A file of these lines."""
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return file


def guessed(*words: str | Path) -> Settings:
    """The settings that the command writes; `plan` passes with them."""
    file = Path("settings.yaml")
    assert main(["init", *map(str, words), "--force"]) == 0
    assert main(["plan"]) == 0
    return load(file, {}, {}, jobs.settings()).settings


def refusal(capsys: pytest.CaptureFixture[str], code: int, *words: str | Path) -> str:
    """What the command says when it ends with this code; it writes no file."""
    capsys.readouterr()
    assert main(["init", *map(str, words)]) == code
    assert not Path("settings.yaml").exists()
    return capsys.readouterr().err


def columns(settings: Settings) -> dict[str, Any]:
    """The mapped columns of pings."""
    return settings.pings.columns.model_dump(exclude_none=True)


def geojson(file: Path, features: Sequence[dict[str, Any]]) -> Path:
    """A file of these features."""
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return file
