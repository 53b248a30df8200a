"""A driver as a process of its own, whose workers hang: `python -m tests.engines.driver FOLDER START`."""

import sys
from pathlib import Path
from typing import Any, cast

from footfall.engines import Stage
from footfall.engines.embedded import Embedded
from footfall.runs.progress import SilentStep

from .stages import DEALT, Odd, Touch


def main(folder: Path, start: Any) -> None:
    """Run a task on each of three workers that hangs once it has made a file in the folder."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    engine = Embedded(3, 1 << 26, str(scratch), 600, "a test", start)
    try:
        list(engine.run(2, [Stage(Odd(Touch(str(folder / "began")), at=(0, 1)), DEALT)], SilentStep()))
    finally:
        engine.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), cast(Any, sys.argv[2]))
