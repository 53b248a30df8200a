"""DuckDB with its extension spatial: one `COPY` of one query over the files, as its guides advise."""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb

from bench.questions import DUCKDB, published_sql


def extension(name: str) -> str:
    """The file of an extension inside its package."""
    folder = Path(str(importlib.import_module(f"duckdb_extension_{name}").__file__)).parent
    (file,) = folder.rglob("*.duckdb_extension")
    return str(file)


def main() -> None:
    """Do the job of the first argument."""
    job: dict[str, Any] = json.loads(sys.argv[1])
    connection = duckdb.connect(
        config={
            "allow_unsigned_extensions": "true",
            "threads": job["cores"],
            "memory_limit": f"{job['memory'] >> 20}MiB",
            "temp_directory": job["scratch"],
            "preserve_insertion_order": "false",
        }
    )
    connection.load_extension(extension("spatial"))
    if job["pings"].startswith("s3:"):
        connection.load_extension(extension("httpfs"))
        connection.execute(_secret())
    connection.read_parquet(job["pings"]).create_view("pings")
    connection.execute(
        "CREATE TABLE places AS SELECT place_id, geometry AS geom FROM read_parquet(?)", [job["places"]]
    )
    query = published_sql(DUCKDB, job["days"])
    connection.execute(f"COPY ({query}) TO '{job['to']}' (FORMAT parquet, COMPRESSION zstd)")


def _secret() -> str:
    """How to reach the S3 of the environment."""
    address, names = os.environ["AWS_ENDPOINT_URL"], ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "REGION")
    key, secret, region = (os.environ[f"AWS_{name}"] for name in names)
    host = address.removeprefix("http://")
    where = f"ENDPOINT '{host}', USE_SSL false, URL_STYLE 'path', REGION '{region}'"
    return f"CREATE SECRET (TYPE s3, KEY_ID '{key}', SECRET '{secret}', {where})"


if __name__ == "__main__":
    main()
