"""The SparkApplication of a run: a copy of the suspended template with its own name, day and arguments."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from footfall.errors import SettingsError

API = "sparkoperator.k8s.io/v1beta2"
KIND = "SparkApplication"
TEMPLATE = "footfall-template"
NAME_LABEL, DAY_LABEL = "app.kubernetes.io/name", "footfall.io/day"
TEMPLATE_LABEL, DIGEST_LABEL = "footfall.io/template", "footfall.io/image-digest"
LAUNCHER_LABEL = "footfall.io/launched-by"
QUEUE_ANNOTATION, QUEUE_LABEL = "footfall.io/queue", "kueue.x-k8s.io/queue-name"
"""The queue of runs: the template names it by the annotation, runs by Kueue's label. With the label, Kueue would
start the template itself."""
SETTINGS = "footfall-settings"
"""The only ConfigMap that a launcher may read."""
KEPT_SECONDS = 7 * 86400

_NOT_COMPARED = ("image", "arguments", "suspend", "timeToLiveSeconds")
"""Fields of a template's spec that are not in the digest of its surroundings: they are in the run's name already, or do
not change what is counted."""

_TRACKING = ("argocd.argoproj.io/", "kubectl.kubernetes.io/last-applied-configuration")
_INSTANCE = "app.kubernetes.io/instance"  # Argo CD may adopt an object with this label

Object = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """What to run: the arguments of `footfall`, and the day they count; None for a smoke run."""

    words: tuple[str, ...]
    day: date | None

    @classmethod
    def of_day(cls, day: date, flags: Mapping[str, str]) -> "Order":
        """The order to count one day.

        Args:
            day: The day.
            flags: Further flags of `footfall run` with their values.
        """
        return cls(("run", "--days", str(day), *_words(flags)), day)

    @classmethod
    def of_smoke(cls, flags: Mapping[str, str]) -> "Order":
        """The order to count the sample in the image, with further flags of `footfall run`."""
        return cls(("run", "--sample", *_words(flags)), None)


def clone(
    template: Object,
    order: Order,
    settings: Object,
    namespace: str | None = None,
    launched_by: str | None = None,
) -> Object:
    """The SparkApplication of a run, as a copy of the template.

    It has no owner and no tracking labels of Argo CD, so it is deleted neither by pruning nor with its launcher.
    It stays `timeToLiveSeconds` after its end, by default seven days. If the template names a queue, the run has the
    label by which it waits there.

    Args:
        template: The suspended SparkApplication.
        order: What to count.
        settings: The contents of the ConfigMaps that the template names, by name.
        namespace: The namespace; None for the template's.
        launched_by: The launcher's name, set as a label for `footfall settle`.

    Raises:
        SettingsError: The template names no image, or a queue that does not admit it.
    """
    spec, origin, image = deepcopy(template["spec"]), template["metadata"], _image(template)
    spec["driver"].pop("podName", None)  # one fixed name would allow only one run at a time
    spec.update(suspend=False, arguments=list(order.words))
    spec.setdefault("timeToLiveSeconds", KEPT_SECONDS)
    surroundings = {key: value for key, value in template["spec"].items() if key not in _NOT_COMPARED}
    kept, own = _without_tracking(origin.get("labels")), _labels(origin["name"], image, order)
    launcher = {LAUNCHER_LABEL: launched_by} if launched_by else {}
    metadata = {
        "name": name(image, order, {"settings": settings, "template": surroundings}),
        "namespace": namespace or origin.get("namespace"),
        "labels": {**kept, **own, **launcher, **_queue_label(template)},
        "annotations": _without_tracking(origin.get("annotations")),
    }
    return {"apiVersion": API, "kind": KIND, "metadata": _without_empty(metadata), "spec": spec}


def name(image: str, order: Order, surroundings: Object) -> str:
    """The name of a run, equal for equal runs, such as footfall-20230301-1a2b3c4d-5e6f7a.

    Args:
        image: The image, or on Glue the archive.
        order: The arguments and the day.
        surroundings: Settings, sizes and all else that decides how the run counts, as JSON values. Empty values are
            ignored, since the API server may add or drop them.

    Returns:
        `footfall`, the day or `smoke`, a digest of image and arguments, and a digest of the surroundings.
    """
    first, second = _digest([image, *order.words], 8), _digest(_without_empty(surroundings), 6)
    return f"footfall-{f'{order.day:%Y%m%d}' if order.day else 'smoke'}-{first}-{second}"


def named_settings(template: Object) -> list[str]:
    """The names of the ConfigMaps that the template mounts in the driver."""
    return [str(each["name"]) for each in template["spec"].get("driver", {}).get("configMaps") or ()]


def driver_pod_name(application: Object) -> str:
    """The name of the pod that the driver runs in."""
    noted = application.get("status", {}).get("driverInfo", {}).get("podName")
    return str(noted or f"{application['metadata']['name']}-driver")


def events_of(name: str) -> list[str]:
    """Prefixes of the names of a run's objects, for their events: the run, its pods, and its Workload of Kueue."""
    return [name, f"sparkapplication-{name}-"]


