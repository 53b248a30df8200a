"""What takes pods away while a day is counted: the same table as without it, and the day before until then.

Pods reach the store and the catalog through a proxy of this machine, whose requests tell the moment. Each step adds a
ping to the day, so that its rows tell which run published them.
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import urlparse

import boto3
import pytest

from tests.cluster.addresses import Addresses, needed
from tests.cluster.bucket import NOBODY, TABLE, Bucket
from tests.cluster.images import Image
from tests.cluster.kubectl import Cluster
from tests.cluster.repository import Repository
from tests.faults.proxy import GONE, PASS, Director, Fate, Request, once, proxy, untouched
from tests.faults.scene import publishes

pytestmark = pytest.mark.faults

NAMESPACE, OPERATOR = "footfall-faults", "spark-operator"
DAY = "2023-03-01"
MINUTES_TO_START = "15min"


@dataclass
class Scene:
    """A namespace, a bucket, and a proxy before the servers; so many pings were added to the empty place."""

    cluster: Cluster
    bucket: Bucket
    director: Director
    added: int = 0
    seen: list[int | None] = field(default_factory=list)

    def add_ping(self) -> None:
        """Put one more ping into the place that had none at first."""
        self.added += 1
        row = f"device,at,lat,lon\nnew{self.added},{DAY}T10:00:00Z,1.005,1.005\n"
        client = boto3.client("s3", endpoint_url=self.bucket.aws, **NOBODY)
        client.put_object(Bucket=self.bucket.name, Key=f"pings/{self.added}.csv", Body=row.encode())

    def published(self) -> int | None:
        """How many of the added pings a reader finds; all other rows are those counted by hand."""
        (rows,) = self.bucket.table().values()
        added = int(rows["empty"][0])
        assert rows == {
            "square": TABLE["square"],
            "corner": (2, 2, 2, 2, None, False),
            "empty": (added, added, added, added, None, False),
        }
        return added

    def run(self, when: Callable[[Request], bool], fate: Fate, strike: Callable[[], object]) -> int:
        """Count the day anew, and at the first such request note what a reader finds, strike, and treat it so."""
        self.seen.clear()

        def struck() -> None:
            self.seen.append(self.published())
            strike()

        self.director.rule = once(when, fate, struck)
        return self.undisturbed()

    def undisturbed(self) -> int:
        """Count the day anew as the rule says, and give the exit code of the launcher."""
        words = ("--day", DAY, "--rerun", "--start-timeout", MINUTES_TO_START)
        process = self.cluster.submit(NAMESPACE, *words)
        _, self.told = process.communicate(timeout=1800)
        return process.returncode

    def pod(self, role: str) -> str:
        """The pod of the driver or of the executor that is under way."""
        which = (f"--selector=spark-role={role}", "--field-selector=status.phase=Running")
        (pod,) = self.cluster.kubectl(
            "get", "pod", f"--namespace={NAMESPACE}", "--output=name", *which
        ).split()
        return pod.removeprefix("pod/")

    def delete(self, role: str) -> None:
        """Have the pod of a role gone, without a farewell."""
        words = ("--grace-period=0", "--force", "--wait=false")
        self.cluster.kubectl("delete", "pod", f"--namespace={NAMESPACE}", self.pod(role), *words)

    def evict(self, role: str) -> None:
        """Evict the pod of a role, as before its node goes."""
        pod = self.pod(role)
        about = {"name": pod, "namespace": NAMESPACE}
        wish = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": about}
        path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"
        self.cluster.kubectl("create", "--raw", path, "--filename=-", text=json.dumps(wish))


def writes_data(request: Request) -> bool:
    """Whether a task writes a file of the table."""
    return request.method == "PUT" and "/footfall/footfall/data/" in request.path


@pytest.fixture(scope="module")
def addresses() -> Addresses:
    """Where everything is, if it is there already."""
    return needed(may_start=False)


@pytest.fixture(scope="module")
def image(addresses: Addresses) -> str:
    """The image that is named, or that the story has left."""
    cluster = Cluster(addresses.environment)
    template = cluster.get("footfall-test", "sparkapplication", "footfall-template")
    told = os.environ.get("IMAGE_UNDER_TEST") or (template and template["spec"]["image"])
    if not told:
        pytest.skip("no image of the job: set IMAGE_UNDER_TEST, or tell the story first")
    return str(told)


@pytest.fixture(scope="module")
def play(
    addresses: Addresses, image: str, mark: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """The manifests of overlays/local in a namespace of their own, with the proxy where the servers are named."""
    cluster, director = Cluster(addresses.environment), Director()
    bucket = Bucket(addresses.aws, f"footfall-{mark}-faults")
    bucket.fill(tmp_path_factory.mktemp("data"))
    cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=180s")
    folder = tmp_path_factory.mktemp("git") / "clone"
    with proxy(addresses.aws, director, str(urlparse(addresses.aws).hostname)) as address:
        database = f"footfall_{mark}_faults"
        manifests = Repository.create(cluster, addresses, folder, f"faults-{mark}")
        manifests.fill(address, bucket.name)
        _place(folder / "k8s/overlays/local", bucket.name, database)
        name, _, digest = image.partition("@")
        name, _, tag = name.rpartition(":")
        manifests.set_image("local", Image(name, tag, digest))
        rendered = cluster.kubectl("kustomize", str(folder / "k8s/overlays/local"))
        cluster.kubectl("apply", "--server-side", "--force-conflicts", "--filename=-", text=rendered)
        yield Scene(cluster, bucket, director)
    cluster.kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def _place(overlay: Path, bucket: str, database: str) -> None:
    """Put the overlay into the namespace of these tests, without the stand-in for S3 and without schedules."""
    site = (overlay / "site.yaml").read_text().replace("footfall_local", database)
    site = site.replace("footfall-local/places.parquet", "footfall-local/places/places.parquet")
    (overlay / "site.yaml").write_text(site.replace("footfall-local", bucket))
    kustomization = (overlay / "kustomization.yaml").read_text().replace("footfall-local", NAMESPACE)
    kept = [
        line for line in kustomization.splitlines() if "aws.yaml" not in line and "/workflows" not in line
    ]
    (overlay / "kustomization.yaml").write_text("\n".join(kept).partition("  # Nothing to count")[0])


def test_01_a_day_is_published_through_the_proxy(play: Scene) -> None:
    """Undisturbed."""
    play.director.rule = untouched
    assert play.undisturbed() == 0, play.told
    assert play.published() == 0
    assert any(writes_data(request) for request in play.director.seen)


def test_02_the_executor_that_writes_is_deleted(play: Scene) -> None:
    """Another one does its task again."""
    play.add_ping()
    assert play.run(writes_data, GONE, lambda: play.delete("executor")) == 0, play.told
    assert play.seen == [0]
    assert play.published() == 1


def test_03_the_executor_that_writes_is_evicted_as_before_its_node_goes(play: Scene) -> None:
    """It is asked to go, and another one takes its place."""
    play.add_ping()
    assert play.run(writes_data, PASS, lambda: play.evict("executor")) == 0, play.told
    assert play.seen == [1]
    assert play.published() == 2


def test_04_the_driver_is_deleted_before_the_commit(play: Scene) -> None:
    """The launcher ends with the code of the infrastructure; the next run publishes."""

    def strike() -> None:
        # A container outlives its pod by a moment, in which it would commit once more.
        play.director.rule = lambda _: GONE
        play.delete("driver")

    play.add_ping()
    assert play.run(publishes(), GONE, strike) == 6, play.told
    assert play.seen == [2]
    assert play.published() == 2
    play.director.rule = untouched
    assert play.undisturbed() == 0, play.told
    assert play.published() == 3


def test_05_the_operator_is_started_again_while_a_task_writes(play: Scene) -> None:
    """It finds the run under way and tells its end."""
    if others := _runs_elsewhere(play.cluster):
        pytest.skip(f"the operator has other runs to look after: {', '.join(others)}")
    deployments = list(play.cluster.all(OPERATOR, "deployment"))
    again = ("rollout", "restart", f"--namespace={OPERATOR}", "deployment", *deployments)
    play.add_ping()
    assert play.run(writes_data, PASS, lambda: play.cluster.kubectl(*again)) == 0, play.told
    assert play.seen == [3]
    assert play.published() == 4


def test_06_the_api_server_hangs_for_a_minute_while_a_task_writes(play: Scene) -> None:
    """Driver, operator and launcher wait for it."""
    found = subprocess.run(["pgrep", "-x", "kube-apiserver"], capture_output=True, text=True, check=False)
    if len(servers := found.stdout.split()) != 1:
        pytest.skip("the API server is no process of this machine")
    (server,) = map(int, servers)
    goes_on = Timer(60, os.kill, (server, signal.SIGCONT))

    def stop() -> None:
        os.kill(server, signal.SIGSTOP)
        goes_on.start()

    play.add_ping()
    try:
        code = play.run(writes_data, PASS, stop)
    finally:
        os.kill(server, signal.SIGCONT)
    assert code == 0, play.told
    assert goes_on.finished.is_set()
    assert play.seen == [4]
    assert play.published() == 5


def _runs_elsewhere(cluster: Cluster) -> list[str]:
    """The runs under way that these tests did not start."""
    there = json.loads(cluster.kubectl("get", "sparkapplication", "--all-namespaces", "--output=json"))
    names = {"{namespace}/{name}".format_map(run["metadata"]): run for run in there["items"]}
    return [
        name for name, run in names.items() if _is_under_way(run) and not name.startswith(f"{NAMESPACE}/")
    ]


def _is_under_way(run: dict[str, Any]) -> bool:
    state = run.get("status", {}).get("applicationState", {}).get("state", "")
    return state not in ("SUSPENDED", "COMPLETED", "FAILED")
