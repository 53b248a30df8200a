"""A run on Kubernetes as a copy of the template."""

import re
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from footfall.errors import SettingsError
from footfall.launch.kubernetes.application import (
    KEPT_SECONDS,
    Order,
    clone,
    driver_pod_name,
    read_settings,
    read_template,
)

DAY = Order.of_day(date(2023, 3, 1), {"--boundary": "closed"})
SETTINGS = {"footfall-settings": {"data": {"settings.yaml": "privacy: {k: 5}\n"}}}
IMAGE = "registry.example/footfall:abc@sha256:" + "0123456789abcdef" * 4


def template(**spec: Any) -> dict[str, Any]:
    """A small template as Argo CD leaves it in the cluster."""
    return {
        "apiVersion": "sparkoperator.k8s.io/v1beta2",
        "kind": "SparkApplication",
        "metadata": {
            "name": "footfall-template",
            "namespace": "footfall-test",
            "uid": "1-2-3",
            "resourceVersion": "7",
            "generation": 2,
            "managedFields": [{}],
            "labels": {
                "app.kubernetes.io/part-of": "footfall",
                "app.kubernetes.io/instance": "footfall-test",
            },
            "annotations": {
                "argocd.argoproj.io/tracking-id": "footfall-test:...",
                "argocd.argoproj.io/ignore-healthcheck": "true",
                "kubectl.kubernetes.io/last-applied-configuration": "{}",
                "example.org/team": "places",
            },
        },
        "spec": {
            "suspend": True,
            "image": IMAGE,
            "arguments": ["run", "--days", "named-by-each-run"],
            "driver": {"cores": 1, "podName": "footfall"},
            "executor": {"cores": 1},
            **spec,
        },
        "status": {"applicationState": {"state": "SUSPENDED"}},
    }


def test_a_run_is_the_template_set_going_with_the_words_of_the_day() -> None:
    """Its spec differs from the template's in four places only."""
    before = template()
    run = clone(before, DAY, SETTINGS)
    assert run["spec"] == {
        "suspend": False,
        "image": IMAGE,
        "arguments": ["run", "--days", "2023-03-01", "--boundary=closed"],
        "driver": {"cores": 1},
        "executor": {"cores": 1},
        "timeToLiveSeconds": KEPT_SECONDS,
    }
    assert before == template()


def test_a_run_has_nothing_by_which_argo_cd_or_the_template_would_own_it() -> None:
    """No tracking, no owner, no trace of the object it was copied from; labels say what it is."""
    assert clone(template(), DAY, SETTINGS)["metadata"] == {
        "name": named(),
        "namespace": "footfall-test",
        "labels": {
            "app.kubernetes.io/part-of": "footfall",
            "app.kubernetes.io/name": "footfall",
            "footfall.io/template": "footfall-template",
            "footfall.io/day": "2023-03-01",
            "footfall.io/image-digest": "0123456789ab",
        },
        "annotations": {"example.org/team": "places"},
    }
    assert "status" not in clone(template(), DAY, SETTINGS)


def test_a_run_keeps_the_time_to_live_that_the_template_names() -> None:
    """The week is only for templates that name none."""
    assert clone(template(timeToLiveSeconds=60), DAY, SETTINGS)["spec"]["timeToLiveSeconds"] == 60


def test_a_run_may_be_put_into_another_namespace() -> None:
    """As with a rendered template that names none."""
    assert clone(template(), DAY, SETTINGS, "elsewhere")["metadata"]["namespace"] == "elsewhere"


def named(order: Order = DAY, settings: dict[str, Any] = SETTINGS, **spec: Any) -> str:
    """The name of a run of this order, with these settings, on a template with these changes."""
    return str(clone(template(**spec), order, settings)["metadata"]["name"])


@pytest.mark.parametrize(
    ("image", "day", "flags", "same"),
    [
        (IMAGE, date(2023, 3, 1), {"--boundary": "closed"}, True),
        ("footfall:other", date(2023, 3, 1), {"--boundary": "closed"}, False),
        (IMAGE, date(2023, 3, 2), {"--boundary": "closed"}, False),
        (IMAGE, date(2023, 3, 1), {}, False),
    ],
)
def test_the_name_is_one_for_each_image_day_and_flags(
    image: str, day: date, flags: dict[str, str], same: bool
) -> None:
    """Whoever asks for the same gets the same run."""
    assert (named(Order.of_day(day, flags), image=image) == named()) is same


