"""Folders of tables whose log says which of their files count."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.read.ping_files import HEADER, REST, ReadPings, refusal, write

LOGS = {
    "_delta_log/00000000000000000000.json": "Delta Lake",
    ".hoodie/hoodie.properties": "Apache Hudi",
    "_spark_metadata/0": "a stream of Spark",
    "metadata/v3.metadata.json": "Apache Iceberg",
    "metadata/00002-550e8400-e29b-41d4-a716-446655440000.metadata.json": "Apache Iceberg",
    "metadata/00002-550e8400-e29b-41d4-a716-446655440000.gz.metadata.json": "Apache Iceberg",
}
PATHS: dict[str, Callable[[Path], Path | str | list[Path]]] = {
    "the table": lambda lake: lake / "pings",
    "a folder above": lambda lake: lake,
    "a folder of a day": lambda lake: lake / "pings" / "day=1",
    "a file": lambda lake: lake / "pings" / "day=1" / "a.csv",
    "a glob above": lambda lake: f"{lake}/p*",
    "a glob inside": lambda lake: f"{lake}/pings/*/a.csv",
    "a glob of files": lambda lake: f"{lake}/pings/day=1/*.csv",
    "a glob of all": lambda lake: f"{lake}/*/*/*.csv",
    "braces": lambda lake: f"{lake}/pings/day={{1,2}}/a.csv",
    "a list": lambda lake: [lake / "b.csv", lake / "pings" / "day=1"],
    "the log": lambda lake: lake / "pings" / "day=1" / ".." / "day=1",
}


def lake(folder: Path, log: str) -> Path:
    """A file beside a table, and one of a day in it."""
    write(folder / "b.csv", f"{HEADER}b{REST}")
    write(folder / "pings" / "day=1" / "a.csv", f"{HEADER}a{REST}")
    write(folder / "pings" / log, "{}")
    return folder


@pytest.mark.parametrize("log", LOGS)
def test_a_table_with_a_log_is_refused(read: ReadPings, tmp_path: Path, log: str) -> None:
    """The error names whose log it is, the table, and how it can be read."""
    error = refusal(read, lake(tmp_path, log))
    assert f"of a table of {LOGS[log]}, whose log {log.partition('/')[0]} says" in error.what
    assert error.what.endswith(str(tmp_path / "pings"))
    assert error.where == f"pings.path: {tmp_path}"
    assert ("pings.format to iceberg" in error.fix) == ("Iceberg" in LOGS[log])
    assert error.exit_code == 3


@pytest.mark.parametrize("log", ["_delta_log/0.json", "metadata/v1.metadata.json"])
@pytest.mark.parametrize("way", PATHS)
def test_it_is_seen_whichever_way_leads_to_its_files(
    read: ReadPings, tmp_path: Path, way: str, log: str
) -> None:
    """From above, from inside, and for a single file."""
    assert "a table of" in refusal(read, PATHS[way](lake(tmp_path, log))).what


@pytest.mark.parametrize(
    "beside", ["metadata/about.json", "metadata/x.metadata.json", "_delta_log", "delta_log/0.json"]
)
def test_other_files_beside_pings_do_not_matter(read: ReadPings, tmp_path: Path, beside: str) -> None:
    """Only folders of that name, and only files that Iceberg writes; what lies beside the folder is another's."""
    path = lake(tmp_path, beside)
    assert len(read(path / "pings" / "day=1").files) == 1
    write(path / "other" / "_delta_log" / "0.json", "{}")
    assert len(read(path / "pings" / "day=1").files) == 1
