"""`footfall` with clocks at its stages: `python -m bench.budget.measured FILE WORDS...`, which writes seconds to FILE.

It is a process of its own, which runs the job's command as its console script does, with the same words.
"""

import json
import sys
from pathlib import Path


def main() -> None:
    """Run the command, and write the CPU seconds of each stage."""
    into, sys.argv = Path(sys.argv[1]), ["footfall", *sys.argv[2:]]
    from bench.budget.clocks import Clocks, watch

    clocks = Clocks()
    watch(clocks)
    from footfall.cli import entry_point

    clocks.started()
    try:
        entry_point()
    finally:
        into.write_text(json.dumps(clocks.seconds()), encoding="utf-8")


if __name__ == "__main__":
    main()
