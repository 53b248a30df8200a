"""The template and the runs of an environment, as the cluster holds them."""

from typing import Any

from tests.cluster.kubectl import Cluster

TEMPLATE, SMOKE = "footfall-template", "footfall-smoke-"
SIGNAL = """
import os, signal, sys
from pathlib import Path
for process in Path("/proc").glob("[0-9]*"):
    words = (process / "cmdline").read_bytes().split(b"\\0")
    if b"/opt/footfall/main.py" in words and b"python" in words[0]:
        os.kill(int(process.name), signal.Signals[sys.argv[1]])
        print("sent")
"""
"""Sends a signal to the job's own process in the pod of its driver."""


def image_of(cluster: Cluster, environment: str) -> str:
    """The image that the next run of an environment would take."""
    template = cluster.get(f"footfall-{environment}", "sparkapplication", TEMPLATE)
    return str(template["spec"]["image"]) if template else ""


def runs_in(cluster: Cluster, environment: str) -> dict[str, dict[str, Any]]:
    """All runs of an environment, smoke runs left out."""
    there = cluster.all(f"footfall-{environment}", "sparkapplication")
    return {name: run for name, run in there.items() if name != TEMPLATE and not name.startswith(SMOKE)}


def state_of(application: dict[str, Any]) -> str:
    """The state that the operator notes."""
    return str(application.get("status", {}).get("applicationState", {}).get("state", ""))


def send(cluster: Cluster, run: str, signal: str) -> bool:
    """Whether the job in the driver of a run is there, and has got a signal."""
    python = ("/opt/footfall/bin/python", "-c", SIGNAL, signal)
    return "sent" in cluster.kubectl("exec", "--namespace=footfall-test", f"{run}-driver", "--", *python)
