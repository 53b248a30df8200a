"""The requests to the Kubernetes API that a launcher makes; no other module makes any."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from footfall.errors import FootfallError, InfrastructureError
from footfall.extras import needed
from footfall.launch.kubernetes.application import API, SETTINGS, Object, driver_pod_name
from footfall.launch.kubernetes.connection import open_client
from footfall.launch.kubernetes.refusals import is_about_object, refusal, unreachable
from footfall.launch.kubernetes.status import DRIVER, event_texts, is_running

with needed("kubernetes"):
    from kubernetes import client, watch
    from kubernetes.client.exceptions import ApiException
    from urllib3.exceptions import HTTPError

GROUP, VERSION = API.split("/")
PLURAL = "sparkapplications"
NEEDED = (
    *((verb, GROUP, PLURAL, "") for verb in ("create", "get", "list", "watch", "delete")),
    ("get", "", "pods", ""),
    ("get", "", "pods", "log"),
    ("list", "", "events", ""),
    ("get", "", "configmaps", ""),
)
"""Permissions that a launcher needs in the namespace: verb, API group, resource, subresource. Of ConfigMaps it needs
only SETTINGS."""

TICK = 3
"""Seconds after which a watch yields the present state although nothing changed."""

_TIMEOUT = (5, 30)  # seconds to connect, seconds to the next byte
_LOG_TIMEOUT = (5, 120)  # a log may be silent for long; after this it is requested again
_BRIEF_TROUBLE = (0, 429, 500, 502, 503, 504)  # 0: the connection broke within TLS


class AlreadyExists(Exception):
    """An object of this name exists."""


@dataclass(frozen=True)
class Cluster:
    """One namespace of a cluster.

    Attributes:
        api: The connection.
        namespace: Its name.
        longest_outage: Seconds that the API may fail or not answer before that is an error.
    """

    api: client.ApiClient
    namespace: str
    longest_outage: float = 150

    @classmethod
    def connect(cls, namespace: str | None) -> "Cluster":
        """The cluster of the pod that this process runs in, else that of the current context of KUBECONFIG.

        Args:
            namespace: The namespace; None for that of the pod or of the context.

        Raises:
            SettingsError: Neither is configured.
        """
        api, here = open_client()
        return cls(api, namespace or here)

    def missing_permissions(self) -> list[str]:
        """The permissions of NEEDED that this account lacks, such as "create sparkapplications"."""
        api, missing = client.AuthorizationV1Api(self.api), []
        for verb, group, resource, part in NEEDED:
            attributes = {"namespace": self.namespace, "verb": verb, "group": group, "resource": resource}
            attributes |= {"subresource": part, "name": SETTINGS if resource == "configmaps" else ""}
            kind = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
            review = {**kind, "spec": {"resourceAttributes": attributes}}
            answer = self._ask(partial(api.create_self_subject_access_review, review))
            if not answer["status"].get("allowed"):
                missing.append(f"{verb} {resource}/{part}" if part else f"{verb} {resource}")
        return missing

    def application(self, name: str) -> Object | None:
        """The SparkApplication of this name; None if there is none."""
        return self._found(partial(self._custom.get_namespaced_custom_object, *self._kind, name))

    def applications(self, labels: dict[str, str]) -> list[Object]:
        """All SparkApplications with these labels."""
        chosen = ",".join(f"{key}={value}" for key, value in labels.items())
        call = partial(self._custom.list_namespaced_custom_object, *self._kind, label_selector=chosen)
        return list(self._ask(call)["items"])

    def create(self, application: Object) -> Object:
        """Create a SparkApplication.

        Raises:
            AlreadyExists: One of this name exists.
            FootfallError: The cluster refuses it; the error says why.
        """
        call = partial(self._custom.create_namespaced_custom_object, *self._kind, application)
        try:
            return self._ask(call, passed=409)
        except ApiException as error:
            raise AlreadyExists(application["metadata"]["name"]) from error

    def delete(self, application: Object) -> None:
        """Delete a SparkApplication with its pods, and wait until they are gone.

        Raises:
            InfrastructureError: They are still there after a while.
        """
        name, until = application["metadata"]["name"], time.monotonic() + self.longest_outage
        how = {"propagation_policy": "Background"}
        self._found(partial(self._custom.delete_namespaced_custom_object, *self._kind, name, **how))
        while self.application(name) or self.pod(driver_pod_name(application)):
            if time.monotonic() > until:
                raise InfrastructureError(
                    f"The run was deleted, but is still there after {self.longest_outage:.0f} s",
                    where=f"SparkApplication {name} in {self.namespace}",
                    fix=f"See what holds it: kubectl describe sparkapplication {name}, and the operator's log.",
                )
            time.sleep(1)

    def changes(self, name: str) -> Iterator[Object | None]:
        """The SparkApplication now, after each change, and about every TICK seconds; at last None, when it is deleted.

        A watch that breaks or expires is started again from the present state.
        """
        newest = self.application(name)
        while newest is not None:
            yield newest
            stream = watch.Watch().stream(
                self._custom.list_namespaced_custom_object,
                *self._kind,
                field_selector=f"metadata.name={name}",
                resource_version=newest["metadata"]["resourceVersion"],
                timeout_seconds=TICK,
                _request_timeout=_TIMEOUT,
            )
            try:
                yield from (event["object"] for event in stream if event["type"] == "MODIFIED")
            except (ApiException, HTTPError):
                time.sleep(1)  # whether it lasts shows in the next line
            newest = self.application(name)
        yield None

    def pod(self, name: str) -> Object | None:
        """The pod of this name; None if there is none."""
        return self._found(partial(self._core.read_namespaced_pod, name, self.namespace))

    def config_map(self, name: str) -> Object | None:
        """The ConfigMap of this name; None if there is none."""
        return self._found(partial(self._core.read_namespaced_config_map, name, self.namespace))

    def warnings(self, beginnings: Sequence[str]) -> list[str]:
        """The texts of warning events about objects whose names begin with one of these, the newest last."""
        events = self._ask(partial(self._core.list_namespaced_event, self.namespace))["items"]
        names = (event["involvedObject"].get("name", "") for event in events)
        return event_texts(
            event for event, name in zip(events, names, strict=True) if name.startswith(tuple(beginnings))
        )

    def log_text(self, pod: str, container: str) -> str:
        """The log of a started container so far; empty if its pod is gone."""
        # Without _preload_content=False the client would give "b'...'", the repr of the bytes.
        options = {"container": container, "_preload_content": False}
        call = partial(self._core.read_namespaced_pod_log, pod, self.namespace, **options)
        found = self._found(lambda **how: {"text": call(**how).data.decode("utf-8", "replace")})
        return str(found["text"]) if found else ""

    def log(self, pod: str) -> Iterator[str]:
        """The lines of a driver's log as they are written, until the driver ends; broken connections are renewed."""
        last, read_at, runs = "", time.monotonic(), True
        while runs:
            now = self.pod(pod)
            runs = now is not None and is_running(now)
            recent = {"since_seconds": int(time.monotonic() - read_at) + 60} if last else {}
            try:
                for line in self._log_lines(pod, recent):
                    at, _, text = line.partition(" ")
                    if at > last:
                        last, read_at = at, time.monotonic()
                        yield text
            except ApiException as error:
                if error.status not in (*_BRIEF_TROUBLE, 400, 404):
                    raise self._error_from(error) from error
            except HTTPError:
                pass  # the connection broke; the next one goes on after the last line
            time.sleep(1 if runs else 0)

    def _log_lines(self, pod: str, recent: dict[str, int]) -> Iterator[str]:
        """The lines of one connection, each with its timestamp in front."""
        call = self._core.read_namespaced_pod_log
        options = {"name": pod, "namespace": self.namespace, "container": DRIVER, "timestamps": True}
        yield from watch.Watch().stream(call, **options, **recent, _request_timeout=_LOG_TIMEOUT)

    def _found(self, call: Callable[..., Any]) -> Object | None:
        """The answer; None if the object does not exist."""
        try:
            return self._ask(call, passed=404)
        except ApiException as error:
            if not is_about_object(str(error.body)):
                raise self._error_from(error) from error
            return None

    def _ask(self, call: Callable[..., Any], passed: int | None = None) -> Object:
        """Call the API, and retry brief failures; an ApiException with the status `passed` is raised unchanged."""
        until = time.monotonic() + self.longest_outage
        while True:
            try:
                return dict(self.api.sanitize_for_serialization(call(_request_timeout=_TIMEOUT)))
            except ApiException as error:
                if error.status == passed:
                    raise
                if error.status not in _BRIEF_TROUBLE or time.monotonic() > until:
                    raise self._error_from(error) from error
            except HTTPError as error:
                if time.monotonic() > until:
                    raise unreachable(str(error), self.api.configuration.host) from error
            time.sleep(2)

    def _error_from(self, error: ApiException) -> FootfallError:
        if not error.status:  # no answer came, for example because a certificate is not trusted
            return unreachable(" ".join(str(error.reason).split()), self.api.configuration.host)
        return refusal(error.status, str(error.body or error.reason), self.namespace)

    @property
    def _custom(self) -> client.CustomObjectsApi:
        return client.CustomObjectsApi(self.api)

    @property
    def _core(self) -> client.CoreV1Api:
        return client.CoreV1Api(self.api)

    @property
    def _kind(self) -> tuple[str, str, str, str]:
        return GROUP, VERSION, self.namespace, PLURAL
