"""What the words of `footfall diff` name, and two days, periods and runs of one output."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from footfall.compare.forms import form_of
from tests.compare.test_diff import output
from tests.compare.test_rows import row


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("2023-03-01", "day"),
        ("2023-03", "month"),
        ("2023-W09", "week"),
        ("20230301T060000Z-1a2b", "run"),
        ("20230301T060000Z", "run"),
        ("last", "run"),
        ("./2023-03-01", "output"),
        ("out", "output"),
        ("s3://bucket/prefix", "output"),
        ("iceberg:footfall.footfall@1", "output"),
    ],
)
def test_a_word_is_known_by_what_it_looks_like(word: str, form: str) -> None:
    """Whatever looks like nothing else is an output."""
    assert form_of(word) == form


def test_different_things_are_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is named with what it was taken for."""
    assert main(["diff", "2023-03-01", "out"]) == 2
    assert "2023-03-01 is a day and out is an output" in capsys.readouterr().err


def test_two_days_of_one_output_are_compared_by_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The day of a row is no difference; a place that is there on one day alone is."""
    output(tmp_path, row("a", 4), row("b", 10), day="2023-03-01")
    output(tmp_path, row("a", 4), row("b", 12), row("c", 1), day="2023-03-02")
    assert main(["diff", "2023-03-01", "2023-03-02", "--output", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Different: 1 row added, 0 rows gone, 1 row changed, of 3 now.",
        "",
        "2023-03-01 to 2023-03-02: 1 row changed of 3, 1 added (c)",
        "  pings: 1 row, sum 14 -> 16",
        "    b: 10 -> 12",
    ]
    assert main(["diff", "2023-03-01", "2023-03-01", "--output", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "The same: 2 rows.\n"


def test_a_day_that_is_not_published_names_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an input that is not there."""
    output(tmp_path, row("a"), day="2023-03-01")
    assert main(["diff", "2023-03-01", "2023-03-09", "--output", str(tmp_path)]) == 3
    err = capsys.readouterr().err
    assert "2023-03-09 is not published" in err
    assert "The nearest day that is published is 2023-03-01" in err
    assert main(["diff", "2023-03-01", "2023-13-01", "--output", str(tmp_path)]) == 2
    assert main(["diff", "2023-03-01", "2023-03-01", "--output", str(tmp_path), "--from", "2023-03-01"]) == 2
    assert "--from and --to choose days of runs or outputs" in capsys.readouterr().err


def test_a_file_of_another_version_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the file and the column that it lacks."""
    file = output(tmp_path / "1", row("a")) / "footfall/day=2023-03-01/footfall.parquet"
    output(tmp_path / "2", row("a"))
    rows = pq.read_table(file, partitioning=None)
    pq.write_table(rows.rename_columns([f"old_{name}" for name in rows.column_names]), file)
    assert main(["diff", str(tmp_path / "1"), str(tmp_path / "2")]) == 3
    err = capsys.readouterr().err
    assert "it has no column place_id" in err
    assert str(file) in err


def test_a_day_without_a_measure_is_refused_where_rows_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its pings would be summed as zero; what a run has to be asked for may be missing."""
    file = output(tmp_path / "1", row("a")) / "footfall/day=2023-03-01/footfall.parquet"
    output(tmp_path / "2", row("a"))
    rows = pq.read_table(file, partitioning=None)
    pq.write_table(rows.drop_columns(["visits_of_at_least"]), file)
    assert main(["diff", str(tmp_path / "1"), str(tmp_path / "2")]) == 0
    pq.write_table(rows.drop_columns(["pings"]), file)
    assert main(["diff", str(tmp_path / "1"), str(tmp_path / "2")]) == 3
    assert (
        "2023-03-01 was written by another version of footfall: it has no column pings"
        in capsys.readouterr().err
    )


def week(root: Path, name: str, devices: int, **other: int) -> Path:
    """A published week with one place."""
    file = root / f"footfall_week/week={name}/footfall_week.parquet"
    file.parent.mkdir(parents=True)
    rows = pa.table({"place_id": ["a"], "devices": [devices], "suppressed": [False]})
    for column, value in other.items():
        rows = rows.append_column(column, pa.array([value]))
    pq.write_table(rows, file)
    return root


