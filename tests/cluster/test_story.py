"""From a commit to a run and back, on a real cluster. Each step stands on those before it."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from tests.cluster.addresses import Addresses
from tests.cluster.applications import TEMPLATE, image_of, runs_in, send, state_of
from tests.cluster.argo_cd import ArgoCD
from tests.cluster.bucket import TABLE, Bucket
from tests.cluster.images import BROKEN_MAIN, Image, Images
from tests.cluster.kubectl import Cluster, until
from tests.cluster.repository import Repository
from tests.glue.same_day import rows, run_here

# Operator and workflows, the rest of argocd/, are there already.
FOR_ENVIRONMENTS = {("AppProject", "footfall"), ("ApplicationSet", "footfall")}
DAY = "2023-03-01"


@dataclass
class Story:
    """What was made so far."""

    local: str = ""
    images: dict[str, Image] = field(default_factory=dict)
    revisions: dict[str, str] = field(default_factory=dict)
    run: str = ""
    uid: str = ""


@pytest.fixture(scope="session")
def story() -> Story:
    """The story, before it begins."""
    return Story()


def test_01_the_image_of_this_commit_is_built_and_pushed(images: Images, story: Story) -> None:
    """The registry names its digest."""
    story.local = images.build()
    story.images["first"] = images.push(story.local, "first")
    assert story.images["first"].digest.startswith("sha256:")


def test_02_the_environments_follow_git(
    addresses: Addresses,
    cluster: Cluster,
    argo_cd: ArgoCD,
    bucket: Bucket,
    repository: Repository,
    story: Story,
    mark: str,
) -> None:
    """Manifests and image are committed; Argo CD is told of the repository by what argocd/ holds for it."""
    repository.fill(addresses.aws, f"footfall-{mark}")
    repository.set_image("test", story.images["first"])
    story.revisions["first"] = repository.commit("The job comes to test")
    patch = str(repository.folder / "argocd" / "argocd-cm.patch.yaml")
    cluster.kubectl("patch", "--namespace=argocd", "configmap", "argocd-cm", "--patch-file", patch)
    rendered = yaml.safe_load_all(cluster.kubectl("kustomize", str(repository.folder / "argocd")))
    told = [each for each in rendered if (each["kind"], each["metadata"]["name"]) in FOR_ENVIRONMENTS]
    assert len(told) == len(FOR_ENVIRONMENTS)
    cluster.kubectl("apply", "--namespace=argocd", "--filename=-", text=yaml.safe_dump_all(told))
    argo_cd.await_applications()


def test_03_test_is_synced_and_its_smoke_run_has_passed(
    cluster: Cluster, argo_cd: ArgoCD, story: Story
) -> None:
    """The sync ends with the Job that runs the sample on the image just synced."""
    ended = argo_cd.await_sync("test", story.revisions["first"], 900)
    told = cluster.kubectl("logs", "--namespace=footfall-test", "job/footfall-smoke")
    assert ended["phase"] == "Succeeded", f"{ended['message']}\n{told}"
    assert argo_cd.is_synced("test", story.revisions["first"])
    job = cluster.get("footfall-test", "job", "footfall-smoke")
    assert job is not None
    assert job["status"]["succeeded"] == 1
    summary = next(json.loads(line) for line in told.splitlines() if '"step": "summary"' in line)
    assert (summary["state"], summary["days"], summary["rows"]["scanned"]) == ("published", 3, 20_299)


def test_04_the_template_has_the_image_and_nothing_else_ran(cluster: Cluster, story: Story) -> None:
    """It is suspended; the smoke run is the only copy of it."""
    template = cluster.get("footfall-test", "sparkapplication", TEMPLATE)
    assert template is not None
    assert state_of(template) == "SUSPENDED"
    assert template["spec"]["image"] == str(story.images["first"])
    assert runs_in(cluster, "test") == {}
    assert cluster.all("footfall-production", "sparkapplication").keys() == {TEMPLATE}


def test_05_pod_security_is_enforced(cluster: Cluster) -> None:
    """A pod that does not restrict itself is refused, so all that ran did."""
    with pytest.raises(AssertionError, match="violates PodSecurity"):
        cluster.kubectl("run", "bold", "--namespace=footfall-test", "--image=any:1", "--dry-run=server")


def test_06_a_day_is_run_and_published(
    cluster: Cluster, bucket: Bucket, story: Story, tmp_path: Path
) -> None:
    """Pings come from the bucket; the table in it has the counts written by hand, and only those of the day."""
    process = cluster.submit("footfall-test", "--day", DAY)
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert bucket.table() == {DAY: TABLE}
    assert rows(bucket.rows()) == run_here(tmp_path)
    assert bucket.manifests()[summary["run_id"]]["state"] == "published"
    assert summary["rows"]["duplicate"] == 1
    assert summary["rows"]["outside_days"] == 1
    story.run = summary["application"]
    story.uid = runs_in(cluster, "test")[story.run]["metadata"]["uid"]


def test_07_the_same_day_is_reported_and_not_run_again(cluster: Cluster, story: Story) -> None:
    """The run stays the one it was."""
    process = cluster.submit("footfall-test", "--day", DAY)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert json.loads(out)["application"] == story.run
    assert runs_in(cluster, "test")[story.run]["metadata"]["uid"] == story.uid


def test_08_a_new_image_comes_in_while_a_day_runs_and_does_it_no_harm(
    cluster: Cluster, argo_cd: ArgoCD, images: Images, repository: Repository, story: Story
) -> None:
    """The run ends on its own image after the sync began; the template has the new one; no day is run again."""
    story.images["second"] = images.variant(story.local, "second")
    repository.set_image("test", story.images["second"])
    process = cluster.submit("footfall-test", "--day", "2023-03-02")
    (run,) = until("a second run", lambda: runs_in(cluster, "test").keys() - {story.run})
    until("its driver", lambda: state_of(runs_in(cluster, "test")[run]) == "RUNNING")
    # Held, so that it still runs when the sync begins, however long Argo CD takes.
    until("its job", lambda: send(cluster, run, "SIGSTOP"))
    story.revisions["second"] = repository.commit("A second image comes to test")
    until("the new image", lambda: image_of(cluster, "test") == str(story.images["second"]), 120)
    assert state_of(runs_in(cluster, "test")[run]) == "RUNNING"
    assert send(cluster, run, "SIGCONT")
    _, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    assert argo_cd.await_sync("test", story.revisions["second"], 900)["phase"] == "Succeeded"
    after = runs_in(cluster, "test")
    assert after.keys() == {story.run, run}
    assert {name: state_of(each) for name, each in after.items()} == {
        story.run: "COMPLETED",
        run: "COMPLETED",
    }
    assert after[run]["spec"]["image"] == str(story.images["first"])
    assert after[story.run]["metadata"]["uid"] == story.uid


def test_09_a_revert_goes_back(
    cluster: Cluster, argo_cd: ArgoCD, repository: Repository, story: Story
) -> None:
    """The template has the first image again; no day is run again."""
    before = runs_in(cluster, "test").keys()
    story.revisions["back"] = repository.revert(story.revisions["second"])
    assert argo_cd.await_sync("test", story.revisions["back"], 900)["phase"] == "Succeeded"
    assert image_of(cluster, "test") == str(story.images["first"])
    assert runs_in(cluster, "test").keys() == before


def test_10_production_changes_only_by_promotion(
    cluster: Cluster, argo_cd: ArgoCD, repository: Repository, story: Story
) -> None:
    """Until test's version file is copied, production keeps its image; nothing runs there by itself."""
    assert "registry.example.com" in image_of(cluster, "production")
    repository.promote()
    story.revisions["promoted"] = repository.commit("The first image comes to production")
    assert argo_cd.await_sync("production", story.revisions["promoted"])["phase"] == "Succeeded"
    assert image_of(cluster, "production") == str(story.images["first"])
    assert cluster.all("footfall-production", "sparkapplication").keys() == {TEMPLATE}


