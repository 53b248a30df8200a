"""How long a run of the sample takes on a cluster, beside Spark's usual pi: `python -m bench.start NAMESPACE`.

Both are copies of the template in the namespace: the same image, the same pods, the same event log. Seconds go from
`kubectl create` to COMPLETED, in turns. It needs kubectl, and the rights of `footfall submit`.
"""

import argparse
import copy
import json
import secrets
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

FOOTFALL = Path(sys.executable).with_name("footfall")
PI = """
import random

from pyspark.sql import SparkSession

context = SparkSession.builder.getOrCreate().sparkContext
throws = 200_000
hits = context.parallelize(range(throws), 2).filter(lambda _: random.random() ** 2 + random.random() ** 2 < 1).count()
print(4 * hits / throws)
"""
NAME, FOLDER = "footfall-pi", "/etc/pi"


def main() -> int:
    """Start both in turns, and print a line for each and their medians."""
    given = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__.splitlines()[0])
    given.add_argument("namespace")
    given.add_argument("--rounds", type=int, default=3)
    asked = given.parse_args()
    sample = _sample(asked.namespace)
    contenders = {"sample": sample, "pi": _pi(sample)}
    script = {"metadata": {"name": NAME}, "data": {"pi.py": PI}, "apiVersion": "v1", "kind": "ConfigMap"}
    _kubectl(asked.namespace, "apply", "--filename=-", text=json.dumps(script))
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    try:
        for number in range(asked.rounds):
            for name, application in contenders.items():
                seconds[name].append(_timed(asked.namespace, application))
                print(f"{number + 1}  {name:8}{seconds[name][-1]:6.1f} s", flush=True)  # noqa: T201
    finally:
        _kubectl(asked.namespace, "delete", "configmap", NAME)
    for name, each in seconds.items():
        print(f"median of {name}: {statistics.median(each):.1f} s")  # noqa: T201
    return 0


def _sample(namespace: str) -> dict[str, Any]:
    words = ("submit", "--on", "kubernetes", "--namespace", namespace, "--smoke", "--print")
    printed = subprocess.check_output([FOOTFALL, *words], text=True)  # noqa: S603 - our own words
    application: dict[str, Any] = yaml.safe_load(printed)
    return application


def _pi(sample: dict[str, Any]) -> dict[str, Any]:
    """The same application with another script."""
    application = copy.deepcopy(sample)
    spec = application["spec"]
    spec |= {"mainApplicationFile": f"local://{FOLDER}/pi.py", "arguments": []}
    spec["driver"]["configMaps"].append({"name": NAME, "path": FOLDER})
    return application


def _timed(namespace: str, application: dict[str, Any]) -> float:
    application["metadata"]["name"] = name = f"{NAME}-{secrets.token_hex(4)}"
    started = time.monotonic()
    _kubectl(namespace, "create", "--filename=-", text=json.dumps(application))
    state = "--for=jsonpath={.status.applicationState.state}=COMPLETED"
    _kubectl(namespace, "wait", f"sparkapplication/{name}", state, "--timeout=600s")
    seconds = time.monotonic() - started
    _kubectl(namespace, "delete", "sparkapplication", name)
    return seconds


def _kubectl(namespace: str, *words: str, text: str = "") -> None:
    command = ["kubectl", f"--namespace={namespace}", *words]
    subprocess.run(command, input=text, check=True, stdout=subprocess.DEVNULL, text=True)  # noqa: S603 - our own words


if __name__ == "__main__":
    sys.exit(main())
