"""Pod Security `restricted`, as its standard words it, for pods, the halves of a SparkApplication, and workflows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.manifests.rendering import Object

VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
HOST = ("hostNetwork", "hostPID", "hostIPC")


@dataclass(frozen=True)
class Pod:
    """What of a pod its security depends on, whatever object it comes from.

    Attributes:
        spec: Where host namespaces would be asked for.
        pod: The security context of the pod.
        containers: The security context of each container.
        volumes: Its volumes.
    """

    spec: Object
    pod: Object
    containers: list[Object]
    volumes: list[Object]


def pods(thing: Object) -> Iterator[Pod]:
    """The pods that an object brings about: none, one, or the driver and the executor."""
    spec = thing.get("spec", {})
    if thing["kind"] == "SparkApplication":
        for half in (spec["driver"], spec["executor"]):
            more = [*half.get("sidecars", ()), *half.get("initContainers", ())]
            contexts = [half.get("securityContext", {}), *(part.get("securityContext", {}) for part in more)]
            yield Pod(half, half.get("podSecurityContext", {}), contexts, spec.get("volumes", []))
    elif thing["kind"] == "WorkflowTemplate":
        steps = [step["container"] for step in spec["templates"] if "container" in step]
        patched = yaml.safe_load(spec.get("podSpecPatch", "{}"))
        of_argo = {part["name"]: part for parts in patched.values() for part in parts}
        parts = [*steps, of_argo.get("init", {}), of_argo.get("wait", {})]
        contexts = [part.get("securityContext", {}) for part in parts]
        yield Pod(spec, spec.get("securityContext", {}), contexts, spec.get("volumes", []))
    elif "template" in spec and thing["kind"] in ("Job", "Deployment"):
        inner = spec["template"]["spec"]
        parts = [*inner["containers"], *inner.get("initContainers", ())]
        contexts = [part.get("securityContext", {}) for part in parts]
        yield Pod(inner, inner.get("securityContext", {}), contexts, inner.get("volumes", []))


def violations(pod: Pod) -> list[str]:
    """What `restricted` would refuse, and a root file system that can be written."""
    found = [field for field in HOST if pod.spec.get(field)]
    found += [f"volume {volume['name']}" for volume in pod.volumes if not (set(volume) - {"name"}) <= VOLUMES]
    for own in pod.containers:

        def either(field: str, own: Object = own) -> Any:
            return own.get(field, pod.pod.get(field))

        checks = {
            "runAsNonRoot": either("runAsNonRoot") is True,
            "runAsUser": either("runAsUser") not in (None, 0),
            "seccompProfile": (either("seccompProfile") or {}).get("type") in ("RuntimeDefault", "Localhost"),
            "allowPrivilegeEscalation": own.get("allowPrivilegeEscalation") is False,
            "capabilities": own.get("capabilities") == {"drop": ["ALL"]},
            "privileged": not own.get("privileged"),
            "readOnlyRootFilesystem": own.get("readOnlyRootFilesystem") is True,
        }
        found += [field for field, kept in checks.items() if not kept]
    return found
