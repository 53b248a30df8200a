"""Exports of the tables of weeks and months."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from footfall.cli import main
from footfall.periods.columns import ROWS
from footfall.schema import FOOTFALL
from footfall.settings import CATALOG
from tests.export.test_formats import records
from tests.export.town import FLAGS, write_town


def row(place: str, devices: int, visits: int) -> dict[str, Any]:
    """A row of a week, of which every visit was on a Monday at eight."""
    hours = [0] * 168
    hours[8] = visits
    counts = {"pings": visits, "devices": devices, "visits": visits, "single_ping_visits": visits}
    lists = {
        "dwell_buckets": [0] * 7,
        "visits_by_day": [visits, 0, 0, 0, 0, 0, 0],
        "devices_by_days": [devices, 0, 0, 0],
    }
    return {"place_id": place, "suppressed": False, **counts, **lists, "visits_by_weekday_hour": hours}


def publish_weeks(output: Path) -> None:
    """Two weeks, of which the second has a suppressed place."""
    weeks = {
        "2023-W09": (date(2023, 2, 27), [row("007", 3, 5), row("A", 0, 0)]),
        "2023-W10": (date(2023, 3, 6), [row("007", 4, 9), {"place_id": "A", "suppressed": True}]),
    }
    for name, (first, rows) in weeks.items():
        file = output / "footfall_week" / f"week={name}" / "footfall_week.parquet"
        file.parent.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist([{**each, "first_day": first} for each in rows], ROWS), file)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with days and weeks in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "1000")
    write_town(tmp_path)
    publish_weeks(tmp_path / "out")
    return tmp_path


def test_weeks_have_their_name_and_their_first_day() -> None:
    """Devices are those that were published, distinct over the week, never sums of days."""
    assert main(["export", "weeks.csv", *FLAGS, "--by", "week"]) == 0
    found = [
        [each[name] for name in ("place_id", "name", "week", "first_day", "devices", "suppressed")]
        for each in records(Path("weeks.csv"))
    ]
    assert found == [
        ["007", "=1+1", "2023-W09", "2023-02-27", "3", "false"],
        ["A", 'Café "Sol", the old', "2023-W09", "2023-02-27", "0", "false"],
        ["007", "=1+1", "2023-W10", "2023-03-06", "4", "false"],
        ["A", 'Café "Sol", the old', "2023-W10", "2023-03-06", "", "true"],
    ]


def test_lists_of_weeks_are_columns() -> None:
    """By weekday and hour, and by the number of days; a list whose length differs between periods is text."""
    assert main(["export", "weeks.csv", *FLAGS, "--by", "week"]) == 0
    first = records(Path("weeks.csv"))[0]
    assert (first["visits_by_weekday_hour_mon_08"], first["visits_by_weekday_hour_sun_23"]) == ("5", "0")
    assert (first["devices_by_days_1"], first["devices_by_days_4_or_more"]) == ("3", "0")
    assert first["visits_by_day"] == "[5,0,0,0,0,0,0]"


def test_weeks_are_wide_too(here: Path) -> None:
    """A column for each week; the first days of long rows are dates of the workbook."""
    words = ["--by", "week", "--measure", "devices"]
    assert main(["export", "wide.csv", *FLAGS, *words, "--wide"]) == 0
    header = "place_id,name,devices_2023-W09,devices_2023-W10,suppressed_2023-W09,suppressed_2023-W10"
    assert Path("wide.csv").read_text().splitlines()[0].replace('"', "") == header
    assert main(["export", "weeks.xlsx", *FLAGS, *words]) == 0
    cells = [cell.value for cell in openpyxl.load_workbook("weeks.xlsx")["footfall"][2]]
    assert cells[2] == "2023-W09"
    assert str(cells[3]) == str(datetime.fromisoformat("2023-02-27"))


def test_a_range_takes_the_weeks_that_have_a_day_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A week that is not published is named; so is a unit that is not."""
    assert main(["export", "weeks.csv", *FLAGS, "--by", "week", "--to", "2023-03-01"]) == 0
    assert capsys.readouterr().out == "weeks.csv: 2023-W09, 2 places\n"
    assert main(["export", "more.csv", *FLAGS, "--by", "week", "--to", "2023-03-20"]) == 3
    assert "Weeks of the range are not published: 2023-W11 to 2023-W12" in capsys.readouterr().err
    assert main(["export", "months.csv", *FLAGS, "--by", "month"]) == 3
    assert "Count with the setting period: month" in capsys.readouterr().err


def test_weeks_of_a_table_of_iceberg_are_those_of_a_folder(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same file, row by row; a table of days, or one that is not there, is one error."""
    at = {"uri": f"sqlite:///{here}/catalog.db", "warehouse": f"file://{here}/warehouse"}
    catalog = SqlCatalog(CATALOG, **at)
    catalog.create_namespace("footfall")
    catalog.create_table("footfall.footfall", FOOTFALL)
    table = catalog.create_table("footfall.footfall_week", ROWS)
    for file in sorted((here / "out/footfall_week").glob("*/*.parquet")):
        table.append(pq.ParquetFile(file).read().cast(ROWS))
    settings = f'catalog: {{type: jdbc, properties: {{uri: "jdbc:sqlite:{here}/catalog.db"}}}}\n'
    (here / "catalog.yaml").write_text(
        f"pings: {{path: (not read)}}\nplaces: {{path: {FLAGS[1]}}}\noutput: out\n{settings}"
    )
    flags = [*FLAGS, "--settings", "catalog.yaml", "--by", "week"]
    assert main(["export", "folder.csv", *FLAGS, "--by", "week"]) == 0
    assert main(["export", "table.csv", *flags, "--output", "iceberg:footfall.footfall_week"]) == 0
    assert Path("table.csv").read_text() == Path("folder.csv").read_text()
    capsys.readouterr()
    assert main(["export", "days.csv", *flags, "--output", "iceberg:footfall.footfall"]) == 3
    assert "The table has no column first_day: it is not footfall_week" in capsys.readouterr().err
    assert main(["export", "none.csv", *flags, "--output", "iceberg:footfall.other"]) == 3
    assert "A table of weeks is there once they are counted with period: week" in capsys.readouterr().err
