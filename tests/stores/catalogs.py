"""Catalogs other than Glue, really served: PostgreSQL for JDBC, and one that speaks REST."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stores.servers import Servers, free_port, wait_for


def postgres_folder() -> Path | None:
    """Where the programs of PostgreSQL are; None where it is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of its own in a folder; the address host:port/database, for a user `footfall` without password."""
    programs = postgres_folder()
    assert programs is not None
    data, port = folder / "data", free_port()
    as_nobody = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it refuses to run as root
    if as_nobody:
        shutil.chown(folder, "postgres")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    made = [programs / "initdb", "-D", data, "-U", "footfall", "--auth=trust", "--no-sync"]
    subprocess.run([*as_nobody, *made], check=True, **quiet)  # type: ignore[call-overload]
    options = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-k", folder, "-c", "fsync=off"]
    server = subprocess.Popen([*as_nobody, programs / "postgres", "-D", data, *options], **quiet)  # type: ignore[call-overload]
    try:
        wait_for(port)
        create = [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "footfall", "lake"]
        for _ in range(50):
            if subprocess.run(create, check=False, **quiet).returncode == 0:  # type: ignore[call-overload]
                break
            time.sleep(0.2)
        yield f"127.0.0.1:{port}/lake"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def rest(folder: Path, servers: Servers) -> Iterator[str]:
    """A catalog that speaks REST, over PyIceberg's; its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.stores.rest_catalog", str(port)]
    environment = {**os.environ, **servers.environment}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, cwd=Path(__file__).parents[2]
        )
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
