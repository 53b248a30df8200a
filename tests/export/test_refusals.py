"""What `footfall export` refuses, each with what is wrong, where, and what to do."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import geopandas
import pyarrow as pa
import pytest

from footfall.cli import main
from footfall.schema import PLACE_DAYS
from tests.compare.test_rows import row
from tests.export.town import FLAGS, publish, write_town


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the town in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "1000")
    write_town(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["counts.csv", "--day", "2023-03-09"], 3, "Day 2023-03-09 is not published"),
        (["counts.csv", "--from", "2024-01-01"], 3, "No day from 2024-01-01 to"),
        (
            ["counts.csv", "--to", "2023-03-04"],
            3,
            "Days of the range are not published: 2023-03-03 to 2023-03-04",
        ),
        (["counts.csv", "--measure", "visit"], 2, "Did you mean visits?"),
        (["counts.csv", "--from", "2023-03-02", "--to", "2023-03-01"], 2, "Write --from 2023-03-01"),
        (
            ["counts.csv", "--day", "2023-03-01", "--to", "2023-03-01"],
            2,
            "--day goes without --from and --to",
        ),
        (["counts.xls"], 2, "Did you mean counts.xlsx?"),
        (["counts"], 2, "or name one by --format"),
        (["--format", "xlsx"], 2, "xlsx is not written to standard output"),
        (["no/counts.csv"], 2, "There is no folder no"),
        (["out"], 2, "A folder is there"),
        (["s3://bucket/counts.csv"], 2, "written to this machine alone"),
        (["counts.fgb", "--bom"], 2, "Only CSV begins with a byte order mark"),
        (["counts.fgb", "--no-places"], 2, "This format is made of the shapes"),
    ],
)
def test_what_cannot_be_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    """And nothing is written, not even a temporary file."""
    before = sorted(here.iterdir())
    flags = FLAGS[:2] if "--no-places" in words else FLAGS
    if words[0] == "out":
        words = ["out", "--format", "csv"]
    assert main(["export", *words, *flags]) == code
    assert said in capsys.readouterr().err
    assert sorted(here.iterdir()) == before


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    """By --force."""
    Path("counts.csv").write_text("mine")
    assert main(["export", "counts.csv", *FLAGS]) == 2
    assert "replace this one by --force" in capsys.readouterr().err
    assert Path("counts.csv").read_text() == "mine"
    assert main(["export", "counts.csv", *FLAGS, "--force"]) == 0
    assert Path("counts.csv").read_text().startswith('"place_id"')


def test_days_that_are_missing_are_passed_over_where_that_is_asked_for() -> None:
    """The others are written."""
    assert main(["export", "counts.csv", *FLAGS, "--to", "2023-03-04", "--skip-missing"]) == 0
    assert len(Path("counts.csv").read_text().splitlines()) == 6


def test_a_day_of_another_version_is_refused_with_what_it_lacks(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Measures that it has can still be chosen."""
    older = pa.schema([field for field in PLACE_DAYS.file_schema if field.name != "single_ping_visits"])
    publish(here / "older", {"2023-03-01": [row("007", 10)]}, older)
    flags = ["--output", "older", "--places", "places.geojson", "--places-columns-place-id", "code"]
    assert main(["export", "counts.csv", *flags]) == 3
    said = capsys.readouterr().err
    assert "written by another version of footfall: it has no column single_ping_visits" in said
    assert main(["export", "counts.csv", *flags, "--measure", "pings"]) == 0


def test_other_places_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """None of the published ids is in the column that is mapped."""
    flags = ["--output", "out", "--places", "places.geojson", "--places-columns-place-id", "called"]
    text = Path("places.geojson").read_text().replace("null", '"none"')
    Path("places.geojson").write_text(text)
    assert main(["export", "counts.csv", *flags]) == 3
    assert "None of the published places is among the places" in capsys.readouterr().err


def test_a_place_that_is_gone_keeps_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    """It has no name and no shape, which is said; FlatGeobuf cannot hold it."""
    text = Path("places.geojson").read_text().replace('"code": "B"', '"code": "C"')
    Path("places.geojson").write_text(text)
    assert main(["export", "counts.geojson", *FLAGS]) == 0
    assert "1 published place not among the places now" in capsys.readouterr().err
    assert '"geometry":null,"properties":{"place_id":"B","name":null' in Path("counts.geojson").read_text()
    assert main(["export", "counts.parquet", *FLAGS]) == 0
    assert geopandas.read_parquet("counts.parquet").geometry.isna().tolist() == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert main(["export", "counts.fgb", *FLAGS]) == 3
    assert "The shapes of 1 published" in capsys.readouterr().err


def test_more_columns_than_a_sheet_holds_are_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """24 hours of 690 days; CSV takes them."""
    days = [str(date(2020, 1, 1) + timedelta(days=n)) for n in range(690)]
    publish(here / "long", {day: [row("007", 10)] for day in days})
    words = ["--wide", "--measure", "visits_by_hour", "--output", "long", "--no-places"]
    assert main(["export", "wide.xlsx", *words]) == 2
    assert "The export has 17,251 columns, and a sheet of Excel holds 16,384" in capsys.readouterr().err
    assert not Path("wide.xlsx").exists()


def test_a_name_that_no_cell_holds_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Excel would cut it off in silence."""
    text = Path("places.geojson").read_text().replace("=1+1", "x" * 32_768)
    Path("places.geojson").write_text(text)
    assert main(["export", "counts.xlsx", *FLAGS]) == 3
    assert "does not fit into a cell" in capsys.readouterr().err
    assert not list(Path().glob("*.xlsx")) + list(Path().glob(".*xlsx"))


def test_the_bundled_sample_is_exported_where_nothing_is_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the run that came before it had no settings either."""
    assert main(["run"]) == 0
    assert main(["export", "counts.csv"]) == 0
    assert "counts.csv: 3 days from 2023-03-01 to 2023-03-03, 40 places" in capsys.readouterr().out
    assert len(Path("counts.csv").read_text().splitlines()) == 121


def test_a_missing_output_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """With the one that is like it."""
    assert main(["export", "counts.csv", *["--output", "oot", *FLAGS[2:]]]) == 2
    assert "There is no folder oot" in (said := capsys.readouterr().err)
    assert "Did you mean out?" in said


def test_a_reader_that_goes_is_no_failure(here: Path) -> None:
    """As `head` does after its lines."""
    command = f"{sys.executable} -m footfall export {' '.join(FLAGS)} | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith('"place_id"')
