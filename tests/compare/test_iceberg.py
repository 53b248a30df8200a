"""`footfall diff` between two snapshots of a table of Iceberg, in a catalog of this machine."""

import json
from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from footfall.cli import main
from footfall.schema import FOOTFALL
from footfall.settings import CATALOG
from tests.compare.test_rows import row, table


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Settings that name the catalog."""
    file = tmp_path / "settings.yaml"
    file.write_text(
        "pings: {path: pings.csv}\nplaces: {path: places.geojson}\noutput: out\n"
        f'catalog: {{type: jdbc, properties: {{uri: "jdbc:sqlite:{tmp_path}/catalog.db"}}}}\n'
    )
    return file


def test_two_snapshots_of_a_table_are_compared(
    settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The older one by its number, the newest by the name alone; a snapshot that is no number is refused."""
    catalog = SqlCatalog(
        CATALOG, uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/warehouse"
    )
    catalog.create_namespace("footfall")
    made = catalog.create_table("footfall.footfall", FOOTFALL)
    made.append(table(row("a", 4), row("b", 7)))
    before = made.current_snapshot().snapshot_id
    made.overwrite(table(row("a", 5), row("b", None)))
    old, new = f"iceberg:footfall.footfall@{before}", "iceberg:footfall.footfall"
    assert main(["diff", old, new, "--settings", str(settings), "--format", "json"]) == 1
    (day,) = json.loads(capsys.readouterr().out)["days"]
    assert [(column["name"], column["rows"]) for column in day["columns"]] == [
        ("pings", 1),
        ("suppressed", 1),
    ]
    assert main(["diff", new, new, "--settings", str(settings)]) == 0
    assert main(["diff", f"{new}@first", new, "--settings", str(settings)]) == 2
    assert "'first' is no snapshot" in capsys.readouterr().err
    assert main(["diff", "iceberg:footfall.other", new, "--settings", str(settings)]) == 3
    assert "where: iceberg:footfall.other" in capsys.readouterr().err
