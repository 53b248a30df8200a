"""The upkeep of a table in a bucket, as a process of its own: `python -m tests.soak.upkeep FOLDER SECONDS [--once]`.

It is that of `footfall maintain`, with snapshots and leftovers that are old after so many seconds: the command takes
no less than a day.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from footfall.publish.maintenance import Upkeep
from footfall.publish.tasks import Ages
from footfall.schema import PLACE_DAYS
from tests.conftest import small_spark
from tests.soak.outputs import InBucket, opened
from tests.stores.lake import tell

DONE = "upkeep.json"
"""The file that says how often it was done."""

SECONDS_BETWEEN = 30


def main() -> None:
    """Do it once, or until the process is ended."""
    root, age = Path(sys.argv[1]), timedelta(seconds=float(sys.argv[2]))
    output = opened(root)
    assert isinstance(output, InBucket)
    os.environ.update(output.bucket.servers.environment)
    spark, times = small_spark(), 0
    tell(spark, output.bucket.servers)
    while True:
        now, ages = datetime.now(UTC), Ages(age, age, least_snapshots=3)
        Upkeep(spark, output.address, output.bucket.database, PLACE_DAYS, (), ages, now).work()
        times += 1
        (root / DONE).write_text(json.dumps({"upkeeps of the table": times}))
        if sys.argv[3:]:
            break
        time.sleep(SECONDS_BETWEEN)
    spark.stop()


if __name__ == "__main__":
    main()
