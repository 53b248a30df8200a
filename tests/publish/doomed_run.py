"""A run that is killed: `python -m tests.publish.doomed_run FOLDER RUN MOMENT` says when it is there, and waits."""

import sys
import time
from pathlib import Path

from footfall.publish.folder import Folder
from footfall.schema import PLACE_DAYS
from tests.publish.staged import DAY, NEXT, stage, tell

PINGS = {DAY: 100, NEXT: 200}


def wait() -> None:
    """Say so, and do nothing until killed."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(600)


def wait_around_rename(moment: str) -> None:
    """Wait before or after the first rename into the table."""
    rename = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if moment == "before the first rename":
            wait()
        renamed = rename(path, target)
        wait()
        return renamed

    Path.replace = replace  # type: ignore[method-assign,assignment]


def main(folder: str, run_id: str, moment: str) -> None:
    """Run until the moment."""
    output = Folder.at(folder, run_id, PLACE_DAYS)
    with output.begin():
        stage(output, PINGS)
        if moment == "before publishing":
            wait()
        wait_around_rename(moment)
        output.publish(list(PINGS))
        tell(output, PINGS)


if __name__ == "__main__":
    main(*sys.argv[1:])
