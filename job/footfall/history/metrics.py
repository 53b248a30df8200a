"""Metrics of runs for Prometheus, read from manifests, because a run has ended before it could be scraped."""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from footfall.errors import FootfallError, InfrastructureError
from footfall.history.calendar import DayRecord, calendar
from footfall.history.files import Remembered, RunFiles
from footfall.history.reading import all_runs
from footfall.history.record import STATES, RunRecord

DAY_STATES = ("published", "refused", "failed", "running", "lost", "missing")
Metrics = Iterator[GaugeMetricFamily]


def metrics_text(files: RunFiles, now: datetime) -> str:
    """All metrics in the text format of Prometheus: for the textfile collector of node-exporter, or a push gateway.

    Raises:
        FootfallError: The history cannot be read.
    """
    return _text(_History(files, lambda: now, is_strict=True))


def serve(files: RunFiles, address: tuple[str, int], now: Callable[[], datetime]) -> None:
    """Serve /metrics until the process is stopped; the history is read again at each request.

    Raises:
        InfrastructureError: The port is in use, or the address is not one of this machine.
    """
    host, port = address
    registry = CollectorRegistry()
    registry.register(_History(Remembered(files), now))
    try:
        server, _ = start_http_server(port, host, registry)
    except OSError as failure:
        raise InfrastructureError(
            f"Metrics cannot be served at this address: {failure.strerror}",
            where=f"{host}:{port}",
            fix="Name another port with --listen.",
        ) from failure
    sys.stderr.write(f"http://{host}:{server.server_address[1]}/metrics of the runs in {files.root}\n")
    sys.stderr.flush()
    threading.Event().wait()


def _text(collector: Collector) -> str:
    registry = CollectorRegistry()
    registry.register(collector)
    return str(generate_latest(registry), "utf-8")


@dataclass(eq=False)
class _History(Collector):
    """A collector that reads the history at each request; if that fails, its one metric is `history_up` 0."""

    files: RunFiles
    now: Callable[[], datetime]
    is_strict: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def collect(self) -> Metrics:
        """All metrics; the history is read now."""
        with self.lock:
            try:
                runs = all_runs(self.files, self.now())
            except FootfallError:
                if self.is_strict:
                    raise
                yield _one("history_up", "Whether the history could be read.", 0)
                return
            yield _one("history_up", "Whether the history could be read.", 1)
            yield from metrics(runs, self.now())

    def describe(self) -> Metrics:
        """No metrics, so that registering the collector does not read the history."""
        return iter(())


def metrics(runs: Sequence[RunRecord], now: datetime) -> Metrics:
    """The metrics of these runs, which are given latest first."""
    days = calendar(runs)
    states = Counter[str](run.state for run in runs)
    yield _by("runs", "Runs in the history, by how they ended.", "state", {s: states[s] for s in STATES})
    kinds = Counter[str](day.state for day in days)
    by_state = {state: kinds[state] for state in DAY_STATES}
    yield _by("days", "Days from the first to the last one tried, by their state.", "state", by_state)
    troubled = sum(day.is_troubled for day in days)
    yield _one("days_troubled", "Days whose last run did not publish them.", troubled)
    yield from _running([run for run in runs if run.state == "running"], now)
    ended = [run for run in runs if run.finished is not None]
    if ended:
        yield from _last_run(max(ended, key=lambda run: run.finished or now))
    published = [day for day in days if day.publisher is not None]
    if published:
        yield from _last_day(published[-1])


def _running(runs: Sequence[RunRecord], now: datetime) -> Metrics:
    seconds = GaugeMetricFamily(
        "footfall_running_seconds", "How long a run has been running.", labels=("run_id", "step")
    )
    for run in runs:
        if run.started is not None:
            seconds.add_metric([run.run_id, run.step or ""], (now - run.started).total_seconds())
    yield seconds


def _last_run(run: RunRecord) -> Metrics:
    info = GaugeMetricFamily(
        "footfall_last_run_info",
        "The run that ended last; always 1.",
        labels=("run_id", "state", "version", "spark"),
    )
    versions = run.versions
    info.add_metric([run.run_id, run.state, versions.get("footfall", ""), versions.get("spark", "")], 1)
    yield info
    yield _one("last_run_exit_code", "The exit code of the run that ended last.", run.exit_code or 0)
    yield _one("last_run_timestamp_seconds", "When the run that ended last ended.", _stamp(run.finished))
    yield _one("last_run_seconds", "How long the run that ended last took.", run.seconds or 0)
    steps = {each.name: each.seconds for each in (run.manifest.steps if run.manifest else ())}
    yield _by("last_run_step_seconds", "How long each step of it took.", "step", steps)
    failed = sum(check.is_refusing for check in run.checks)
    yield _one("last_run_failed_checks", "How many of its checks spoke against publishing.", failed)
    yield _one("last_run_warnings", "How many of its gates warned.", len(run.warnings))
    if run.cost is not None:
        yield _one("last_run_core_seconds", "Cores times seconds that it held.", run.cost.core_seconds)
        yield _one("last_run_gib_seconds", "GiB of memory times seconds that it held.", run.cost.gib_seconds)
        if run.cost.amount is not None:
            priced = {run.cost.currency or "": run.cost.amount}
            yield _by("last_run_cost", "What it cost, by the prices of the settings.", "currency", priced)


def _last_day(day: DayRecord) -> Metrics:
    start = datetime.combine(day.day, time(), UTC)
    yield _one(
        "last_published_day_timestamp_seconds", "Midnight (UTC) of the latest published day.", _stamp(start)
    )
    run = day.publisher
    if run is None:
        return
    yield _one("last_published_timestamp_seconds", "When that day was published.", _stamp(run.finished))
    yield _by("last_published_rows", "Rows of its run by stage of the funnel.", "stage", dict(run.rows))
    if run.manifest is not None and run.manifest.counts is not None:
        reasons = run.manifest.counts.reasons
        yield _by("last_published_quarantined_rows", "Quarantined rows of its run.", "reason", reasons)
    yield _one("last_published_warnings", "How many gates of its run warned.", len(run.warnings))
    if day.sums is not None:
        for name, value in day.sums.sums.items():
            text = f"The sum {name.replace('_', ' ')} of that day, over rows that are not suppressed."
            yield _one(f"last_published_{name}", text, value)
        text = "Rows of that day with too few devices to show."
        yield _one("last_published_suppressed_rows", text, day.sums.suppressed_rows)


def _one(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"footfall_{name}", text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"footfall_{name}", text, labels=(label,))
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _stamp(moment: datetime | date | None) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else 0.0
