"""The template of runs: it never runs, it has the image of version/, and the job accepts the settings it brings."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from footfall import jobs
from footfall.errors import SettingsError
from footfall.settings.sources import Loaded, load
from tests.manifests.rendering import ENVIRONMENTS, ROOT, TEMPLATE, environment, render, template

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_template_never_runs(name: str) -> None:
    """It is suspended, and keeps quiet about its health, so that Argo CD waits for nothing."""
    about = environment(name)[TEMPLATE]
    assert about["spec"]["suspend"] is True
    assert about["metadata"]["annotations"]["argocd.argoproj.io/ignore-healthcheck"] == "true"
    assert "timeToLiveSeconds" not in about["spec"]


def test_a_template_that_is_resumed_by_accident_counts_nothing(tmp_path: Path) -> None:
    """Its words name no day, which the command refuses."""
    command, flag, word = template("test")["arguments"]
    assert (command, flag) == ("run", "--days")
    with pytest.raises(SettingsError, match=word):
        loaded("test", tmp_path, {"days": word})


def test_spark_has_the_version_of_the_lock() -> None:
    """The version in the template is the one that pyproject.toml pins."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert groups["spark41"] == [f"pyspark=={template('test')['sparkVersion']}"]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_version_file_holds_the_image_and_nothing_else(name: str) -> None:
    """It is the one file that robots write, so nothing else may stand in it."""
    file = yaml.safe_load(
        (ROOT / f"k8s/overlays/{name}/version/kustomization.yaml").read_text(encoding="utf-8")
    )
    (image,) = file.pop("images")
    assert file == {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
    assert image["name"] == "footfall"
    assert set(image) <= {"name", "newName", "newTag", "digest"}
    assert [path.name for path in (ROOT / f"k8s/overlays/{name}/version").iterdir()] == ["kustomization.yaml"]


def images(folder: Path) -> set[str]:
    """The images of the job in rendered manifests: of the template, of the smoke run and of the workflows."""
    objects = render(folder)
    job = objects["Job", "footfall-smoke"]["spec"]["template"]["spec"]
    workflows = [
        thing["spec"]["templates"] for (kind, _), thing in objects.items() if kind == "WorkflowTemplate"
    ]
    steps = [step["container"]["image"] for steps in workflows for step in steps if "container" in step]
    return {objects[TEMPLATE]["spec"]["image"], job["containers"][0]["image"], *steps}


def test_a_new_image_reaches_the_template_the_smoke_run_and_the_workflows(tmp_path: Path) -> None:
    """One change in version/ is enough; kustomize by itself would leave the SparkApplication as it was."""
    shutil.copytree(ROOT / "k8s", tmp_path / "k8s")
    version = tmp_path / "k8s/overlays/test/version/kustomization.yaml"
    file = yaml.safe_load(version.read_text(encoding="utf-8"))
    file["images"] = [{"name": "footfall", "newName": "registry.example.com/new", "digest": DIGEST}]
    version.write_text(yaml.safe_dump(file), encoding="utf-8")
    assert images(tmp_path / "k8s/overlays/test") == {f"registry.example.com/new@{DIGEST}"}


@pytest.mark.skipif(
    not shutil.which("kustomize"), reason="`kustomize edit` needs kustomize itself, not kubectl"
)
def test_kustomize_sets_the_image(tmp_path: Path) -> None:
    """The command of the documentation changes the version file, and keeps it a component."""
    shutil.copytree(ROOT / "k8s", tmp_path / "k8s")
    image = f"registry.example.com/new:1.2.3@{DIGEST}"
    command = ["kustomize", "edit", "set", "image", f"footfall={image}"]
    subprocess.run(command, cwd=tmp_path / "k8s/overlays/test/version", check=True)
    assert images(tmp_path / "k8s/overlays/test") == {image}


def loaded(name: str, folder: Path, flags: dict[str, str]) -> Loaded:
    """The settings of a run in an environment, as its driver would read them."""
    file = folder / "settings.yaml"
    file.write_text(
        environment(name)["ConfigMap", "footfall-settings"]["data"]["settings.yaml"], encoding="utf-8"
    )
    variables = {entry["name"]: entry["value"] for entry in template(name)["driver"]["env"]}
    assert variables.pop("FOOTFALL_SETTINGS") == "/etc/footfall/settings.yaml"
    return load(file, variables, flags, jobs.settings(), None)


@pytest.mark.parametrize(("name", "k"), [("local", 1), ("test", 5), ("production", 5)])
def test_the_job_accepts_the_settings(name: str, k: int, tmp_path: Path) -> None:
    """File, variables and day together are settings, with the suppression of the environment."""
    settings = loaded(name, tmp_path, {"days": "2023-03-01"}).settings
    assert settings.privacy.k == k
    assert settings.output.startswith("s3://")
    assert settings.output.endswith("/footfall")


def test_the_settings_stand_where_the_job_looks() -> None:
    """The ConfigMap is mounted as the folder of FOOTFALL_SETTINGS, under one name for all its versions."""
    assert template("test")["driver"]["configMaps"] == [
        {"name": "footfall-settings", "path": "/etc/footfall"}
    ]


def test_what_runs_say_to_each_other_is_secret() -> None:
    """Driver and executors know each other, and encrypt all of it."""
    conf = template("production")["sparkConf"]
    assert conf["spark.authenticate"] == conf["spark.network.crypto.enabled"] == "true"
    assert conf["spark.network.crypto.cipher"] == "AES/GCM/NoPadding"
    assert conf["spark.network.crypto.saslFallback"] == "false"


@pytest.mark.parametrize(("name", "days"), [("local", 2), ("test", 2), ("production", 2)])
def test_the_quota_has_room_for_days_side_by_side(name: str, days: int) -> None:
    """A backfill runs days at once, each with its driver and as many executors as it may have."""
    spec, hard = template(name), environment(name)["ResourceQuota", "footfall"]["spec"]["hard"]
    driver, executor = spec["driver"], spec["executor"]
    executors = spec.get("dynamicAllocation", {}).get("maxExecutors") or executor["instances"]
    assert days * (cores(driver) + executors * cores(executor)) <= float(hard["requests.cpu"])
    assert days * (mebibytes(driver) + executors * mebibytes(executor)) <= number(hard["limits.memory"])
    assert days * (1 + executors) < int(hard["pods"])


def cores(half: dict[str, str]) -> float:
    """The CPU that a driver or executor reserves."""
    return float(half.get("coreRequest", f"{half['cores']}000m").removesuffix("m")) / 1000


def mebibytes(half: dict[str, str]) -> float:
    """The memory that a driver or executor takes: that of Java and the rest."""
    return number(half["memory"]) + number(half["memoryOverhead"])


def number(text: str) -> float:
    """The mebibytes of 512m, 1g or 64Gi."""
    return float(text.rstrip("imgMG")) * {"m": 1, "g": 1024}[text.removesuffix("i")[-1].lower()]