def test_two_weeks_are_compared_by_the_columns_that_they_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where one lacks a column of the other, another version wrote it."""
    week(tmp_path, "2023-W09", 20)
    week(tmp_path, "2023-W10", 25)
    week(tmp_path, "2023-W11", 25, more=1)
    at = ["--output", str(tmp_path)]
    assert main(["diff", "2023-W09", "2023-W10", *at]) == 1
    assert "devices: 1 row, sum 20 -> 25" in capsys.readouterr().out
    assert main(["diff", "2023-W10", "2023-W11", *at]) == 3
    assert "it has no column more" in capsys.readouterr().err
    assert main(["diff", "2023-W10", "2023-W12", *at]) == 3
    assert "Published are 2023-W09 to 2023-W11" in capsys.readouterr().err
    assert main(["diff", "2023-02", "2023-03", *at]) == 3
    assert "the output has no month yet" in capsys.readouterr().err


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two runs of two pings in one place; the second counted with a shorter gap, and visits differ by it."""
    monkeypatch.chdir(tmp_path)
    places = {
        "type": "Feature",
        "properties": {"id": "a"},
        "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]},
    }
    (tmp_path / "places.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [places]}))
    (tmp_path / "pings.csv").write_text(
        "device,at,lon,lat\nd,2023-03-01 10:00:00,0.5,0.5\nd,2023-03-01 10:20:00,0.5,0.5\n"
    )
    words = ["run", "--pings-path", "pings.csv", "--places-path", "places.geojson", "--output", "out"]
    columns = ["device", "at", "lon", "lat"]
    words += [f"--pings-columns-{name}={name}" for name in columns]
    words += ["--places-columns-place-id", "id", "--privacy-k", "1"]
    found: list[str] = []
    for gap in ("30min", "10min"):
        assert main([*words, "--visit-gap", gap]) == 0
        found += {folder.name for folder in Path("out/runs").iterdir()} - set(found)
    return found


def test_two_runs_are_compared_by_what_they_wrote(
    runs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where the rows of the first are gone: what they were given, and the sums of each day."""
    capsys.readouterr()
    assert main(["diff", *runs, "--output", "out"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("Different on 1 of 1 day.\n")
    assert "\nsetting visit_gap: 30min -> 10min\n" in told
    assert "\n2023-03-01: other rows\n  visits: 1 -> 2\n" in told
    assert main(["diff", runs[0], runs[0], "--output", "out", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["changed"], document["settings"]) == (False, {})
    assert document["days"][0]["before"]["pings"] == 2
    assert main(["diff", *runs, "--output", "out", "--format", "markdown"]) == 1
    assert "| 2023-03-01 | different | visits | 1 | 2 |" in capsys.readouterr().out


def test_a_run_that_is_not_there_or_has_no_such_day_is_one_error(
    runs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It names where runs are listed."""
    assert main(["diff", runs[0], "20990101T000000Z-ffff", "--output", "out"]) == 2
    assert "There is no run 20990101T000000Z-ffff" in capsys.readouterr().err
    assert main(["diff", *runs, "--output", "out", "--from", "2024-01-01"]) == 3
    assert "Neither run has a day in this range" in capsys.readouterr().err


def test_a_page_holds_the_largest_changes_and_asks_nothing_of_a_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names of places are text on it, whatever they look like."""
    output(tmp_path / "1", row("a", 4), row("<b>gone</b>"))
    output(tmp_path / "2", row("a", 4000), row("c"))
    sides = [str(tmp_path / "1"), str(tmp_path / "2")]
    assert main(["diff", *sides, "--html", str(tmp_path / "page.html")]) == 1
    page = (tmp_path / "page.html").read_text()
    assert "4 → 4,000" in page
    assert "&lt;b&gt;gone&lt;/b&gt;" in page
    assert "<b>gone</b>" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert main(["diff", *sides, "--html", str(tmp_path / "none/page.html")]) == 2
    assert "The page cannot be written" in capsys.readouterr().err


def test_a_page_that_is_there_is_replaced_by_force_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As exports are; before anything is compared."""
    output(tmp_path / "1", row("a", 4))
    output(tmp_path / "2", row("a", 5))
    page = tmp_path / "page.html"
    page.write_text("mine")
    command = ["diff", str(tmp_path / "1"), str(tmp_path / "2"), "--html", str(page)]
    assert main(command) == 2
    assert "The page is there already" in capsys.readouterr().err
    assert page.read_text() == "mine"
    assert main([*command, "--force"]) == 1
    assert "4 → 5" in page.read_text()


def test_runs_have_a_page_too(runs: list[str], tmp_path: Path) -> None:
    """With what they were given and each day."""
    assert main(["diff", *runs, "--output", "out", "--html", "page.html"]) == 1
    page = Path("page.html").read_text()
    assert "setting visit_gap: 30min → 10min" in page
    assert "1 March 2023: other rows" in page
