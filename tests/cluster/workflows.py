"""Workflows as they are seen with kubectl: started, stopped, and what their steps told."""

import json
from dataclasses import dataclass
from typing import Any

from tests.cluster.kubectl import Cluster, Object, until

# What a node does to a process that takes too much memory; its parent, Argo's executor, lives.
KILL = """
import os
for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
    words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\\0")
    if b"submit" in words and pid not in (1, os.getpid()):
        os.kill(pid, 9)
"""
ENDED = ("Succeeded", "Failed", "Error")


@dataclass(frozen=True)
class Workflows:
    """The workflows of a namespace."""

    cluster: Cluster
    namespace: str

    def start(self, template: str, **parameters: str) -> str:
        """Start a workflow of a template, and give its name."""
        given = [{"name": name, "value": value} for name, value in parameters.items()]
        workflow = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {"generateName": f"{template}-"},
            "spec": {"workflowTemplateRef": {"name": template}, "arguments": {"parameters": given}},
        }
        words = ("create", f"--namespace={self.namespace}", "--filename=-", "--output=name")
        return self.cluster.kubectl(*words, text=json.dumps(workflow)).strip().rpartition("/")[2]

    def get(self, name: str) -> Object:
        """A workflow."""
        return self.cluster.get(self.namespace, "workflow", name) or {}

    def phase(self, name: str) -> str:
        """How far a workflow is."""
        return str(self.get(name).get("status", {}).get("phase", ""))

    def shut_down(self, name: str, how: str) -> None:
        """What `argo stop` (Stop) and `argo terminate` (Terminate) do."""
        patch = json.dumps({"spec": {"shutdown": how}})
        self.cluster.kubectl(
            "patch", f"--namespace={self.namespace}", "workflow", name, "--type=merge", f"--patch={patch}"
        )

    def kill_launcher(self, name: str) -> None:
        """Kill `footfall submit` in the one pod of a workflow, as for its memory."""
        (pod,) = self.pods(name)
        words = ("exec", f"--namespace={self.namespace}", pod, "--container=main", "--")
        self.cluster.kubectl(*words, "/opt/footfall/bin/python", "-c", KILL)

    def await_end(self, name: str, seconds: float = 900) -> str:
        """Wait until a workflow has ended, and give its phase."""
        return str(until(f"the end of {name}", lambda: self._ended(name), seconds))

    def attempts(self, name: str) -> list[tuple[str, str]]:
        """Phase and exit code of each pod that ran a day, in their order."""
        nodes = self.get(name).get("status", {}).get("nodes", {}).values()
        of_days = [node for node in nodes if node["type"] == "Pod" and _template(node) == "day"]
        ordered = sorted(of_days, key=lambda node: node["startedAt"])
        return [(node["phase"], node.get("outputs", {}).get("exitCode", "")) for node in ordered]

    def settled(self, name: str) -> list[dict[str, Any]]:
        """What the exit handler told of the runs of a workflow."""
        (pod,) = [pod for pod in self.pods(name) if "settle" in pod]
        log = self.cluster.kubectl("logs", f"--namespace={self.namespace}", pod, "--container=main")
        return [json.loads(line) for line in log.splitlines() if line.startswith('{"day"')]

    def pods(self, name: str) -> list[str]:
        """The pods of a workflow."""
        label = f"--selector=workflows.argoproj.io/workflow={name}"
        told = self.cluster.kubectl("get", f"--namespace={self.namespace}", "pod", label, "--output=name")
        return [line.removeprefix("pod/") for line in told.splitlines()]

    def runs(self, name: str) -> dict[str, Object]:
        """The runs that a workflow launched, by the day."""
        there = self.cluster.all(self.namespace, "sparkapplication").values()
        labels = ((run, run["metadata"].get("labels", {})) for run in there)
        return {of["footfall.io/day"]: run for run, of in labels if of.get("footfall.io/launched-by") == name}

    def _ended(self, name: str) -> str:
        phase = self.phase(name)
        return phase if phase in ENDED else ""


def _template(node: Object) -> str:
    """The template of a node, of its own workflow template or another one."""
    return str(node.get("templateName") or node.get("templateRef", {}).get("template"))