def test_11_what_observes_production_shows_its_runs(
    addresses: Addresses, cluster: Cluster, bucket: Bucket, mark: str, story: Story
) -> None:
    """Metrics tell of the history, and Spark's pages of each event log; what the runs of test left stands in for it."""
    bucket.copy(f"footfall-{mark}-production")
    for name in ("footfall-metrics", "footfall-history-server"):
        words = ("--namespace=footfall-production", f"deployment/{name}", "--timeout=240s")
        cluster.kubectl("rollout", "status", *words)
    services = "/api/v1/namespaces/footfall-production/services"
    metrics = cluster.kubectl("get", f"--raw={services}/footfall-metrics:metrics/proxy/metrics")
    assert "footfall_history_up 1.0" in metrics.splitlines()
    assert 'footfall_runs{state="published"} 2.0' in metrics.splitlines()
    pages = f"{services}/footfall-history-server:http/proxy/api/v1/applications"
    shown = until("both runs", lambda: json.loads(cluster.kubectl("get", f"--raw={pages}")), 60)
    assert story.run in {application["name"] for application in shown}


def test_12_a_broken_image_fails_in_test_and_goes_no_further(
    cluster: Cluster, argo_cd: ArgoCD, images: Images, repository: Repository, story: Story
) -> None:
    """The sync fails with the smoke run; production has what it had; a revert mends test."""
    story.images["broken"] = images.variant(story.local, "broken", BROKEN_MAIN)
    repository.set_image("test", story.images["broken"])
    broken = repository.commit("A broken image comes to test")
    assert argo_cd.await_sync("test", broken, 900)["phase"] == "Failed"
    told = cluster.kubectl("logs", "--namespace=footfall-test", "job/footfall-smoke")
    assert "this image is broken" in told
    assert image_of(cluster, "production") == str(story.images["first"])
    mended = repository.revert(broken)
    assert argo_cd.await_sync("test", mended, 900)["phase"] == "Succeeded"
    assert image_of(cluster, "test") == str(story.images["first"])


def test_13_a_change_by_hand_is_undone(cluster: Cluster, story: Story) -> None:
    """Git is what counts."""
    patch = json.dumps({"spec": {"image": "by-hand:1"}})
    words = ("patch", "--namespace=footfall-test", "sparkapplication", TEMPLATE, "--type=merge")
    cluster.kubectl(*words, f"--patch={patch}")
    until("the image of Git", lambda: image_of(cluster, "test") == str(story.images["first"]), 120)


def test_14_what_git_drops_is_pruned_and_runs_stay(
    cluster: Cluster, argo_cd: ArgoCD, repository: Repository, story: Story
) -> None:
    """The limits go; the runs, of which Git never knew, are all there."""
    before = runs_in(cluster, "test").keys()
    assert story.run in before
    base = repository.folder / "k8s" / "base"
    (base / "limits.yaml").unlink()
    kustomization = base / "kustomization.yaml"
    kustomization.write_text(kustomization.read_text().replace("  - limits.yaml\n", ""))
    production = repository.folder / "k8s/overlays/production/kustomization.yaml"
    production.write_text(production.read_text().replace("  - path: quota.yaml\n", ""))
    assert cluster.get("footfall-test", "resourcequota", "footfall")
    pruned = repository.commit("Limits are dropped")
    assert argo_cd.await_sync("test", pruned, 900)["phase"] == "Succeeded"
    assert cluster.get("footfall-test", "resourcequota", "footfall") is None
    assert runs_in(cluster, "test").keys() == before
