"""What Argo CD may do and does: projects allow what is held and no more, the platform is pinned, waves are in order."""

import re

import pytest
import yaml

from tests.manifests.rendering import ROOT, Object, argo_cd, environment

DEPLOYED = ("test", "production")


def project(name: str) -> Object:
    """The `spec` of a project."""
    spec: Object = argo_cd()["AppProject", name]["spec"]
    return spec


def api_group(thing: Object) -> str:
    """The group of an object's API; that of the core is empty."""
    return str(thing["apiVersion"]).rpartition("/")[0].split("/")[0]


def kinds(thing: list[Object]) -> set[tuple[str, str]]:
    """The API groups and kinds of a white list."""
    return {(entry["group"], entry["kind"]) for entry in thing}


def test_the_project_allows_exactly_the_kinds_that_the_environments_hold() -> None:
    """A kind that no environment needs cannot be slipped in by a commit."""
    held = {(api_group(thing), thing["kind"]) for name in DEPLOYED for thing in environment(name).values()}
    allowed = project("footfall")
    assert kinds(allowed["clusterResourceWhitelist"]) == {("", "Namespace")}
    assert kinds(allowed["namespaceResourceWhitelist"]) | {("", "Namespace")} == held


def test_the_project_reaches_its_own_namespaces_from_its_own_repository() -> None:
    """Nothing else may be deployed with its name, and nothing by it elsewhere."""
    allowed = project("footfall")
    assert {place["namespace"] for place in allowed["destinations"]} == {
        f"footfall-{name}" for name in DEPLOYED
    }
    assert allowed["sourceRepos"] == ["https://git.example.com/footfall.git"]


def test_every_application_is_in_a_project_that_allows_it() -> None:
    """Its repository and its namespace are among those of the project, which is never `default`."""
    for (kind, name), thing in argo_cd().items():
        if kind == "Application":
            spec = thing["spec"]
            allowed = project(spec["project"])
            assert spec["source"]["repoURL"] in allowed["sourceRepos"], name
            assert spec["destination"] in allowed["destinations"], name


def test_one_application_for_each_deployed_overlay() -> None:
    """The list of environments and the folders agree."""
    spec = argo_cd()["ApplicationSet", "footfall"]["spec"]
    (generator,) = spec["generators"]
    named = {element["environment"] for element in generator["list"]["elements"]}
    assert named == {folder.name for folder in (ROOT / "k8s/overlays").iterdir()} - {"local"}
    source = spec["template"]["spec"]["source"]
    assert source["path"] == "k8s/overlays/{{.environment}}"
    assert source["targetRevision"] == "deploy/{{.environment}}"
    assert spec["syncPolicy"]["preserveResourcesOnDeletion"] is True


def test_the_environments_follow_git_by_themselves() -> None:
    """Automatic, pruned, healed; a failed smoke run is not tried again."""
    policy = argo_cd()["ApplicationSet", "footfall"]["spec"]["template"]["spec"]["syncPolicy"]
    assert policy["automated"] == {"prune": True, "selfHeal": True}
    assert policy["retry"] == {"limit": 0}


def test_only_production_has_windows() -> None:
    """Test may change at any time."""
    assert {name for window in project("footfall")["syncWindows"] for name in window["namespaces"]} == {
        "footfall-production"
    }


@pytest.mark.parametrize("name", ["spark-operator", "argo-workflows"])
def test_the_platform_is_pinned_and_its_large_definitions_go_server_side(name: str) -> None:
    """A tag, not a branch; client-side apply would fail by the size of an annotation."""
    spec = argo_cd()["Application", name]["spec"]
    assert re.fullmatch(r"v\d+\.\d+\.\d+", spec["source"]["targetRevision"])
    assert "ServerSideApply=true" in spec["syncPolicy"]["syncOptions"]


def test_images_of_argo_workflows_have_the_version_of_its_manifests() -> None:
    """The version stands once and is put in where the upstream manifests move."""
    source = argo_cd()["Application", "argo-workflows"]["spec"]["source"]
    assert len(source["kustomize"]["images"]) == 2
    assert {image.rpartition(":")[2] for image in source["kustomize"]["images"]} == {source["targetRevision"]}


@pytest.mark.parametrize(
    ("kind", "name", "wave"),
    [
        ("AppProject", "footfall", "-2"),
        ("AppProject", "footfall-platform", "-2"),
        ("Application", "spark-operator", "-1"),
        ("Application", "argo-workflows", "-1"),
        ("ApplicationSet", "footfall", None),
    ],
)
def test_waves_bring_projects_first_and_environments_last(kind: str, name: str, wave: str | None) -> None:
    """Projects, then what the job stands on, then, in wave 0, the job."""
    annotations = argo_cd()[kind, name]["metadata"].get("annotations", {})
    assert annotations.get("argocd.argoproj.io/sync-wave") == wave


def test_the_smoke_run_is_a_job_after_the_sync_in_test_only() -> None:
    """A SparkApplication as hook would count as passed as soon as its executors run."""
    hook = environment("test")["Job", "footfall-smoke"]
    assert hook["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "PostSync"
    assert hook["spec"]["backoffLimit"] == 0
    (container,) = hook["spec"]["template"]["spec"]["containers"]
    assert container["args"][:4] == ["submit", "--on", "kubernetes", "--smoke"]
    assert ("Job", "footfall-smoke") not in environment("production")


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_namespace_is_never_pruned(name: str) -> None:
    """Runs live in it that Git does not know."""
    options = environment(name)["Namespace", f"footfall-{name}"]["metadata"]["annotations"]
    assert options["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"


def test_the_patch_of_argo_cd_is_a_patch() -> None:
    """It names applications, for which waves wait, and templates and budgets, for which the hook waits."""
    patch = yaml.safe_load((ROOT / "argocd/argocd-cm.patch.yaml").read_text(encoding="utf-8"))
    kinds = (
        "argoproj.io_Application",
        "sparkoperator.k8s.io_SparkApplication",
        "policy_PodDisruptionBudget",
    )
    assert list(patch["data"]) == [f"resource.customizations.health.{kind}" for kind in kinds]
