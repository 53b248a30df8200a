"""The job in one sentence: read -> clean -> locate -> aggregate -> check -> publish, and a report of it all."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial, reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from pyspark.sql import DataFrame, Observation, Row, SparkSession
from pyspark.sql import functions as f

from footfall import aggregate, check, clean
from footfall.engines.spark.session import failures_told, stages_shown
from footfall.engines.spark.workers import Batches, wake
from footfall.errors import Conflict, FootfallError, InputError
from footfall.local_time import LocalTime
from footfall.locate import Search, build, locate
from footfall.publish import Output, open_output
from footfall.read.digests import sha256
from footfall.read.pings import PingInput, read_pings
from footfall.read.pings.csv.ranges import CsvRanges
from footfall.read.pings.parquet.row_groups import RowGroups
from footfall.read.places import PlaceInput
from footfall.read.places.fetched import read_places_anywhere
from footfall.report import content
from footfall.report.content import totals
from footfall.report.html import render_html
from footfall.report.samples import samples
from footfall.runs import journal
from footfall.runs.evidence import Evidence, Inputs, Run, Seen, Source, alive, failure, manifest, report
from footfall.runs.outcome import Check
from footfall.runs.progress import Progress, Recorder
from footfall.settings import Settings
from footfall.shuffle.records import parts_for

AUDITED_PINGS = 2000
"""About so many pings, the same ones in each run, are looked up a second time by GEOS alone."""


class Finished(NamedTuple):
    """A run that came to its end: its report, the page that shows it, and why it was not published, if so."""

    report: dict[str, Any]
    page: str
    refusal: FootfallError | None


def run(spark: SparkSession, settings: Settings, run: Run, listener: Progress) -> Finished:
    """Count footfall for the days of the settings, and publish it unless something speaks against it.

    While it lives, and if it fails, the run says so among the run's own files.

    Raises:
        SettingsError: The output cannot be written.
        InputError: A file is not what it should be, or a day holds no ping. No count was written.
        InfrastructureError: Spark or a store failed.
    """
    started, steps = run.now(), Recorder(listener, run.clock)
    lives = partial(alive, run, settings, started, steps)
    run.heard(lives())
    with failures_told():
        output = open_output(spark, settings, run.id)
        with journal.kept(output, lives, partial(failure, run, settings, started, steps)), failures_told():
            return _counted(spark, output, settings, run, started, steps)


def _counted(
    spark: SparkSession, output: Output, settings: Settings, run: Run, started: datetime, steps: Recorder
) -> Finished:
    with TemporaryDirectory(prefix="footfall-") as scratch, ThreadPoolExecutor(2) as background:
        awake = background.submit(wake, spark)
        places = _read_places(spark, settings, scratch, steps)
        pings = _read_pings(spark, settings, steps)
        sources = background.submit(_sources, places, pings)
        rules, search = clean.Rules.of(settings), _search(places, pings.about, settings, scratch, steps)
        located, scanned = find_places(spark, pings, rules, search)
        counted = aggregate.count(located, aggregate.VisitRules.of(settings), search.parts).persist()

        awake.result()
        sums = _sums(counted, scanned, steps)
        days = _days(settings, check.days_counted(sums))
        table = aggregate.complete(counted, places.places, days, settings.privacy.k)
        with output.begin():
            staged = _stage(output, table, days, steps)
            bad = _quarantine(output, pings, rules, check.unusable(sums), run.id, steps)
            with steps.step("check") as step, stages_shown(spark, step):
                funnel = check.funnel(sums, days, bad.rows)
                seen = Seen(totals(staged), output.totals(_days_before(days)), bad.samples)
                keys = content.keys(seen.totals)
                checks = [
                    *check.gates(funnel, settings.quality, content.per_day(seen.totals, seen.before)),
                    *check.audits(funnel, scanned(sums), sums, keys, len(places.places) * len(days)),
                    check.quarantine(sums, bad.rows),
                ]
            refusal = _publish(output, days, checks, steps)
            counted.unpersist()
            inputs = Inputs(places.places, sources.result(), (*pings.notes, *places.notes))
            evidence = Evidence(
                run, started, settings, inputs, days, funnel, seen, checks, steps.steps, refusal
            )
            return _write_report(output, evidence)


def _read_places(spark: SparkSession, settings: Settings, scratch: str, steps: Recorder) -> PlaceInput:
    with steps.step("read places") as step:
        places = read_places_anywhere(spark, settings.places, Path(scratch))
        denied = {place.category for place in places.places} & set(settings.privacy.deny_categories)
        if denied:
            raise InputError(
                f"The places hold categories that may not be counted: {', '.join(sorted(map(str, denied)))}",
                where=f"{settings.places.path}, column {settings.places.columns.category}",
                fix="Take these places out of the file; privacy.deny_categories lists what is denied.",
            )
        step.note(places=len(places.places))
    return places


def _read_pings(spark: SparkSession, settings: Settings, steps: Recorder) -> PingInput:
    with steps.step("find pings") as step:
        pings = read_pings(spark, settings.pings)
        step.note(files=len(pings.files), bytes=sum(file.bytes for file in pings.files))
    return pings


def _sources(places: PlaceInput, pings: PingInput) -> tuple[Source, ...]:
    """The digests of all inputs, taken while Spark works."""
    files = [*(("places", file) for file in places.files), *(("pings", file) for file in pings.files)]
    return tuple(Source(role, file, sha256(file)) for role, file in files)


def _search(places: PlaceInput, pings: int, settings: Settings, scratch: str, steps: Recorder) -> Search:
    with steps.step("index places") as step:
        index = build(places.places, pings)
        step.note(cells=len(index.cells), bytes=index.bytes)
        every = 1 + pings // AUDITED_PINGS
        return Search(index.save(Path(scratch)), settings.boundary, parts_for(pings), every)


def find_places(
    spark: SparkSession, pings: PingInput, rules: clean.Rules, search: Search
) -> tuple[DataFrame, Callable[[list[Row]], int]]:
    """PINGS_LOCATED, and a way to ask how many rows the readers gave, once all is counted."""
    batch_rules = clean.BatchRules.of(rules, LocalTime.of(spark, rules.time_zone))
    tables, known = [], 0
    for groups in pings.by_tasks:
        tables.append(locate(groups.frame(spark), search, partial(_judged, groups, batch_rules)))
        known += groups.rows
    if pings.by_spark is None:
        return reduce(DataFrame.unionAll, tables), lambda sums: known + check.scanned(sums)
    scanned = Observation("scanned")
    rows = pings.by_spark.observe(scanned, f.count(f.lit(1)).alias("rows"))
    judged = clean.judge(rows, rules).select("device", "at", "lon", "lat", "reason")
    tables.append(locate(judged, search))
    return reduce(
        DataFrame.unionAll, tables
    ), lambda sums: known + check.scanned(sums) + int(scanned.get["rows"])


def _judged(groups: RowGroups | CsvRanges, rules: clean.BatchRules, numbers: Batches) -> Batches:
    """What a task reads by itself, judged."""
    for batch in groups.read(numbers, rules.elsewhere):
        yield clean.judge_batch(batch, rules).replace_schema_metadata(batch.schema.metadata)


def _sums(counted: DataFrame, scanned: Callable[[list[Row]], int], steps: Recorder) -> list[Row]:
    with steps.step("count pings and visits") as step, stages_shown(counted.sparkSession, step):
        sums = check.sums(counted)
        step.note(rows=scanned(sums))
    return sums


def _days(settings: Settings, found: list[date]) -> list[date]:
    """The days to publish: all that hold a ping, or those asked for."""
    asked = found if settings.days == "all" else list(settings.days)
    missing = sorted(set(asked) - set(found))
    if asked and (not missing or settings.allow_empty):
        return asked
    named = ", ".join(map(str, missing[:5])) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
    raise InputError(
        f"The input holds no ping that can be used on {named}"
        if missing
        else "The input holds no ping that can be used",
        where=f"pings.path {settings.pings.path}, days in {settings.day_zone}",
        fix="Check days, time_zone and pings.columns; allow_empty: true publishes zeros for such days.",
    )


def _stage(output: Output, table: DataFrame, days: list[date], steps: Recorder) -> DataFrame:
    with steps.step("write") as step, stages_shown(table.sparkSession, step):
        return output.stage(table, days)


class _Bad(NamedTuple):
    """What was quarantined: rows of each reason, and samples of them."""

    rows: dict[str, int]
    samples: dict[str, list[dict[str, str]]]


def _quarantine(
    output: Output,
    pings: PingInput,
    rules: clean.Rules,
    unusable: dict[str, int],
    run_id: str,
    steps: Recorder,
) -> _Bad:
    """Write the rows that could not be used; where there are none, without another look at the input."""
    with steps.step("quarantine") as step:
        step.note(rows=sum(unusable.values()))
        if not unusable:
            output.empty_quarantine()
            return _Bad({}, {})
        judged = clean.judge(pings.rows, rules)
        with stages_shown(judged.sparkSession, step):
            written = output.quarantine(clean.quarantined(judged, run_id))
            rows = {row.reason: row["count"] for row in written.groupBy("reason").count().collect()}
            return _Bad(rows, samples(written))


def _days_before(days: list[date]) -> list[date]:
    """The days to compare with."""
    return [day - timedelta(days=1) for day in days]


def _publish(output: Output, days: list[date], checks: list[Check], steps: Recorder) -> FootfallError | None:
    """Publish the days, or say why not."""
    with steps.step("publish") as step:
        refusal = check.refusal([each for each in checks if not each.ok])
        try:
            if refusal is None:
                output.publish(days)
        except Conflict as conflict:
            refusal = conflict
        step.note(days=0 if refusal else len(days))
    return refusal


def _write_report(output: Output, evidence: Evidence) -> Finished:
    """Write the report, and last the manifest: where it stands, the run is complete."""
    told = report(evidence)
    output.write("report.json", json.dumps(told, indent=1))
    page = output.write("report.html", render_html(told))
    output.write("manifest.json", json.dumps(last := manifest(evidence), indent=1))
    evidence.run.heard(last)
    return Finished(told, page, evidence.refusal)
