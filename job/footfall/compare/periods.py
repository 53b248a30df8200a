"""Reads published weeks and months for a comparison."""

import re

import pyarrow as pa
import pyarrow.parquet as pq

from footfall import stores
from footfall.errors import InfrastructureError, InputError
from footfall.schema_version import refuse_newer_file
from footfall.stores.errors import failures
from footfall.suggestions import nearest

_NEEDED = ("place_id", "suppressed")


def read_period(root: str, kind: str, name: str) -> pa.Table:
    """The rows of a published week or month.

    Args:
        root: The output.
        kind: `week` or `month`.
        name: Its name, as 2023-W09 or 2023-03.

    Raises:
        InputError: It is not published, or another version of footfall wrote it, with other columns.
        SettingsError: A newer footfall wrote it.
        InfrastructureError: The store does not answer, or the file is damaged.
    """
    table = f"{stores.absolute(root).rstrip('/')}/footfall_{kind}"
    path = f"{table}/{kind}={name}/footfall_{kind}.parquet"
    store = stores.of(path)
    with failures(InfrastructureError, "The published weeks and months cannot be read", root):
        if store.look(path) is None:
            raise _missing(root, kind, name, [entry.path for entry in store.walk(f"{table}/", hidden=False)])
        content = store.read(path)
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        refuse_newer_file(file.metadata.metadata, path)
        rows = file.read()
    except (OSError, pa.ArrowException) as failure:  # the former for a page that cannot be unpacked
        fix = "Count its days again; if this stays, look at the disk or the bucket."
        what = f"A file cannot be read: {str(failure).partition(chr(10))[0]}"
        raise InfrastructureError(what, where=path, fix=fix) from failure
    for column in _NEEDED:
        if column not in rows.column_names:
            raise _other_version(path, f"it has no column {column}")
    return rows


def common_schema(old: pa.Table, new: pa.Table, named: tuple[str, str]) -> pa.Schema:
    """The columns of two periods, which must be the same.

    Raises:
        InputError: They differ, as different versions of footfall wrote them.
    """
    for one, other, name in ((old, new, named[1]), (new, old, named[0])):
        for field in one.schema:
            if field.name not in other.column_names:
                raise _other_version(name, f"it has no column {field.name}")
            if field.type != other.schema.field(field.name).type:
                raise _other_version(name, f"its column {field.name} has another type")
    return new.schema


def _other_version(where: str, what: str) -> InputError:
    return InputError(
        f"Another version of footfall wrote this: {what}",
        where=where,
        fix="Count its days again with this version, then compare.",
    )


def _missing(root: str, kind: str, name: str, paths: list[str]) -> InputError:
    known = sorted({found[1] for path in paths if (found := re.search(rf"/{kind}=([^/]+)/", path))})
    if not known:
        fix = f"Set period to {kind} and count: the output has no {kind} yet."
    else:
        near = nearest(name, known) or known[-1]
        fix = f"Published are {known[0]} to {known[-1]}; did you mean {near}?"
    return InputError(f"The {kind} {name} is not published", where=f"output: {root}", fix=fix)
