"""A small catalog of Iceberg's REST protocol, on what PyIceberg knows of tables.

`python -m tests.stores.rest_catalog PORT` keeps in memory which metadata file a table has, and writes those to S3, or
to this machine.
"""

import os
import sys
import uuid
from threading import Lock
from typing import Any

import flask
from pyiceberg.catalog.rest import CreateTableRequest
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC
from pyiceberg.serializers import ToOutputFile
from pyiceberg.table import CommitTableRequest
from pyiceberg.table.metadata import TableMetadata, new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER
from pyiceberg.table.update import AssertRefSnapshotId, update_table_metadata

app = flask.Flask(__name__)
namespaces: set[str] = set()
tables: dict[tuple[str, str], tuple[str, TableMetadata]] = {}
one_at_a_time = Lock()
VARIABLES = {
    "s3.endpoint": "AWS_ENDPOINT_URL_S3",
    "s3.access-key-id": "AWS_ACCESS_KEY_ID",
    "s3.secret-access-key": "AWS_SECRET_ACCESS_KEY",
    "s3.region": "AWS_REGION",
}
FILES = {name: os.environ[variable] for name, variable in VARIABLES.items() if variable in os.environ}


def refused(status: int, kind: str) -> tuple[dict[str, Any], int]:
    """An error as the protocol writes it."""
    return {"error": {"message": kind, "type": kind, "code": status}}, status


def written(metadata: TableMetadata) -> tuple[str, TableMetadata]:
    """Write the metadata beside the table."""
    location = f"{metadata.location}/metadata/{uuid.uuid4()}.metadata.json"
    ToOutputFile.table_metadata(metadata, PyArrowFileIO(FILES).new_output(location))
    return location, metadata


def answer(table: tuple[str, TableMetadata]) -> flask.Response:
    """A table as the protocol writes it."""
    location, metadata = table
    text = f'{{"metadata-location": "{location}", "metadata": {metadata.model_dump_json()}, "config": {{}}}}'
    return flask.Response(text, mimetype="application/json")


@app.get("/v1/config")
def config() -> dict[str, Any]:
    """Nothing is prescribed."""
    return {"defaults": {}, "overrides": {}}


@app.get("/v1/namespaces")
def list_namespaces() -> dict[str, Any]:
    """All namespaces."""
    return {"namespaces": [[name] for name in sorted(namespaces)]}


@app.post("/v1/namespaces")
def create_namespace() -> dict[str, Any]:
    """Remember a namespace."""
    given = flask.request.get_json()
    namespaces.add(given["namespace"][0])
    return {"namespace": given["namespace"], "properties": {}}


@app.get("/v1/namespaces/<name>")
def namespace(name: str) -> Any:
    """Whether a namespace is there."""
    known = name in namespaces
    return {"namespace": [name], "properties": {}} if known else refused(404, "NoSuchNamespaceException")


@app.post("/v1/namespaces/<name>/tables")
def create_table(name: str) -> Any:
    """Write the first metadata of a table."""
    left_out = {"partition-spec": None, "write-order": None}
    asked = CreateTableRequest.model_validate({**left_out, **flask.request.get_json()})
    assert asked.location is not None
    with one_at_a_time:
        if (name, asked.name) in tables:
            return refused(409, "AlreadyExistsException")
        tables[name, asked.name] = written(
            new_table_metadata(
                asked.table_schema,
                asked.partition_spec or UNPARTITIONED_PARTITION_SPEC,
                asked.write_order or UNSORTED_SORT_ORDER,
                asked.location,
                asked.properties,
            )
        )
    return answer(tables[name, asked.name])


@app.get("/v1/namespaces/<name>/tables/<table>")
def load_table(name: str, table: str) -> Any:
    """The table as it is now."""
    there = tables.get((name, table))
    return answer(there) if there else refused(404, "NoSuchTableException")


@app.post("/v1/namespaces/<name>/tables/<table>")
def commit(name: str, table: str) -> Any:
    """Replace the metadata, if they still are what the request requires."""
    given = flask.request.get_json()
    asked = CommitTableRequest.model_validate({"identifier": {"namespace": [name], "name": table}, **given})
    with one_at_a_time:
        _, metadata = tables[name, table]
        try:
            for requirement in asked.requirements:
                # PyIceberg would let a table without snapshots be written on `main` alone; the protocol does not.
                if metadata.snapshots or not isinstance(requirement, AssertRefSnapshotId):
                    requirement.validate(metadata)
        except CommitFailedException:
            return refused(409, "CommitFailedException")
        tables[name, table] = written(update_table_metadata(metadata, asked.updates))
    return answer(tables[name, table])


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), threaded=True)