@pytest.mark.parametrize(
    "mend",
    [
        {"settings": {"footfall-settings": {"data": {"settings.yaml": "privacy: {k: 3}\n"}}}},
        {"driver": {"cores": 1, "memory": "2g"}},
        {"executor": {"cores": 4}},
        {"sparkConf": {"spark.executor.maxNumFailures": "9"}},
        {"dynamicAllocation": {"enabled": True}},
    ],
)
def test_what_is_mended_in_git_makes_another_run(mend: dict[str, Any]) -> None:
    """Settings and sizes are the last part of the name, day and image the first: that one stays."""
    before, after = named(), named(**mend)
    assert after != before
    assert after.rpartition("-")[0] == before.rpartition("-")[0]


@pytest.mark.parametrize(
    "same",
    [
        {"suspend": False},
        {"timeToLiveSeconds": 60},
        {"arguments": ["run", "--days", "another"]},
        {"executor": {"cores": 1, "labels": {}, "template": {"metadata": {"creationTimestamp": None}}}},
    ],
)
def test_what_changes_no_count_makes_no_other_run(same: dict[str, Any]) -> None:
    """How long it is kept, and empty fields, which the cluster puts into an object that was rendered without them."""
    assert named(**same) == named()


def test_the_name_tells_the_day_and_fits_into_the_names_made_from_it() -> None:
    """Kubernetes allows 63 characters; Spark adds 28 for the driver's service, the operator up to 14."""
    assert re.fullmatch(r"footfall-20230301-[0-9a-f]{8}-[0-9a-f]{6}", named())
    assert re.fullmatch(r"footfall-smoke-[0-9a-f]{8}-[0-9a-f]{6}", named(Order.of_smoke({})))
    assert len(named()) + 28 <= 63


def test_the_label_of_the_digest_is_left_out_where_the_image_has_only_a_tag() -> None:
    """A label would hold a guess."""
    assert (
        "footfall.io/image-digest"
        not in clone(template(image="footfall:abc"), DAY, SETTINGS)["metadata"]["labels"]
    )


def test_a_template_without_an_image_is_refused() -> None:
    """The error names the field and where the image is set."""
    with pytest.raises(SettingsError) as refused:
        clone(template(image=None), DAY, SETTINGS)
    assert "spec.image" in refused.value.where
    assert "version" in refused.value.fix


def test_the_driver_pod_is_the_one_that_the_operator_names() -> None:
    """Before it names one, it is the name of the run and -driver."""
    assert driver_pod_name({"metadata": {"name": "a"}}) == "a-driver"
    assert driver_pod_name({"metadata": {"name": "a"}, "status": {"driverInfo": {"podName": "b"}}}) == "b"


def test_the_template_is_found_among_rendered_manifests(tmp_path: Path) -> None:
    """Other objects, and other SparkApplications, are passed over."""
    other = deepcopy(template())
    other["metadata"]["name"] = "else"
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all([{"kind": "ConfigMap"}, None, other, template()]))
    assert read_template(tmp_path / "all.yaml") == template()


def test_settings_are_found_beside_the_template_that_names_them(tmp_path: Path) -> None:
    """By the names under which it mounts them; one that is not there is refused."""
    mounting = template(driver={"configMaps": [{"name": "footfall-settings", "path": "/etc/footfall"}]})
    config_map = {"kind": "ConfigMap", "metadata": {"name": "footfall-settings"}, "data": {"a": "b"}}
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all([config_map, mounting]))
    assert read_settings(tmp_path / "all.yaml", mounting) == {"footfall-settings": {"data": {"a": "b"}}}
    assert read_settings(tmp_path / "all.yaml", template()) == {}
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all([mounting]))
    with pytest.raises(SettingsError, match="hold no ConfigMap footfall-settings"):
        read_settings(tmp_path / "all.yaml", mounting)


@pytest.mark.parametrize("text", [None, "kind: [", "kind: ConfigMap\n", "- a\n"])
def test_manifests_without_a_template_are_refused(tmp_path: Path, text: str | None) -> None:
    """A missing file, no YAML, another kind, a list: each names the file and the flag."""
    file = tmp_path / "all.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingsError) as refused:
        read_template(file)
    assert refused.value.where == f"{file}, flag --template"
