"""A run on Kubernetes as an object: a copy of the suspended template, with a name, a day and words of its own."""

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
"""The queue of runs: as the template names it, and as Kueue finds it on a run. With the label a template would run."""
SETTINGS = "footfall-settings"
"""The ConfigMap of settings that a launcher may read."""
KEPT_SECONDS = 7 * 86400

_NOT_COMPARED = ("image", "arguments", "suspend", "timeToLiveSeconds")
"""Of a template: what the name of a run tells by itself, and what changes nothing about how it counts."""

_TRACKING = ("argocd.argoproj.io/", "kubectl.kubernetes.io/last-applied-configuration")
_INSTANCE = "app.kubernetes.io/instance"  # by this label Argo CD may take an object for one of its own

Object = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """What is to run: the words after `footfall`, and the day they count; a smoke run counts none."""

    words: tuple[str, ...]
    day: date | None

    @classmethod
    def of_day(cls, day: date, flags: Mapping[str, str]) -> "Order":
        """Count one day.

        Args:
            day: The day.
            flags: The text of each further flag of `footfall run`, by the flag.
        """
        return cls(("run", "--days", str(day), *_words(flags)), day)

    @classmethod
    def of_smoke(cls, flags: Mapping[str, str]) -> "Order":
        """Count the sample that the image brings along, with further flags of `footfall run`."""
        return cls(("run", "--sample", *_words(flags)), None)


def clone(
    template: Object,
    order: Order,
    settings: Object,
    namespace: str | None = None,
    launched_by: str | None = None,
) -> Object:
    """Make the run out of the template, in its namespace or another one.

    The run has no owner and nothing by which Argo CD would know it: neither pruning nor the end of whoever
    started it takes it away. It stays `timeToLiveSeconds` after its end, by default seven days.
    Where the template names a queue, the run waits in it for its turn.

    Args:
        template: What it is a copy of.
        order: What it shall count.
        settings: What stands in the ConfigMaps that the template names, by their names.
        namespace: Another one than the template's.
        launched_by: Written on it as a label.

    Raises:
        SettingsError: The template names no image, or a queue that does not admit it.
    """
    spec, about, image = deepcopy(template["spec"]), template["metadata"], _image(template)
    spec["driver"].pop("podName", None)  # one fixed name would let only one run live
    spec.update(suspend=False, arguments=list(order.words))
    spec.setdefault("timeToLiveSeconds", KEPT_SECONDS)
    around = {key: value for key, value in template["spec"].items() if key not in _NOT_COMPARED}
    kept, own = _without_tracking(about.get("labels")), _labels(about["name"], image, order)
    launcher = {LAUNCHER_LABEL: launched_by} if launched_by else {}
    metadata = {
        "name": name(image, order, {"settings": settings, "template": around}),
        "namespace": namespace or about.get("namespace"),
        "labels": {**kept, **own, **launcher, **_queue_label(template)},
        "annotations": _without_tracking(about.get("annotations")),
    }
    return {"apiVersion": API, "kind": KIND, "metadata": _filled(metadata), "spec": spec}


def name(image: str, order: Order, around: Object) -> str:
    """The one name of these words on this image with these settings and sizes, as footfall-20230301-1a2b3c4d-5e6f7a.

    Args:
        image: The image, or on Glue the archive.
        order: The words, and the day that begins the name.
        around: Settings, sizes, and all else that the run starts with, as JSON has it. What is empty does not count:
            the API server leaves such things out, or puts them in.

    Returns:
        After the day a digest of image and words, and one of what is around them.
    """
    first, second = _digest([image, *order.words], 8), _digest(_filled(around), 6)
    return f"footfall-{f'{order.day:%Y%m%d}' if order.day else 'smoke'}-{first}-{second}"


def named_settings(template: Object) -> list[str]:
    """The names of the ConfigMaps that the template gives to the driver."""
    return [str(each["name"]) for each in template["spec"].get("driver", {}).get("configMaps") or ()]


def driver_pod_name(application: Object) -> str:
    """The name of the pod that the driver runs in."""
    told = application.get("status", {}).get("driverInfo", {}).get("podName")
    return str(told or f"{application['metadata']['name']}-driver")


def events_of(name: str) -> list[str]:
    """How names begin of objects whose events are about a run: its own, its pods', and its Workload of Kueue."""
    return [name, f"sparkapplication-{name}-"]


def read_template(file: Path, named: str = TEMPLATE) -> Object:
    """Find the template among rendered manifests.

    Raises:
        SettingsError: The file cannot be read, is no YAML, or holds no such SparkApplication.
    """
    return _found(file, KIND, named)


def read_settings(file: Path, template: Object) -> Object:
    """What stands in the ConfigMaps that the template names, among the same rendered manifests.

    Raises:
        SettingsError: One is not there.
    """
    return {named: contents(_found(file, "ConfigMap", named)) for named in named_settings(template)}


def contents(config_map: Object | None) -> Object:
    """What stands in a ConfigMap; nothing where it is not there."""
    known = config_map or {}
    return {key: known[key] for key in ("data", "binaryData") if known.get(key)}


def _found(file: Path, kind: str, named: str) -> Object:
    """The object of a kind and a name among rendered manifests."""
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


def _filled(value: Any) -> Any:
    """The same without what is empty, at any depth."""
    if isinstance(value, Mapping):
        return {key: each for key in value if (each := _filled(value[key])) not in (None, {}, [])}
    return [_filled(each) for each in value] if isinstance(value, list) else value


def _queue_label(template: Object) -> dict[str, str]:
    """The label of the queue that the runs of a template wait in, if it names one."""
    queue = template["metadata"].get("annotations", {}).get(QUEUE_ANNOTATION)
    if queue and template["spec"].get("dynamicAllocation", {}).get("enabled"):
        raise SettingsError(
            f"The template names the queue {queue} and has dynamic allocation, which Kueue refuses",
            where=f"SparkApplication {template['metadata']['name']}, spec.dynamicAllocation",
            fix="Leave components/dynamic-allocation out of the overlay, and give executor.instances a number.",
        )
    return {QUEUE_LABEL: str(queue)} if queue else {}


def _words(flags: Mapping[str, str]) -> Iterator[str]:
    # One word each: a text that begins with a dash is no flag then.
    return (f"{flag}={text}" for flag, text in flags.items())


def _without_tracking(words: Mapping[str, str] | None) -> dict[str, str]:
    return {
        key: value
        for key, value in (words or {}).items()
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
