"""OpenLineage events of a run, made from what it says when it begins and from its manifest.

https://openlineage.io/docs/spec: names of datasets, facets.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from footfall import __version__
from footfall.schema import FOOTFALL
from footfall.settings import on_object_store

PRODUCER = f"urn:footfall:{__version__}"
SPEC = "https://openlineage.io/spec"
NAMESPACE = "footfall"
PATH = "/api/v1/lineage"
_PATIENCE = 10

Told = Mapping[str, Any]
Facet = dict[str, Any]


class NotTold(Exception):
    """The events did not reach where they should go; a run goes on all the same."""


def event(told: Told) -> dict[str, Any]:
    """The event that tells of a run.

    Args:
        told: Its manifest; or, as long as it has not ended, what it says of itself.
    """
    state = told.get("state")
    kind = {None: "START", "published": "COMPLETE"}.get(state, "FAIL")
    return {
        "eventType": kind,
        "eventTime": told.get("finished") or told["started"],
        "producer": PRODUCER,
        "schemaURL": f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(run_uuid(told)), "facets": _run_facets(told)},
        "job": {"namespace": NAMESPACE, "name": "footfall", "facets": {"jobType": _JOB}},
        "inputs": list(_inputs(told)) if "settings" in told else [],
        "outputs": list(_outputs(told)) if kind == "COMPLETE" else [],
    }


def run_uuid(told: Told) -> Any:
    """The run's id as OpenLineage wants it: the same for all events of a run."""
    return uuid5(NAMESPACE_URL, f"{told['output']}/runs/{told['run_id']}")


def send(told: Told, to: str, key: str | None) -> None:
    """Tell of a run.

    Args:
        told: What the run says.
        to: A file to append to, or the address of a server; where that names no path, PATH is its path.
        key: The key that the server wants, if it wants one.

    Raises:
        NotTold: The file or the server does not take it.
    """
    line = json.dumps(event(told))
    try:
        if to.startswith(("http://", "https://")):
            _post(to, line, key)
        else:
            Path(to).parent.mkdir(parents=True, exist_ok=True)
            with Path(to).open("a", encoding="utf-8") as file:
                file.write(line + "\n")
    except (OSError, URLError) as failure:
        raise NotTold(f"{to} does not take the OpenLineage event: {failure}") from failure


def _post(to: str, line: str, key: str | None) -> None:
    address = to if urlsplit(to).path.strip("/") else f"{to.rstrip('/')}{PATH}"
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    with urlopen(Request(address, line.encode(), headers), timeout=_PATIENCE):  # noqa: S310 - its scheme was looked at
        return


def _facet(schema: str, **facts: Any) -> Facet:
    """A facet of the specification: `schema` is its file and its name, such as 1-0-0/SchemaDatasetFacet."""
    return {"_producer": PRODUCER, "_schemaURL": f"{SPEC}/facets/{schema}", **facts}


_JOB = _facet(
    "2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet",
    processingType="BATCH",
    integration="SPARK",
    jobType="JOB",
)


def _run_facets(told: Told) -> dict[str, Facet]:
    engine = _facet(
        "1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet",
        name="Spark",
        version=told["versions"]["spark"],
        openlineageAdapterVersion=__version__,
    )
    facets = {"processing_engine": engine}
    if told.get("days") and told.get("time_zone"):
        zone = ZoneInfo(told["time_zone"])
        first, last = (datetime.fromisoformat(day).replace(tzinfo=zone) for day in _ends(told["days"]))
        facets["nominalTime"] = _facet(
            "1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet",
            nominalStartTime=first.isoformat(),
            nominalEndTime=(last + timedelta(days=1)).isoformat(),
        )
    if told.get("refusal"):
        facets["errorMessage"] = _facet(
            "1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet",
            message=told["refusal"],
            programmingLanguage="Python",
        )
    return facets


def _ends(days: list[str]) -> tuple[str, str]:
    return min(days), max(days)


def _inputs(told: Told) -> Iterator[dict[str, Any]]:
    """Pings as the settings name them, with what was read; places with what they are."""
    counts, settings = told.get("counts"), told["settings"]
    named = settings["pings"]["path"]
    paths = [named] if isinstance(named, str) else named
    for path in paths:
        facets = {}
        if counts and len(paths) == 1:
            facets = {"inputStatistics": _read(told, "pings", rowCount=counts["scanned"])}
            if told.get("checks"):
                facets["dataQualityAssertions"] = _assertions(told)
        yield {**dataset(path), "inputFacets": facets}
    read = {"inputStatistics": _read(told, "places", rowCount=told["totals"]["places"])} if counts else {}
    yield {**dataset(settings["places"]["path"]), "inputFacets": read}


def _outputs(told: Told) -> Iterator[dict[str, Any]]:
    """The table, and the rows that could not be used."""
    output, totals = told["output"], told["totals"]
    table = {
        "schema": _facet(
            "1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet",
            fields=[{"name": field.name, "type": field.dataType.simpleString()} for field in FOOTFALL],
        ),
        "version": _facet(
            "1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet",
            datasetVersion=told["run_id"],
        ),
    }
    if on_object_store(output):
        name = f"{told['settings']['catalog']['database']}.footfall"
        table["symlinks"] = _facet(
            "1-0-1/SymlinksDatasetFacet.json#/$defs/SymlinksDatasetFacet",
            identifiers=[{"namespace": told["settings"]["catalog"]["type"], "name": name, "type": "TABLE"}],
        )
    rows = totals["places"] * totals["days"]
    yield {**dataset(f"{output}/footfall"), "facets": table, "outputFacets": _written(rows)}
    kept_apart = told["counts"]["quarantined"]
    yield {**dataset(f"{output}/quarantine"), "outputFacets": _written(kept_apart)}


def _written(rows: int) -> dict[str, Facet]:
    schema = "1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet"
    return {"outputStatistics": _facet(schema, rowCount=rows)}


def _read(told: Told, role: str, **facts: int) -> Facet:
    files = [each for each in told["inputs"] if each["role"] == role]
    return _facet(
        "1-0-0/InputStatisticsInputDatasetFacet.json#/$defs/InputStatisticsInputDatasetFacet",
        fileCount=len(files),
        size=sum(each["bytes"] for each in files),
        **facts,
    )


def _assertions(told: Told) -> Facet:
    return _facet(
        "1-1-0/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet",
        assertions=[{"assertion": each["name"], "success": each["ok"]} for each in told["checks"]],
    )


def dataset(path: str) -> dict[str, str]:
    """The name of a dataset: its bucket and key, or the path on this machine."""
    if on_object_store(path):
        bucket, _, key = path.partition("://")[2].partition("/")
        return {"namespace": f"s3://{bucket}", "name": key or "/"}
    return {"namespace": "file", "name": str(Path(path).expanduser().absolute())}
