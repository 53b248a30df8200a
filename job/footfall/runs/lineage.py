"""OpenLineage events of a run, made from its first sign of life and its manifest.

https://openlineage.io/docs/spec: names of datasets, facets.
"""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import pyarrow as pa

from footfall import __version__
from footfall.runs.facts import instant
from footfall.runs.manifest import Alive, Manifest
from footfall.settings import on_object_store

PRODUCER = f"urn:footfall:{__version__}"
SPEC = "https://openlineage.io/spec"
NAMESPACE = "footfall"
PATH = "/api/v1/lineage"
TIMEOUT_SECONDS = 10

Statement = Alive | Manifest
"""The state of a run: its sign of life, or its manifest once it has ended."""

Facet = dict[str, Any]

_TYPES = {
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
}


class LineageError(Exception):
    """An event could not be sent; the run goes on."""


def event(run: Statement, columns: pa.Schema) -> dict[str, Any]:
    """The OpenLineage event of a run: START, COMPLETE if it was published, else FAIL.

    Args:
        run: What the run says.
        columns: Those of the table that its job publishes.
    """
    ended = run if isinstance(run, Manifest) else None
    kind = "START" if not ended else "COMPLETE" if ended.state == "published" else "FAIL"
    return {
        "eventType": kind,
        "eventTime": instant(ended.finished if ended else run.started),
        "producer": PRODUCER,
        "schemaURL": f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(run_uuid(run)), "facets": _run_facets(run)},
        "job": {"namespace": NAMESPACE, "name": run.job, "facets": {"jobType": _job(run)}},
        "inputs": list(_inputs(ended)) if ended else [],
        "outputs": list(_outputs(ended, columns)) if ended and kind == "COMPLETE" else [],
    }


def run_uuid(run: Statement) -> UUID:
    """The run's id as OpenLineage wants it: the same for all events of a run."""
    return uuid5(NAMESPACE_URL, f"{run.output}/runs/{run.run_id}")


def send(run: Statement, columns: pa.Schema, to: str, key: str | None) -> None:
    """Send the event of a run.

    Args:
        run: What the run says.
        columns: Those of the table that its job publishes.
        to: A file to append to, or the address of a server; where that names no path, PATH is its path.
        key: The key that the server wants, if it wants one.

    Raises:
        LineageError: The file or the server does not take it.
    """
    line = json.dumps(event(run, columns))
    try:
        if to.startswith(("http://", "https://")):
            _post(to, line, key)
        else:
            Path(to).parent.mkdir(parents=True, exist_ok=True)
            with Path(to).open("a", encoding="utf-8") as file:
                file.write(line + "\n")
    except (OSError, URLError) as failure:
        raise LineageError(f"{to} does not take the OpenLineage event: {failure}") from failure


def _post(to: str, line: str, key: str | None) -> None:
    address = to if urlsplit(to).path.strip("/") else f"{to.rstrip('/')}{PATH}"
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    with urlopen(Request(address, line.encode(), headers), timeout=TIMEOUT_SECONDS):  # noqa: S310 - its scheme was looked at
        return


def _facet(schema: str, **facts: Any) -> Facet:
    """A facet of the specification: `schema` is its file and its name, such as 1-0-0/SchemaDatasetFacet."""
    return {"_producer": PRODUCER, "_schemaURL": f"{SPEC}/facets/{schema}", **facts}


def _job(run: Statement) -> Facet:
    return _facet(
        "2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet",
        processingType="BATCH",
        integration="SPARK" if "spark" in run.versions else "FOOTFALL",
        jobType="JOB",
    )


