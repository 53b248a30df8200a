"""How large `footfall plan` says that a run is: by hand, and beside what a run then does."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from footfall.cli import main
from footfall.engines import Stage
from footfall.read.pings.parquet import row_groups
from footfall.runs.progress import StepHandle
from footfall.sample.generator import SampleFiles, write_sample
from footfall.shuffle import records
from tests.one_process import OneProcess
from tests.run.conftest import runner

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def files(tmp_path: Path) -> SampleFiles:
    """Three days of 3,000 pings of Parquet, in twelve places."""
    return write_sample(tmp_path / "in", pings=3000, places=12, seed=3, format="parquet")


@pytest.fixture
def ask(files: SampleFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """The sizes that a plan of one day says, with more words."""

    def asking(*words: str) -> dict[str, Any]:
        given = ["--settings", str(files.settings), "--output", str(tmp_path / "out")]
        assert main(["plan", *given, "--day", str(files.days[0]), *words]) == 0
        sizes: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])["sizes"]
        return sizes

    return asking


def test_a_hundred_thousand_million_pings_on_a_cluster(ask: Ask) -> None:
    """Tasks of four million pings, as many parts as there can be, 192 bytes a ping in a part, 32 or 16 to it."""
    sizes = ask("--engine", "spark", "--assume-pings", "1e11", "--assume-cores", "400")
    assert (sizes["tasks"], sizes["parts"], sizes["pings_per_part"]) == (25_000, 32_768, 3_051_758)
    assert sizes["shuffle_bytes"] == [1_600_000_000_000, 3_200_000_000_000]
    assert sizes["task_bytes"] == 3_051_758 * 192
    # 35 sums of 4 bytes and 36 more, for 12 places in each part; 8 bytes for each ping that is a visit of its own.
    assert (sizes["sums_bytes"], sizes["rows"]) == (32_768 * 12 * 176, 12)
    assert sizes["writers"] == 12
    assert sizes["writer_bytes"] == [32_768 * 176, 32_768 * 176 + -(-800_000_000_000 // 12)]


@pytest.mark.parametrize(
    ("pings", "cores", "writers"), [("2e8", "8", 1), ("1e9", "8", 4), ("1e9", "1", 4), ("1e11", "1", 6)]
)
def test_a_day_of_many_pings_is_written_by_many_tasks(ask: Ask, pings: str, cores: str, writers: int) -> None:
    """Five chunks of 200 million are 12 places by three, in four; not more than eight for each core."""
    assert ask("--assume-pings", pings, "--assume-cores", cores)["writers"] == writers


def test_a_small_memory_makes_more_parts(ask: Ask) -> None:
    """96 MiB for each of two workers hold 524,288 pings."""
    sizes = ask("--assume-pings", "2e8", "--workers", "2", "--memory", "192m")
    assert (sizes["cores"], sizes["parts"]) == (2, 1 + 200_000_000 // 524_288)
    assert sizes["task_bytes"] <= 96 << 20


def test_many_cores_share_fewer_pings(ask: Ask) -> None:
    """Four tasks for each core, of half a million pings at least."""
    assert ask("--assume-pings", "2e8", "--assume-cores", "64")["tasks"] == 256
    assert ask("--assume-pings", "2e6", "--assume-cores", "64")["tasks"] == 4


def test_csv_is_shared_by_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tasks of 64 MiB at most; a ping takes 60 bytes where nothing else is known."""
    lines = ["device,at,lon,lat", *(f"device{n},2023-03-01T00:00:{n}Z,1.5,1.5" for n in range(10, 60))]
    (tmp_path / "pings.csv").write_text("\n".join(lines))
    (tmp_path / "places.csv").write_text('place_id,geometry\nA,"POLYGON((0 0,2 0,2 2,0 2,0 0))"\n')
    columns = ["--places-columns-geometry", "geometry", "--output", str(tmp_path / "out")]
    inputs = ["--pings-path", str(tmp_path / "pings.csv"), "--places-path", str(tmp_path / "places.csv")]
    assert main(["plan", *inputs, *columns, "--assume-pings", "1e9", "--assume-cores", "8"]) == 0
    sizes = json.loads(capsys.readouterr().out.splitlines()[-1])["sizes"]
    assert sizes["tasks"] == pytest.approx(60e9 / 2**26, rel=0.05)
    assert sizes["rows"] is None


@pytest.mark.parametrize("text", ["0", "1.5", "many", "-3", "nan"])
def test_a_number_that_is_none_is_refused(
    ask: Ask, capsys: pytest.CaptureFixture[str], text: str, files: SampleFiles
) -> None:
    """With how it is written."""
    assert main(["plan", "--settings", str(files.settings), "--assume-pings", text]) == 2
    assert "2e8" in capsys.readouterr().err


class Watched(OneProcess):
    """Notes its tasks, its parts, and the bytes of records that go to them."""

    def __init__(self) -> None:
        self.tasks, self.parts, self.bytes = 0, list[int](), 0

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """As usual."""
        scan, *others = stages
        self.tasks, self.parts = tasks, [stage.parts for stage in stages]

        def work(numbers: Any) -> Iterator[pa.RecordBatch]:
            for batch in scan.work(numbers):
                self.bytes += sum(len(row) for row in batch.column("records").to_pylist() if row)
                yield batch

        yield from super().run(tasks, [Stage(work, scan.gives, scan.parts), *others], step)


def test_the_sizes_are_those_of_the_run(
    ask: Ask, files: SampleFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tasks and parts exactly; the bytes of the records lie between what is said."""
    monkeypatch.setattr(row_groups, "FEWEST_ROWS", 300)
    monkeypatch.setattr(records, "PINGS_PER_PART", 500)
    planned, engine = ask("--engine", "spark", "--assume-cores", "1"), Watched()
    given = {"pings": {"path": str(files.pings)}, "places": {"path": str(files.places)}}
    ran = runner(lambda: nullcontext(engine), tmp_path)
    finished = ran(**given, output=str(tmp_path / "ran"), day=files.days[0], privacy={"k": 1})
    assert finished.refusal is None
    assert (engine.tasks, engine.parts[:2]) == (planned["tasks"], [planned["parts"], planned["writers"]])
    assert planned["parts"] > 5
    kept = next(step["rows"] for step in finished.report["funnel"] if step["key"] == "kept")
    assert kept * 16 <= engine.bytes <= planned["shuffle_bytes"][1]
    assert len(finished.report["per_day"]) * 12 == planned["rows"] == 12
