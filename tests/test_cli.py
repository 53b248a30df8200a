"""The command as people type it: what it prints, and the code it exits with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from footfall.sample.generator import write_sample


def footfall(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process and a folder of its own."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FOOTFALL_")}
    command = [sys.executable, "-m", "footfall", *words]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.spark
def test_without_arguments_the_bundled_sample_is_counted(tmp_path: Path) -> None:
    """The manifest has the numbers that the generator of the sample knows; the last line names the report."""
    known = write_sample(tmp_path / "known")
    done = footfall("run", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    report = Path(summary["report"])
    assert report.parent.parent.parent == tmp_path / "footfall-output"
    counts = json.loads((report.parent / "manifest.json").read_text())["counts"]
    assert counts["scanned"] == known.rows
    assert counts["kept"] == known.kept
    assert counts["duplicate"] == known.duplicates
    assert {reason: rows for reason, rows in counts["reasons"].items() if rows} == known.quarantined
    steps = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [step["step"] for step in steps if step["state"] == "done"][-2:] == ["check", "publish"]


@pytest.mark.spark
def test_a_missing_file_of_pings_exits_with_the_code_for_input(tmp_path: Path) -> None:
    """The error says what, where and what to do; no count is written."""
    (tmp_path / "places.geojson").write_text(
        '{"type": "Feature", "properties": {"place_id": "A"},'
        ' "geometry": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}}'
    )
    words = ("--pings-path", "gone.csv", "--places-path", "places.geojson", "--output", "out")
    done = footfall("run", *words, folder=tmp_path)
    assert done.returncode == 3
    assert "gone.csv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "footfall").exists()


@pytest.mark.spark
def test_a_damaged_file_of_pings_exits_with_the_code_for_input(tmp_path: Path) -> None:
    """A task finds out while it reads: three lines say so, without a trace."""
    (tmp_path / "places.geojson").write_text(
        '{"type": "Feature", "properties": {"place_id": "A"},'
        ' "geometry": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}}'
    )
    at = pa.array(["2023-03-01T10:00:00Z"] * 9).cast(pa.timestamp("us", "UTC"))
    columns = {"device": [str(n) * 99 for n in range(9)], "lat": [0.5] * 9, "lon": [0.5] * 9, "at": at}
    pq.write_table(pa.table(columns), tmp_path / "pings.parquet", compression="gzip")
    whole = (tmp_path / "pings.parquet").read_bytes()
    (tmp_path / "pings.parquet").write_bytes(whole[:40] + b"x" * 40 + whole[80:])
    words = ("--pings-path", "pings.parquet", "--places-path", "places.geojson", "--output", "out")
    done = footfall("run", *words, folder=tmp_path)
    assert done.returncode == 3, done.stderr
    what, where, fix = done.stderr.splitlines()[-3:]
    assert what.startswith("The file cannot be read: ")
    assert where == f"  where: {tmp_path}/pings.parquet"
    assert fix.startswith("  do:    Check ")
    assert "Traceback" not in done.stderr
    assert "\tat org.apache" not in done.stderr
    assert not (tmp_path / "out" / "footfall").exists()


def test_a_missing_settings_file_exits_with_the_code_for_settings(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is started for it."""
    assert main(["run", "--settings", "nowhere.yaml"]) == 2
    assert "nowhere.yaml" in capsys.readouterr().err


def test_a_trace_that_was_asked_for_leaves_the_exit_code_as_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts the run decides by it whether to try again."""
    monkeypatch.setenv("FOOTFALL_DEBUG", "1")
    assert main(["run", "--settings", "nowhere.yaml"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_unknown_setting_is_refused_with_the_nearest_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`visit_gab` is a slip of `visit_gap`."""
    (tmp_path / "s.yaml").write_text("visit_gab: 30min\n")
    assert main(["run", "--settings", str(tmp_path / "s.yaml")]) == 2
    assert "visit_gap" in capsys.readouterr().err


def test_an_unknown_flag_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Abbreviations are no flags either."""
    assert main(["run", "--out", "here"]) == 2
    assert "`footfall run` has no flag --out\n" in capsys.readouterr().err


def test_where_spark_is_to_count_and_no_java_is_there_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run stops before anything is read."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert main(["run", "--engine", "spark", "--output", str(tmp_path / "out")]) == 2
    assert "Java 17" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_every_setting_is_a_flag_of_run(capsys: pytest.CaptureFixture[str]) -> None:
    """The help names the flag, the variable and the exit codes."""
    with pytest.raises(SystemExit, match="0"):
        main(["run", "--help"])
    told = capsys.readouterr().out
    assert "--pings-columns-device" in told
    assert "FOOTFALL_VISIT_GAP" in told
    assert "conflict with another run" in told


def test_the_sample_command_writes_settings_that_name_its_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its last line is the command that counts the sample."""
    assert main(["sample", str(tmp_path / "town"), "--pings", "500", "--days", "1"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"footfall run --settings {tmp_path}/town/settings.yaml"
    assert (tmp_path / "town" / "settings.yaml").exists()


def test_the_schema_command_prints_the_published_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the file in docs."""
    assert main(["schema"]) == 0
    published = Path(__file__).parents[1] / "docs" / "settings.schema.json"
    assert json.loads(capsys.readouterr().out) == json.loads(published.read_text())