def _run_facets(run: Statement) -> dict[str, Facet]:
    facets = {"processing_engine": _processing_engine(run)}
    if not isinstance(run, Manifest):
        return facets
    if run.days and run.time_zone:
        zone = ZoneInfo(run.time_zone)
        first, after = (
            datetime.combine(day, time(), zone) for day in (min(run.days), max(run.days) + timedelta(days=1))
        )
        facets["nominalTime"] = _facet(
            "1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet",
            nominalStartTime=first.isoformat(),
            nominalEndTime=after.isoformat(),
        )
    if run.refusal:
        facets["errorMessage"] = _facet(
            "1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet",
            message=run.refusal,
            programmingLanguage="Python",
        )
    return facets


def _processing_engine(run: Statement) -> Facet:
    """Spark with its version; an engine of the job itself has the version of the job."""
    on_spark = "spark" in run.versions
    return _facet(
        "1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet",
        name="Spark" if on_spark else "footfall",
        version=run.versions["spark"] if on_spark else __version__,
        openlineageAdapterVersion=__version__,
    )


def _inputs(run: Manifest) -> Iterator[dict[str, Any]]:
    """Pings as the settings name them, with what was read; places with what they are."""
    named = run.settings["pings"]["path"]
    paths = [named] if isinstance(named, str) else named
    for path in paths:
        facets = {}
        if run.counts and len(paths) == 1:
            facets = {"inputStatistics": _read(run, "pings", rowCount=run.counts.scanned)}
            if run.checks:
                facets["dataQualityAssertions"] = _assertions(run)
        yield {**dataset(path), "inputFacets": facets}
    if "places" in run.settings:
        read = {"inputStatistics": _read(run, "places", rowCount=run.totals["places"])} if run.totals else {}
        yield {**dataset(run.settings["places"]["path"]), "inputFacets": read}


def _outputs(run: Manifest, columns: pa.Schema) -> Iterator[dict[str, Any]]:
    """The table, and the rows that could not be used."""
    table = {
        "schema": _facet(
            "1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet",
            fields=[{"name": field.name, "type": _type_name(field.type)} for field in columns],
        ),
        "version": _facet(
            "1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet",
            datasetVersion=run.run_id,
        ),
    }
    if on_object_store(run.output):
        catalog = run.settings["catalog"]
        name = f"{catalog['database']}.{run.job}"
        table["symlinks"] = _facet(
            "1-0-1/SymlinksDatasetFacet.json#/$defs/SymlinksDatasetFacet",
            identifiers=[{"namespace": catalog["type"], "name": name, "type": "TABLE"}],
        )
    rows = sum(day.rows or 0 for day in run.per_day)
    yield {**dataset(f"{run.output}/{run.job}"), "facets": table, "outputFacets": _written(rows)}
    kept_apart = run.counts.quarantined if run.counts else 0
    yield {**dataset(f"{run.output}/quarantine"), "outputFacets": _written(kept_apart)}


def _type_name(kind: pa.DataType) -> str:
    """The name of a type as Spark and Hive have it."""
    if pa.types.is_list(kind):
        return f"array<{_type_name(kind.value_type)}>"
    return _TYPES.get(kind, str(kind))


def _written(rows: int) -> dict[str, Facet]:
    schema = "1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet"
    return {"outputStatistics": _facet(schema, rowCount=rows)}


def _read(run: Manifest, role: str, **facts: int) -> Facet:
    files = [each for each in run.inputs if each.role == role]
    return _facet(
        "1-0-0/InputStatisticsInputDatasetFacet.json#/$defs/InputStatisticsInputDatasetFacet",
        fileCount=len(files),
        size=sum(each.bytes for each in files),
        **facts,
    )


def _assertions(run: Manifest) -> Facet:
    return _facet(
        "1-1-0/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet",
        assertions=[{"assertion": each.name, "success": each.ok} for each in run.checks],
    )


def dataset(path: str) -> dict[str, str]:
    """The name of a dataset: its bucket and key, or the path on this machine."""
    if on_object_store(path):
        bucket, _, key = path.partition("://")[2].partition("/")
        return {"namespace": f"s3://{bucket}", "name": key or "/"}
    return {"namespace": "file", "name": str(Path(path).expanduser().absolute())}