def read_template(file: Path, named: str = TEMPLATE) -> Object:
    """The template in a file of rendered manifests.

    Raises:
        SettingsError: The file cannot be read, is not YAML, or has no SparkApplication of this name.
    """
    return _found(file, KIND, named)


def read_settings(file: Path, template: Object) -> Object:
    """The contents of the ConfigMaps that the template names, by name, from the same file of rendered manifests.

    Raises:
        SettingsError: One is missing.
    """
    return {named: contents(_found(file, "ConfigMap", named)) for named in named_settings(template)}


def contents(config_map: Object | None) -> Object:
    """`data` and `binaryData` of a ConfigMap, as far as they are not empty; empty if it does not exist."""
    known = config_map or {}
    return {key: known[key] for key in ("data", "binaryData") if known.get(key)}


def _found(file: Path, kind: str, named: str) -> Object:
    """The object of this kind and name in a file of rendered manifests."""
    try:
        documents = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(
            f"The manifests cannot be read: {error}",
            where=f"{file}, flag --template",
            fix="Give a file of rendered manifests, as `kubectl kustomize k8s/overlays/test` writes them.",
        ) from error
    for document in documents:
        known = document if isinstance(document, dict) else {}
        if known.get("kind") == kind and known.get("metadata", {}).get("name") == named:
            return known
    raise SettingsError(
        f"The manifests hold no {kind} {named}",
        where=f"{file}, flag --template",
        fix="Give the manifests of one whole overlay, as `kubectl kustomize k8s/overlays/test` writes them.",
    )


def _digest(what: object, length: int) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:length]


def _without_empty(value: Any) -> Any:
    """The value without null, empty objects and empty lists, at any depth."""
    if isinstance(value, Mapping):
        return {key: each for key in value if (each := _without_empty(value[key])) not in (None, {}, [])}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value


def _queue_label(template: Object) -> dict[str, str]:
    """The label by which Kueue queues a run; empty if the template names no queue."""
    queue = template["metadata"].get("annotations", {}).get(QUEUE_ANNOTATION)
    if queue and template["spec"].get("dynamicAllocation", {}).get("enabled"):
        raise SettingsError(
            f"The template names the queue {queue} and has dynamic allocation, which Kueue refuses",
            where=f"SparkApplication {template['metadata']['name']}, spec.dynamicAllocation",
            fix="Leave components/dynamic-allocation out of the overlay, and give executor.instances a number.",
        )
    return {QUEUE_LABEL: str(queue)} if queue else {}


def _words(flags: Mapping[str, str]) -> Iterator[str]:
    # Joined by `=`, so that a value that begins with a dash is not taken for a flag.
    return (f"{flag}={text}" for flag, text in flags.items())


def _without_tracking(metadata: Mapping[str, str] | None) -> dict[str, str]:
    return {
        key: value
        for key, value in (metadata or {}).items()
        if not key.startswith(_TRACKING) and key != _INSTANCE
    }


def _image(template: Object) -> str:
    if image := template["spec"].get("image"):
        return str(image)
    raise SettingsError(
        "The template names no image",
        where=f"SparkApplication {template['metadata']['name']}, spec.image",
        fix="Set the image in overlays/<environment>/version, and sync or render again.",
    )


def _labels(template: str, image: str, order: Order) -> dict[str, str]:
    labels = {NAME_LABEL: "footfall", TEMPLATE_LABEL: template}
    if order.day:
        labels[DAY_LABEL] = str(order.day)
    if "@sha256:" in image:
        labels[DIGEST_LABEL] = image.rpartition("@sha256:")[2][:12]  # a label has room for 63 characters
    return labels
