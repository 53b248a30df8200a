"""SedonaDB: one query over the files, written by its own `to_parquet`."""

import json
import os
import sys
from typing import Any

import sedonadb  # type: ignore[import-not-found]

from bench.questions import DATAFUSION, published_sql


def main() -> None:
    """Do the job of the first argument."""
    job: dict[str, Any] = json.loads(sys.argv[1])
    session = sedonadb.connect()
    session.options.memory_limit = job["memory"]
    session.options.temp_dir = job["scratch"]
    session.sql(f"SET datafusion.execution.target_partitions = {job['cores']}").execute()
    options = _options() if job["pings"].startswith("s3:") else None
    session.read_parquet(job["pings"], options=options).to_view("pings")
    session.read_parquet(job["places"], options=options).to_view("places_on_disk")
    loaded = session.sql("SELECT place_id, geometry AS geom FROM places_on_disk").to_memtable()
    loaded.to_view("places")
    session.sql(published_sql(DATAFUSION, job["days"])).to_parquet(job["to"], compression="zstd(3)")


def _options() -> dict[str, str]:
    """How to reach the S3 of the environment."""
    return {
        "aws.endpoint": os.environ["AWS_ENDPOINT_URL"],
        "aws.allow_http": "true",
        "aws.access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "aws.secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
        "aws.region": os.environ["AWS_REGION"],
    }


if __name__ == "__main__":
    main()
