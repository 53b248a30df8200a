"""Finds the files of an input and reads their first bytes, through Hadoop, so that every file system works alike."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as f

from footfall.engines.spark.files import (
    JAVA_FAILURES,
    file_system,
    hadoop_path,
    hadoop_settings,
    has_scheme,
    of_the_store,
    told,
    version_of,
    with_scheme,
)
from footfall.errors import FootfallError, InputError

_GLOB = re.compile(r"[*?\[\]{}\\]")
_SETTING = "pings.path"


@dataclass(frozen=True)
class DataFile:
    """A file that was found: its path as people write it, its size, and whether a folder or glob led to it.

    `version` is the store's own mark of what is in it; None on file systems.
    """

    path: str
    bytes: int
    listed: bool
    version: str | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def local(self) -> str | None:
        """The path on this machine's own file system, if it is there."""
        return None if has_scheme(self.path) else self.path

    @property
    def for_spark(self) -> str:
        """The path as Spark's readers want it: with a scheme, and with no character that means a glob."""
        return _GLOB.sub(r"\\\g<0>", with_scheme(self.path))


def find_files(spark: SparkSession, paths: Sequence[str]) -> tuple[DataFile, ...]:
    """List the files behind paths, folders (with all folders below) and globs, each file once, sorted by path.

    Names that begin with `.` or `_` are passed over inside folders and globs, as Hadoop does.

    Raises:
        InputError: A path does not exist, a glob matches nothing, or a folder holds no file.
    """
    found = {file.path: file for path in paths for file in _behind(spark, path)}
    return tuple(found[path] for path in sorted(found))


def first_bytes(spark: SparkSession, file: DataFile, limit: int) -> bytes:
    """Read up to `limit` bytes from the beginning of a file, unpacked where its name says it is packed.

    Raises:
        InputError: The file cannot be read.
    """
    jvm: Any = spark.sparkContext._jvm
    path = hadoop_path(spark, file.path)
    try:
        codec = jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(hadoop_settings(spark)).getCodec(
            path
        )
        stream = file_system(spark, path).open(path)
        try:
            unpacked = stream if codec is None else codec.createInputStream(stream)
            return bytes(unpacked.readNBytes(limit))
        finally:
            stream.close()
    except JAVA_FAILURES as failure:
        raise unreadable(file.path, failure) from failure


def unreadable(path: str, failure: Exception, what: str = "The file cannot be read") -> FootfallError:
    """Say in one sentence why Java could not read a file: an InputError, unless the store itself fails."""
    if has_scheme(path) and of_the_store(failure):
        return told(failure, InputError, what, path)
    reason = str(getattr(failure, "java_exception", failure)).splitlines()[0]
    fix = "Check the file and the right to read it; write it again if it is damaged."
    if "Relative path in absolute URI" in reason:
        fix = "Rename the file: Hadoop cannot read names that hold a colon."
    return InputError(f"{what}: {reason}", where=path, fix=fix)


def readable_path(uri: Column) -> Column:
    """Turn Spark's `_metadata.file_path`, a URI, into the path that `DataFile` gives."""
    decoded = f.url_decode(f.replace(uri, f.lit("+"), f.lit("%2B")))
    plain = f.when(f.instr(uri, "%") > 0, decoded).otherwise(uri)
    slashes = {"file:///": 8, "file:/": 6}
    for scheme, root in slashes.items():
        plain = f.when(f.startswith(plain, f.lit(scheme)), f.substring(plain, root, 1 << 30)).otherwise(plain)
    return plain


def _absolute(path: str) -> str:
    if path.startswith("file:"):
        return "/" + path.removeprefix("file:").lstrip("/")
    return path if has_scheme(path) else str(Path(path).absolute())


def _behind(spark: SparkSession, path: str) -> Iterator[DataFile]:
    full = _absolute(path)
    try:
        target = hadoop_path(spark, full)
        system = file_system(spark, target)
        there = bool(system.exists(target))
        if not there and not _GLOB.search(full):
            raise _missing(path, full)
        found = [system.getFileStatus(target)] if there else _matches(system, target)
        files = [file for status in found for file in _below(spark, system, status, listed=not there)]
    except JAVA_FAILURES as failure:
        raise unreadable(path, failure) from failure
    if not files:
        what = "The folder holds no file" if found else "The glob matches no file"
        raise InputError(
            what, where=f"{_SETTING}: {path}", fix="Name a file, or a folder or glob that holds some."
        )
    yield from files


def _matches(system: Any, glob: Any) -> list[Any]:
    return [status for status in system.globStatus(glob) or () if not _hidden(_people_path(status))]


def _below(spark: SparkSession, system: Any, status: Any, *, listed: bool) -> Iterator[DataFile]:
    """The file itself, or all files in the folder and in the folders below it.

    Each question to Java takes a tenth of a millisecond, which counts where there are thousands of files.
    """
    path = _people_path(status)
    if listed and _hidden(path):
        return
    if status.isFile():
        version = version_of(spark, status) if has_scheme(path) else None
        yield DataFile(path, status.getLen(), listed, version)
        return
    for child in system.listStatus(status.getPath()):
        yield from _below(spark, system, child, listed=True)


def _hidden(path: str) -> bool:
    return path.rsplit("/", 1)[-1].startswith((".", "_"))


def _people_path(status: Any) -> str:
    """The path without the scheme, if it is local."""
    path = str(status.getPath().toString())
    return "/" + path.removeprefix("file:").lstrip("/") if path.startswith("file:") else path


def _missing(path: str, full: str) -> InputError:
    return InputError(
        "The path does not exist",
        where=f"{_SETTING}: {path}" + (f" ({full})" if full != path else ""),
        fix="Correct the path." + _near(full),
    )


def _near(full: str) -> str:
    folder = Path(full).parent
    names: Iterable[str] = (entry.name for entry in folder.iterdir()) if folder.is_dir() else ()
    near = get_close_matches(Path(full).name, list(names), n=3)
    return f" Near it are: {', '.join(near)}." if near else ""
