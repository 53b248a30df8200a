"""What the Spark operator, the scheduler and the node would do with a run, done by the test step by step."""

import time
from dataclasses import dataclass
from typing import Any

from kubernetes import client

GROUP, VERSION, PLURAL = "sparkoperator.k8s.io", "v1beta2", "sparkapplications"
TEMPLATE = {
    "apiVersion": f"{GROUP}/{VERSION}",
    "kind": "SparkApplication",
    "metadata": {"name": "footfall-template"},
    "spec": {"suspend": True, "image": "footfall:1", "driver": {}, "executor": {}},
}


def install_crd(
    api: client.ApiClient, version: str = f"{GROUP}/{VERSION}", kind: str = "SparkApplication"
) -> None:
    """Teach a server a kind, with any fields and a status of its own."""
    group, _, number = version.partition("/")
    singular = kind.lower()
    plural = f"{singular}s"
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    served = {"name": number, "served": True, "storage": True, "subresources": {"status": {}}}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": anything, "status": anything}}}
    names = {"plural": plural, "singular": singular, "kind": kind}
    crd = {
        "metadata": {
            "name": f"{plural}.{group}",
            "annotations": {"api-approved.kubernetes.io": "unapproved"},
        },
        "spec": {
            "group": group,
            "names": names,
            "scope": "Namespaced",
            "versions": [{**served, "schema": schema}],
        },
    }
    client.ApiextensionsV1Api(api).create_custom_resource_definition(crd)
    until = time.monotonic() + 30
    while True:
        try:
            client.CustomObjectsApi(api).list_namespaced_custom_object(group, number, "default", plural)
        except client.ApiException:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


@dataclass(frozen=True)
class Operator:
    """Acts on the runs of one namespace."""

    api: client.ApiClient
    namespace: str

    def put_template(self, queue: str | None = None, **spec: Any) -> None:
        """Sync the template, which may name a queue."""
        about = {**TEMPLATE["metadata"], "annotations": {"footfall.io/queue": queue} if queue else {}}
        made = {**TEMPLATE, "metadata": about, "spec": {**TEMPLATE["spec"], **spec}}
        self._custom.create_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL, made)

    def put_settings(self, text: str) -> None:
        """Sync the settings."""
        about, of = {"name": "footfall-settings"}, self.namespace
        made = {"metadata": about, "data": {"settings.yaml": text}}
        there = [each.metadata.name for each in self._core.list_namespaced_config_map(of).items]
        if about["name"] in there:
            self._core.replace_namespaced_config_map(about["name"], of, made)
        else:
            self._core.create_namespaced_config_map(of, made)

    def runs(self) -> list[dict[str, Any]]:
        """All SparkApplications but the template."""
        found = self._custom.list_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL)["items"]
        return [each for each in found if each["metadata"]["name"] != "footfall-template"]

    def await_run(self) -> str:
        """Wait for a run, and give its name."""
        until = time.monotonic() + 120
        while not (runs := self.runs()):
            assert time.monotonic() < until, "no run was created"
            time.sleep(0.1)
        return str(runs[0]["metadata"]["name"])

    def await_no_run(self, uid: str | None = None) -> None:
        """Wait until the run, or that of a uid, is gone."""
        until = time.monotonic() + 30
        while [run for run in self.runs() if uid in (None, run["metadata"]["uid"])]:
            assert time.monotonic() < until, "the run is still there"
            time.sleep(0.1)

    def delete_runs(self) -> None:
        """Delete all runs."""
        for run in self.runs():
            name = run["metadata"]["name"]
            self._custom.delete_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL, name)

    def set_state(self, name: str, state: str, message: str = "", executor: str = "RUNNING") -> None:
        """Note a state of a run."""
        status = {
            "applicationState": {"state": state, "errorMessage": message},
            "driverInfo": {"podName": f"{name}-driver"},
            "executorState": {"e-1": executor},
        }
        self._custom.patch_namespaced_custom_object_status(
            GROUP, VERSION, self.namespace, PLURAL, name, {"status": status}
        )

    def hold(self, name: str) -> None:
        """Keep a run from starting, or stop it, as Kueue does until there is room for it."""
        self._suspend(name, held=True)
        self.set_state(name, "SUSPENDED")

    def let_go(self, name: str) -> None:
        """Let a run start that was held."""
        self._suspend(name, held=False)

    def _suspend(self, name: str, *, held: bool) -> None:
        patch = {"spec": {"suspend": held}}
        self._custom.patch_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL, name, patch)

    def start_driver(self, name: str) -> None:
        """Create the pod of the driver on a node, not yet started."""
        container = {"name": "spark-kubernetes-driver", "image": "footfall:1"}
        pod = {
            "metadata": {"name": f"{name}-driver"},
            "spec": {"nodeName": f"node-{self.namespace}", "containers": [container]},
        }
        self._core.create_namespaced_pod(self.namespace, pod)

    def set_container(self, name: str, **state: Any) -> None:
        """Note the state of the driver's container: `waiting`, `running` or `terminated`."""
        container = {"name": "spark-kubernetes-driver", "ready": True, "restartCount": 0, "state": state}
        status = {**container, "image": "footfall:1", "imageID": "footfall:1"}
        self._core.patch_namespaced_pod_status(
            f"{name}-driver", self.namespace, {"status": {"containerStatuses": [status]}}
        )

    def warn(self, name: str, reason: str, message: str, kind: str = "Pod") -> None:
        """Record a warning about the driver's pod, or about an object of another kind by its whole name."""
        about = {
            "kind": kind,
            "name": f"{name}-driver" if kind == "Pod" else name,
            "namespace": self.namespace,
        }
        event = {"reason": reason, "message": message, "type": "Warning", "involvedObject": about}
        self._core.create_namespaced_event(self.namespace, {"metadata": {"generateName": "e-"}, **event})

    def remove_driver(self, name: str) -> None:
        """Let the pod of the driver be gone."""
        self._core.delete_namespaced_pod(f"{name}-driver", self.namespace, grace_period_seconds=0)

    def begin(self, name: str) -> None:
        """A driver that runs, with an executor."""
        self.start_driver(name)
        self.set_container(name, running={})
        self.set_state(name, "RUNNING")

    def finish(self, name: str, code: int, **terminated: Any) -> None:
        """A driver that ended, and the note of it."""
        self.set_container(name, terminated={"exitCode": code, **terminated})
        self.set_state(name, "FAILED" if code else "COMPLETED")

    @property
    def _custom(self) -> client.CustomObjectsApi:
        return client.CustomObjectsApi(self.api)

    @property
    def _core(self) -> client.CoreV1Api:
        return client.CoreV1Api(self.api)
