"""The recipes of docs/export.md, run as they stand there on the bundled sample."""

import re
import shlex
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from footfall.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "export.md"


def blocks(language: str) -> list[str]:
    """The blocks of the page in a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of the sample, and what the commands of the page write."""
    folder = tmp_path_factory.mktemp("recipes")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["run"]) == 0
        for line in "".join(blocks("sh")).splitlines():
            assert main(shlex.split(line)[1:]) == 0, line
    return folder


@pytest.fixture(autouse=True)
def here(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recipes name files of this folder."""
    monkeypatch.chdir(exports)


def published() -> pd.DataFrame:
    """The rows of the sample, file by file."""
    files = sorted(Path("footfall-output/footfall").glob("day=*/*.parquet"))
    return pd.concat([pd.read_parquet(file).assign(day=file.parent.name[4:]) for file in files])


def python(number: int) -> dict[str, Any]:
    """The names that a block of Python leaves."""
    names: dict[str, Any] = {}
    exec(blocks("python")[number], names)  # noqa: S102 (what the page tells people to run)
    return names


def test_duckdb_adds_visits_up_and_counts_hidden_days() -> None:
    """From the published files."""
    rows = duckdb.sql(blocks("sql")[0]).fetchall()
    sums = published().groupby("place_id")["visits"].sum().nlargest(5)
    assert [(place, int(visits)) for place, visits, _ in rows] == [*sums.items()]
    assert [hidden for _, _, hidden in rows] == [0] * 5


def test_duckdb_adds_visits_up_by_hour() -> None:
    """From the lists."""
    rows = duckdb.sql(blocks("sql")[1]).fetchall()
    sums = sum(published()["visits_by_hour"])
    assert [(hour, int(visits)) for hour, visits in rows] == [*enumerate(sums.tolist())]


def test_duckdb_reads_csv_with_ids_as_text() -> None:
    """The busiest place and day first."""
    rows = duckdb.sql(blocks("sql")[2]).fetchall()
    assert len(rows) == 5
    assert rows[0][2] == published()["visits"].max()


def test_pandas_reads_the_published_files_and_csv() -> None:
    """Both give the same sums."""
    from_files, from_csv = python(0), python(1)
    by_place = published().groupby("place_id")["visits"].sum()
    assert from_files["busiest"].to_dict() == by_place.nlargest(5).to_dict()
    assert str(from_files["days"]["day"].dtype).startswith("datetime64")
    assert from_csv["by_day"].sum(axis=1).to_dict() == by_place.to_dict()


def test_geopandas_reads_geoparquet_by_a_box() -> None:
    """Some of the places, not all of them."""
    names = python(2)
    assert len(names["places"]) == 120
    assert 0 < len(names["near"]) < 120
    by_place = published().groupby("place_id")["visits"].sum().nlargest(5)
    assert names["busiest"]["visits"].to_dict() == by_place.to_dict()


def test_a_file_of_the_page_is_a_layer_for_gdal() -> None:
    """As QGIS opens it, with its filter."""
    import pyogrio

    read = pyogrio.read_dataframe("counts.fgb", where="\"day\" = '2023-03-01'")
    assert len(read) == 40
