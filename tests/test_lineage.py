"""OpenLineage events: what they say, that the official client's own classes would say the same, and where they go."""

import inspect
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from openlineage.client import facet_v2
from openlineage.client.generated.base import (
    DatasetFacet,
    InputDatasetFacet,
    JobFacet,
    OutputDatasetFacet,
    RunFacet,
)

from footfall import __version__
from footfall.runs.lineage import LineageError, dataset, event, send
from footfall.runs.manifest import Alive, Manifest
from footfall.schema import FOOTFALL
from tests.history.manifests import day, manifest

CATALOG = {"type": "glue", "database": "footfall"}
BEGUN = Alive(
    run_id="r1",
    started=datetime(2023, 3, 10, 9, tzinfo=UTC),
    days="2023-03-01",
    step="begin",
    command="footfall run",
    versions={"spark": "4.1.2"},
    output="/out",
)


def ended(**changes: Any) -> Manifest:
    """A manifest of two days."""
    return Manifest.from_json(manifest("r1", day(1), day(2), **changes))


def facets(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All facets of an event."""
    yield from told["run"]["facets"].values()
    yield from told["job"]["facets"].values()
    for each in told["inputs"] + told["outputs"]:
        for kind in ("facets", "inputFacets", "outputFacets"):
            yield from each.get(kind, {}).values()


def official(schema: str) -> Any:
    """The class of the official client for a facet, by the name at the end of its schema."""
    bases = (RunFacet, JobFacet, DatasetFacet, InputDatasetFacet, OutputDatasetFacet)
    modules = [module for _, module in inspect.getmembers(facet_v2, inspect.ismodule)]
    for module in modules:
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, bases) and found._get_schema() == schema:
                return found
    raise LookupError(f"no class of the client has the schema {schema}")


def test_a_run_is_told_from_its_begin_to_its_end() -> None:
    """Both events have the same id of the run, which is a UUID."""
    start, end = event(BEGUN, FOOTFALL), event(ended(), FOOTFALL)
    assert (start["eventType"], start["eventTime"]) == ("START", "2023-03-10T09:00:00Z")
    assert (end["eventType"], end["eventTime"]) == ("COMPLETE", "2023-03-10T09:01:30Z")
    assert start["run"]["runId"] == end["run"]["runId"] == str(UUID(start["run"]["runId"]))


def test_inputs_and_outputs_have_their_rows() -> None:
    """120 rows of pings and 2 places were read; 2 places on 2 days were written, 6 rows were set apart."""
    told = event(ended(), FOOTFALL)
    read = {
        each["name"].rpartition("/")[2]: each["inputFacets"]["inputStatistics"] for each in told["inputs"]
    }
    assert {name: (each["rowCount"], each["size"], each["fileCount"]) for name, each in read.items()} == {
        "pings.csv": (120, 5000, 1),
        "places.geojson": (2, 900, 1),
    }
    written = {each["name"]: each["outputFacets"]["outputStatistics"]["rowCount"] for each in told["outputs"]}
    assert written == {"/out/footfall": 4, "/out/quarantine": 6}
    fields = told["outputs"][0]["facets"]["schema"]["fields"]
    assert fields[0] == {"name": "place_id", "type": "string"}


def test_days_are_told_in_their_zone() -> None:
    """From midnight to midnight."""
    facet = event(ended(time_zone="America/Guatemala"), FOOTFALL)["run"]["facets"]["nominalTime"]
    assert facet["nominalStartTime"] == "2023-03-01T00:00:00-06:00"
    assert facet["nominalEndTime"] == "2023-03-03T00:00:00-06:00"


@pytest.mark.parametrize("state", ["refused", "failed"])
def test_a_run_that_published_nothing_fails_with_its_reason(state: str) -> None:
    """It has inputs and no outputs; a failure knows no counts."""
    absent = {} if state == "refused" else dict.fromkeys(("counts", "totals", "inputs"))
    told = event(ended(state=state, exit_code=4, refusal="Too many bad rows", **absent), FOOTFALL)
    assert told["eventType"] == "FAIL"
    assert told["run"]["facets"]["errorMessage"]["message"] == "Too many bad rows"
    assert len(told["inputs"]) == 2
    assert told["outputs"] == []


def test_the_engine_is_named_with_its_version() -> None:
    """Spark, or an engine of the job itself, which has the version of the job."""
    spark = event(ended(), FOOTFALL)
    assert spark["run"]["facets"]["processing_engine"]["name"] == "Spark"
    assert spark["run"]["facets"]["processing_engine"]["version"] == "4.1.2"
    assert spark["job"]["facets"]["jobType"]["integration"] == "SPARK"
    own = event(ended(versions={"footfall": "0.1.0", "python": "3.11.7"}), FOOTFALL)
    assert own["run"]["facets"]["processing_engine"]["name"] == "footfall"
    assert own["run"]["facets"]["processing_engine"]["version"] == __version__
    assert own["job"]["facets"]["jobType"]["integration"] == "FOOTFALL"


def test_columns_are_told_with_the_names_that_engines_give_their_types() -> None:
    """All of the published table."""
    fields = event(ended(), FOOTFALL)["outputs"][0]["facets"]["schema"]["fields"]
    assert [(each["name"], each["type"]) for each in fields] == [
        ("place_id", "string"),
        ("day", "date"),
        ("pings", "bigint"),
        ("devices", "bigint"),
        ("visits", "bigint"),
        ("single_ping_visits", "bigint"),
        ("dwell_seconds_p25", "double"),
        ("dwell_seconds_p50", "double"),
        ("dwell_seconds_p75", "double"),
        ("visits_by_hour", "array<int>"),
        ("dwell_buckets", "array<int>"),
        ("visits_of_at_least", "array<int>"),
        *((f"scaled_{name}", "double") for name in ("pings", "devices", "visits")),
        ("certain_pings", "bigint"),
        ("possible_pings", "bigint"),
        ("suppressed", "boolean"),
    ]


def test_datasets_on_s3_are_named_by_bucket_and_key() -> None:
    """As OpenLineage names them, so that other jobs' events meet ours."""
    assert dataset("s3a://lake/pings/day=*/") == {"namespace": "s3://lake", "name": "pings/day=*/"}
    told = event(ended(output="s3://lake/out", settings={**ended().settings, "catalog": CATALOG}), FOOTFALL)
    assert (told["outputs"][0]["namespace"], told["outputs"][0]["name"]) == ("s3://lake", "out/footfall")
    (table,) = told["outputs"][0]["facets"]["symlinks"]["identifiers"]
    assert table == {"namespace": "glue", "name": "footfall.footfall", "type": "TABLE"}


def test_each_facet_is_one_of_the_specification() -> None:
    """The client's class for its schema takes its fields, and lacks none."""
    changes = {"output": "s3://lake/out", "settings": {**ended().settings, "catalog": CATALOG}}
    told = [
        *facets(event(ended(**changes), FOOTFALL)),
        *facets(event(ended(state="failed", refusal="No"), FOOTFALL)),
    ]
    assert len(told) > 12
    for facet in told:
        fields = {key: value for key, value in facet.items() if not key.startswith("_")}
        official(facet["_schemaURL"])(**fields)


def test_events_are_appended_to_a_file(tmp_path: Path) -> None:
    """One line each."""
    for told in (BEGUN, ended()):
        send(told, FOOTFALL, str(tmp_path / "new" / "lineage.jsonl"), None)
    lines = (tmp_path / "new" / "lineage.jsonl").read_text().splitlines()
    assert [json.loads(line)["eventType"] for line in lines] == ["START", "COMPLETE"]


def test_events_go_to_a_server_with_its_key() -> None:
    """To the usual path, where the address names none."""
    heard: list[tuple[str, str | None, dict[str, Any]]] = []

    class Server(BaseHTTPRequestHandler):
        """Takes events."""

        def do_POST(self) -> None:
            """Hear an event."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append((self.path, self.headers["Authorization"], body))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Server)
    Thread(target=server.serve_forever, daemon=True).start()
    send(BEGUN, FOOTFALL, f"http://127.0.0.1:{server.server_address[1]}", "a-key")
    server.shutdown()
    ((path, key, told),) = heard
    assert (path, key, told["eventType"]) == ("/api/v1/lineage", "Bearer a-key", "START")


@pytest.mark.parametrize("to", ["http://127.0.0.1:1", "/dev/null/lineage.jsonl"])
def test_what_cannot_be_told_is_said(to: str) -> None:
    """With the place it should have gone to."""
    with pytest.raises(LineageError, match=to.rpartition("/")[2]):
        send(BEGUN, FOOTFALL, to, None)
