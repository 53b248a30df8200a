"""A cluster, a bucket, a registry and a repository, through which one story is told step by step."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.addresses import Addresses, needed
from tests.cluster.argo_cd import ArgoCD
from tests.cluster.bucket import Bucket
from tests.cluster.images import Images
from tests.cluster.kubectl import Cluster
from tests.cluster.repository import ENVIRONMENTS, Repository

HERE = Path(__file__).parent
FAILED = pytest.StashKey[str]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell the story only when it is asked for by name: it takes a cluster and half an hour."""
    if any(HERE in (path := Path(word).resolve()).parents or path == HERE for word in config.args):
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="the story on a cluster is told by `make test-cluster`"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember the first step that failed."""
    report = yield
    if report.failed and FAILED not in item.session.stash:  # type: ignore[attr-defined]
        item.session.stash[FAILED] = item.name
    return report  # type: ignore[return-value]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each step stands on those before it."""
    if failed := item.session.stash.get(FAILED, None):
        pytest.skip(f"the story broke off in {failed}")


@pytest.fixture(scope="session")
def addresses() -> Addresses:
    """Where everything is."""
    return needed()


@pytest.fixture(scope="session")
def cluster(addresses: Addresses) -> Cluster:
    """The cluster, without what an earlier telling left in it."""
    cluster = Cluster(addresses.environment)
    cluster.kubectl("delete", "applicationset", "footfall", "--namespace=argocd", "--ignore-not-found")
    applications = [f"footfall-{environment}" for environment in ENVIRONMENTS]
    cluster.kubectl("delete", "application", *applications, "--namespace=argocd", "--ignore-not-found")
    for namespace in applications:
        for job in cluster.all(namespace, "job"):
            # A hook of a sync that broke off waits for an application that is gone.
            words = ("patch", f"--namespace={namespace}", "job", job, "--type=merge")
            cluster.kubectl(*words, '--patch={"metadata": {"finalizers": null}}')
    cluster.kubectl("delete", "namespace", *applications, "--ignore-not-found", "--timeout=180s")
    return cluster


@pytest.fixture(scope="session")
def argo_cd(cluster: Cluster) -> ArgoCD:
    """Argo CD."""
    return ArgoCD(cluster)


@pytest.fixture(scope="session")
def images(
    cluster: Cluster, addresses: Addresses, mark: str, tmp_path_factory: pytest.TempPathFactory
) -> Images:
    """Builds images and pushes them."""
    return Images(cluster, addresses.registry, tmp_path_factory.mktemp("images"), mark)


@pytest.fixture(scope="session")
def mark() -> str:
    """What tells this telling from others."""
    return secrets.token_hex(3)


@pytest.fixture(scope="session")
def bucket(addresses: Addresses, mark: str, tmp_path_factory: pytest.TempPathFactory) -> Bucket:
    """The bucket of test, with one day of pings."""
    bucket = Bucket(addresses.aws, f"footfall-{mark}-test")
    bucket.fill(tmp_path_factory.mktemp("data"))
    return bucket


@pytest.fixture(scope="session")
def repository(
    cluster: Cluster, addresses: Addresses, mark: str, tmp_path_factory: pytest.TempPathFactory
) -> Repository:
    """The repository, empty at first."""
    return Repository.create(cluster, addresses, tmp_path_factory.mktemp("git") / "clone", f"footfall-{mark}")
