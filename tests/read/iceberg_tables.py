"""Tables of Iceberg on this machine: a catalog that speaks REST, and files that delete rows, as other engines write."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import orc
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat, ManifestContent, ManifestWriterV2
from pyiceberg.table import Table
from pyiceberg.typedef import Record
from pyroaring import BitMap
from tests.stores.servers import free_port, wait_for

ROOT = Path(__file__).parents[2]
_PATHS, _POSITIONS = 2147483546, 2147483545  # the ids that the specification gives to columns of deletions


@contextmanager
def rest_catalog() -> Iterator[str]:
    """A catalog that speaks REST; its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.stores.rest_catalog", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def new_table(address: str, name: str, folder: Path, schema: Any, **more: Any) -> Table:
    """An empty table `db.NAME` with its files in a folder."""
    catalog = RestCatalog("tests", uri=address)
    if not catalog.namespace_exists("db"):
        catalog.create_namespace("db")
    return catalog.create_table(("db", name), schema, location=f"file://{folder}", **more)


def append_file(table: Table, rows: pa.Table, partition: Sequence[Any] = ()) -> str:
    """Append a data file that was written by something else; its path."""
    ids = {field.name: field.field_id for field in table.schema().fields}
    path = _write(table, rows, {name: ids[name] for name in rows.column_names})
    _append(table, path, rows.num_rows, DataFileContent.DATA, partition=Record(*partition))
    return path


def append_orc(table: Table, rows: pa.Table) -> str:
    """Append a data file of ORC; its path."""
    path = f"{table.location()}/data/a.orc"
    local = Path(path.removeprefix("file://"))
    local.parent.mkdir(parents=True)
    orc.write_table(rows, local)
    _append(table, path, rows.num_rows, DataFileContent.DATA, file_format=FileFormat.ORC)
    return path


def delete_positions(table: Table, rows: Sequence[tuple[str, int]]) -> None:
    """Delete rows, given as the paths of data files and numbers from 0."""
    paths, numbers = zip(*rows, strict=True)
    content = pa.table({"file_path": list(paths), "pos": pa.array(numbers, pa.int64())})
    path = _write(table, content, {"file_path": _PATHS, "pos": _POSITIONS})
    _append(table, path, len(rows), DataFileContent.POSITION_DELETES)


def delete_values(table: Table, values: pa.Table) -> None:
    """Delete the rows whose columns have the values of one of these rows."""
    ids = [table.schema().find_field(name).field_id for name in values.column_names]
    path = _write(table, values, dict(zip(values.column_names, ids, strict=True)))
    _append(table, path, values.num_rows, DataFileContent.EQUALITY_DELETES, equality_ids=ids)


def delete_by_vector(table: Table, data_file: str, numbers: Sequence[int]) -> None:
    """Delete rows of a data file by a deletion vector."""
    bitmap = (1).to_bytes(8, "little") + (0).to_bytes(4, "little") + BitMap(numbers).serialize()
    marked = bytes.fromhex("d1d33964") + bitmap
    blob = len(marked).to_bytes(4, "big") + marked + b"\0\0\0\0"
    about = {
        "type": "deletion-vector-v1",
        "fields": [],
        "snapshot-id": -1,
        "sequence-number": -1,
        "offset": 4,
        "length": len(blob),
        "properties": {"referenced-data-file": data_file, "cardinality": str(len(numbers))},
    }
    footer = json.dumps({"blobs": [about], "properties": {}}).encode()
    path = f"{table.location()}/data/{len(table.snapshots())}.puffin"
    end = b"PFA1" + footer + len(footer).to_bytes(4, "little") + b"\0\0\0\0" + b"PFA1"
    Path(path.removeprefix("file://")).write_bytes(b"PFA1" + blob + end)
    kind = {"file_format": FileFormat.PUFFIN}
    _append(table, path, len(numbers), DataFileContent.POSITION_DELETES, **kind)


def _write(table: Table, rows: pa.Table, ids: dict[str, int]) -> str:
    """Write Parquet that says which columns of the table it holds."""
    path = f"{table.location()}/data/{len(table.snapshots())}-{rows.num_rows}.parquet"
    fields = [field.with_metadata({"PARQUET:field_id": str(ids[field.name])}) for field in rows.schema]
    local = Path(path.removeprefix("file://"))
    local.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows.cast(pa.schema(fields)), local)
    return path


def _append(table: Table, path: str, rows: int, content: DataFileContent, **more: Any) -> None:
    """Commit a file; pyiceberg itself only appends data."""
    given = {"partition": Record(), "file_format": FileFormat.PARQUET, **more}
    size = Path(path.removeprefix("file://")).stat().st_size
    file = DataFile.from_args(
        content=content, file_path=path, record_count=rows, file_size_in_bytes=size, **given
    )
    file.spec_id = table.spec().spec_id
    is_data = content == DataFileContent.DATA
    kind = ManifestContent.DATA if is_data else ManifestContent.DELETES
    with (
        patch.object(ManifestWriterV2, "content", lambda writer: kind),
        table.transaction() as transaction,
        transaction.update_snapshot().fast_append() as append,
    ):
        append.append_data_file(file)
