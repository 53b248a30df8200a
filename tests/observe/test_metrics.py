"""What Prometheus is told of runs: from the manifests, once and over HTTP."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from footfall.history.files import Remembered, RunFile, StoredRunFiles, run_files
from footfall.history.metrics import metrics_text
from footfall.history.reading import all_runs
from tests.history.manifests import NOON, day, manifest, put
from tests.history.test_reading import alive

Samples = dict[tuple[str, ...], float]


def samples(text: str) -> Samples:
    """Each sample by its name and the values of its labels."""
    return {
        (each.name, *(each.labels[key] for key in sorted(each.labels))): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


def fetched(address: str) -> str:
    """What is served there."""
    with urlopen(address) as answer:  # noqa: S310 - our own server
        return str(answer.read(), "utf-8")


@contextmanager
def exporter(output: Path) -> Iterator[str]:
    """The address of an exporter of the output, while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "footfall", "metrics", "--output", str(output), "--listen", "0"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        yield process.stderr.readline().split()[0]
    finally:
        process.terminate()
        process.wait()


def test_an_output_without_runs_has_metrics_too(tmp_path: Path) -> None:
    """All states are there as zeros, so that rules have something to look at."""
    told = samples(metrics_text(run_files(str(tmp_path)), NOON))
    assert told["footfall_history_up",] == 1
    assert told["footfall_runs", "published"] == 0
    assert told["footfall_days", "missing"] == 0
    assert not any(name.startswith("footfall_last") for name, *_ in told)


def test_the_last_run_and_the_last_day_are_told(tmp_path: Path) -> None:
    """A later run that failed is the last run, and leaves the last published day as it was."""
    put(tmp_path, manifest("a", day(1)))
    absent = dict.fromkeys(("counts", "totals", "per_day", "checks"))
    later = {"started": "2023-03-10T10:00:00Z", "finished": "2023-03-10T10:00:05Z", "seconds": 5.0}
    put(tmp_path, manifest("b", day(3), **absent, **later, state="failed", exit_code=6, refusal="No"))
    alive(tmp_path, "c", age=1)
    told = samples(metrics_text(run_files(str(tmp_path)), NOON))
    assert (told["footfall_runs", "published"], told["footfall_runs", "failed"]) == (1, 1)
    assert told["footfall_last_run_exit_code",] == 6
    assert told["footfall_last_run_seconds",] == 5
    assert told["footfall_last_run_info", "b", "4.1.2", "failed", "0.1.0"] == 1
    assert (
        told["footfall_last_published_day_timestamp_seconds",] == datetime(2023, 3, 1, tzinfo=UTC).timestamp()
    )
    assert told["footfall_last_published_visits",] == 7
    assert told["footfall_last_published_rows", "quarantined"] == 6
    assert told["footfall_last_published_quarantined_rows", "missing_field:at"] == 6
    assert told["footfall_running_seconds", "c", "count pings and visits"] == 3600
    assert told["footfall_days", "running"] == 2


def test_prices_make_a_cost(tmp_path: Path) -> None:
    """With its currency."""
    cost = {"core_seconds": 180.0, "gib_seconds": 360.0, "amount": 0.25, "currency": "EUR"}
    put(tmp_path, manifest("a", day(1), cost=cost))
    told = samples(metrics_text(run_files(str(tmp_path)), NOON))
    assert told["footfall_last_run_cost", "EUR"] == 0.25
    assert told["footfall_last_run_core_seconds",] == 180


def test_the_exporter_sees_a_run_as_soon_as_it_ended(tmp_path: Path) -> None:
    """It reads the output again at each request."""
    with exporter(tmp_path) as address:
        assert address.endswith("/metrics")
        assert samples(fetched(address))["footfall_runs", "published"] == 0
        put(tmp_path, manifest("a", day(1)))
        assert samples(fetched(address))["footfall_runs", "published"] == 1


def test_a_manifest_is_read_once(tmp_path: Path) -> None:
    """Else each request would fetch all of them from the bucket."""
    put(tmp_path, manifest("a", day(1)))
    files = Remembered(run_files(str(tmp_path)))
    assert len(all_runs(files, NOON)) == 1
    put(tmp_path, manifest("b", day(2)))
    asked = _Asked(str(tmp_path))
    files.files = asked
    assert [run.run_id for run in all_runs(files, NOON)] == ["b", "a"]
    assert asked.read_ids == ["b"]


class _Asked(StoredRunFiles):
    """Remembers whose files were read."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        object.__setattr__(self, "read_ids", [])

    def read(self, wanted: Sequence[RunFile]) -> list[bytes | None]:
        """Note whose, and read."""
        self.read_ids.extend(each.run_id for each in wanted)
        return super().read(wanted)

    read_ids: list[str]
