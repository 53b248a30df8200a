"""What keeps a run from its end, met on a real cluster; told in the environment that the story has left."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.addresses import Addresses
from tests.cluster.images import ENDING_MAIN, Image, Images
from tests.cluster.kubectl import Cluster

NAMESPACE = "footfall-test"
Changes = Callable[[dict[str, Any]], None]
Told = Callable[[str, Changes], tuple[int, str]]


@pytest.fixture
def told(cluster: Cluster, tmp_path: Path) -> Told:
    """Submits a day with a changed template, and gives the exit code and what was said."""

    def submit(day: str, change: Changes) -> tuple[int, str]:
        template = cluster.get(NAMESPACE, "sparkapplication", "footfall-template")
        assert template is not None, "the story comes first"
        change(template["spec"])
        (tmp_path / "template.yaml").write_text(yaml.safe_dump(template))
        words = ("--template", str(tmp_path / "template.yaml"), "--start-timeout", "90s")
        process = cluster.submit(NAMESPACE, "--day", day, *words)
        _, said = process.communicate(timeout=600)
        return process.returncode, said

    return submit


def test_an_image_that_the_registry_does_not_hold(addresses: Addresses, cluster: Cluster, told: Told) -> None:
    """The words of the node are told, and the run is taken away."""
    image = f"{addresses.registry}/footfall:nowhere"
    code, said = told("2023-03-03", lambda spec: spec.update(image=image))
    assert code == 6, said
    assert "image cannot be pulled" in said
    assert f'Failed to pull image "{image}"' in said
    assert not [name for name in cluster.all(NAMESPACE, "sparkapplication") if "20230303" in name]


def test_a_driver_with_too_little_memory(told: Told) -> None:
    """Java takes its whole heap at once, and leaves the rest of the process no room."""
    little = {
        "memory": "512m",
        "memoryOverhead": "16m",
        "javaOptions": "-Xms512m -XX:+AlwaysPreTouch",
    }
    code, said = told("2023-03-04", lambda spec: spec["driver"].update(little))
    assert code == 6, said
    assert "killed for using more memory" in said
    assert "spec.driver.memory" in said


def test_executors_that_never_live_end_the_driver_with_a_code_of_spark(told: Told) -> None:
    """Spark gives up after three of them, with code 11."""
    code, said = told("2023-03-08", lambda spec: spec["executor"].update(javaOptions="-agentpath:/nowhere"))
    assert code == 6, said
    assert "Spark gave up, because too many executors were lost (exit code 11)" in said


@pytest.fixture(scope="module")
def ending(cluster: Cluster, images: Images) -> Image:
    """An image whose job ends with the code that END_WITH holds."""
    template = cluster.get(NAMESPACE, "sparkapplication", "footfall-template")
    assert template is not None, "the story comes first"
    return images.variant(template["spec"]["image"], "ending", ENDING_MAIN)


@pytest.mark.parametrize(
    ("number", "code", "means"),
    [
        (50, 6, "Java in the driver ended by an exception that nothing caught"),
        (52, 6, "Java in the driver ran out of memory"),
        (1, 8, "Spark or Python could not start the job in the driver"),
        (77, 8, "The driver ended with a code that neither the job nor Spark uses"),
    ],
)
def test_a_driver_that_ends_with_a_code_that_is_not_the_job_s(
    told: Told, ending: Image, number: int, code: int, means: str
) -> None:
    """The pod has that code; the launcher says what it means, and whether another try helps."""

    def change(spec: dict[str, Any]) -> None:
        spec.update(image=str(ending))
        spec["driver"]["env"].append({"name": "END_WITH", "value": str(number)})

    found, said = told("2023-03-09", change)
    assert found == code, said
    assert f"{means} (exit code {number})" in said


def test_a_quota_that_is_full(cluster: Cluster, told: Told) -> None:
    """The operator meets it when it creates the driver."""
    cluster.kubectl("create", "quota", "full", f"--namespace={NAMESPACE}", "--hard=pods=0")
    try:
        code, said = told("2023-03-05", lambda spec: None)
    finally:
        cluster.kubectl("delete", "quota", "full", f"--namespace={NAMESPACE}")
    assert code == 6, said
    assert "quota of the namespace is full" in said
    assert "exceeded quota: full" in said


def test_a_driver_that_pod_security_refuses(told: Told) -> None:
    """A retry would not help, so the exit code is another one."""
    code, said = told("2023-03-06", lambda spec: spec["driver"].pop("securityContext"))
    assert code == 2, said
    assert "violates PodSecurity" in said


def test_an_account_that_may_not(cluster: Cluster, tmp_path: Path) -> None:
    """The account of the executors may do nothing, and is told what is missing."""
    token = cluster.kubectl("create", "token", "footfall-executor", f"--namespace={NAMESPACE}").strip()
    file = tmp_path / "executor.yaml"
    shutil.copy(cluster.environment["KUBECONFIG"], file)
    alone = Cluster({**cluster.environment, "KUBECONFIG": str(file)})
    alone.kubectl("config", "set-credentials", "executor", f"--token={token}")
    alone.kubectl("config", "set-context", "--current", "--user=executor")
    process = alone.submit(NAMESPACE, "--day", "2023-03-07")
    _, said = process.communicate(timeout=120)
    assert process.returncode == 2, said
    assert "This account may not create sparkapplications" in said
