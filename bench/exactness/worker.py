"""The process of one engine: reads jobs as JSON lines, writes the pairs to files, replies as JSON lines.

The first argument names the engine. A reply has `version`, or `error`; the end of the input ends the process.
"""

import json
import os
import sys
import traceback

import pyarrow as pa

from bench.contenders import Job
from bench.exactness.engines import ENGINES


def main() -> None:
    """Answer until there are no more jobs."""
    engine = ENGINES[sys.argv[1]]
    # What libraries print must not come between the replies.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            pairs, version = engine.find(Job(**order["job"]))
            with pa.OSFile(order["into"], "wb") as sink, pa.ipc.new_file(sink, pairs.schema) as file:
                file.write_table(pairs)
            reply = {"version": version}
        except Exception as failure:
            traceback.print_exc()
            reply = {"error": f"{type(failure).__name__}: {failure}".splitlines()[0][:300]}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
