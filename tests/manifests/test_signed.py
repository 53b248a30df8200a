"""Who may be admitted, and what a preview is: the components of argocd/ and k8s/ that nobody has by default."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.manifests.rendering import ROOT, Object, Objects, render
from tests.manifests.test_schemas import defects
from tests.workflows.steps import workflows

IMAGE = "registry.example.com/footfall"


@cache
def argo_cd_with_both() -> Objects:
    """What Argo CD reads where somebody adds both components, as docs/delivery.md says."""
    with TemporaryDirectory() as work:
        folder = shutil.copytree(ROOT / "argocd", Path(work) / "argocd")
        file = folder / "kustomization.yaml"
        file.write_text(f"{file.read_text()}components: [signed, previews]\n")
        return render(folder)


@cache
def preview() -> Objects:
    """The objects of a preview."""
    return render(ROOT / "k8s/preview")


def policy(name: str) -> Object:
    """The `spec` of a policy."""
    spec: Object = argo_cd_with_both()["ClusterImagePolicy", name]["spec"]
    return spec


def admits(glob: str, image: str) -> bool:
    """Whether policy-controller takes an image for one that a glob means: `*` is anything without a slash."""
    head, _, tail = glob.partition("*")
    return image.startswith(head) and not tail and "/" not in image.removeprefix(head)


@pytest.mark.parametrize(
    ("image", "is_meant"),
    [
        (f"{IMAGE}:abc@sha256:{'1' * 64}", True),
        (f"{IMAGE}@sha256:{'1' * 64}", True),
        (f"{IMAGE}-previews:7-abc", False),
        (f"{IMAGE}/other:abc", False),
        ("another.example.com/footfall:abc", False),
    ],
)
def test_the_policy_means_the_image_and_nothing_that_begins_so(image: str, is_meant: bool) -> None:
    """What no policy means is refused by the controller."""
    assert any(admits(each["glob"], image) for each in policy("footfall")["images"]) is is_meant


def test_only_the_workflow_that_signs_is_trusted() -> None:
    """One workflow on one branch, by name; and it has to say how the image was built. The file is there and signs."""
    (authority,) = policy("footfall")["authorities"]
    (identity,) = authority["keyless"]["identities"]
    repository = "https://github.com/example/footfall/"
    assert identity == {
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": f"{repository}.github/workflows/image.yml@refs/heads/main",
    }
    assert authority["signatureFormat"] == "bundle"
    assert [each["predicateType"] for each in authority["attestations"]] == ["https://slsa.dev/provenance/v1"]
    uses = [step.get("uses", "") for step in workflows()["image.yml"]["jobs"]["push"]["steps"]]
    assert any(use.startswith("actions/attest-build-provenance@") for use in uses)
    assert policy("footfall")["mode"] == policy("footfall-workflows")["mode"] == "enforce"


def test_an_environment_cannot_change_what_guards_it() -> None:
    """The policy is of the platform; the project of the environments may hold none."""
    kinds = {
        name: {
            entry["kind"]
            for entry in argo_cd_with_both()["AppProject", name]["spec"]["clusterResourceWhitelist"]
        }
        for name in ("footfall", "footfall-platform", "footfall-previews")
    }
    assert "ClusterImagePolicy" in kinds["footfall-platform"]
    assert kinds["footfall"] == kinds["footfall-previews"] == {"Namespace"}


@pytest.mark.parametrize("name", ["test", "production"])
def test_the_component_puts_a_namespace_under_the_policy(name: str, tmp_path: Path) -> None:
    """By the label that the controller asks for; without the component it is not there."""
    k8s = shutil.copytree(ROOT / "k8s", tmp_path / "k8s")
    file = k8s / f"overlays/{name}/kustomization.yaml"
    plain = render(k8s / f"overlays/{name}")["Namespace", f"footfall-{name}"]["metadata"]["labels"]
    file.write_text(file.read_text().replace("components:\n", "components:\n  - ../../components/signed\n"))
    labels = render(k8s / f"overlays/{name}")["Namespace", f"footfall-{name}"]["metadata"]["labels"]
    assert labels == {**plain, "policy.sigstore.dev/include": "true"}


def test_a_preview_is_valid_and_holds_only_what_its_project_allows() -> None:
    """No role, no run by the operator, no account of an environment."""
    spec = argo_cd_with_both()["AppProject", "footfall-previews"]["spec"]
    allowed = {entry["kind"] for entry in spec["namespaceResourceWhitelist"]} | {"Namespace"}
    assert {kind for kind, _ in preview()} == allowed
    assert [defect for thing in preview().values() for defect in defects(thing)] == []
    accounts = [name for kind, name in preview() if kind == "ServiceAccount"]
    assert accounts == ["footfall-preview"]


def test_a_preview_goes_with_its_pull_request() -> None:
    """It is asked for every two minutes, its application takes all with it, and its namespace may be deleted."""
    spec = argo_cd_with_both()["ApplicationSet", "footfall-previews"]["spec"]
    (generator,) = spec["generators"]
    assert generator["pullRequest"]["requeueAfterSeconds"] <= 120
    assert generator["pullRequest"]["github"]["labels"] == ["preview"]
    assert "syncPolicy" not in spec
    assert spec["template"]["metadata"]["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]
    assert "argocd.argoproj.io/sync-options" not in preview()["Namespace", "footfall-preview"][
        "metadata"
    ].get("annotations", {})


def test_a_pull_request_brings_its_image_and_no_manifest() -> None:
    """Manifests are those of test; the tag is what preview.yml pushes."""
    source: Any = argo_cd_with_both()["ApplicationSet", "footfall-previews"]["spec"]["template"]["spec"][
        "source"
    ]
    assert (source["targetRevision"], source["path"]) == ("deploy/test", "k8s/preview")
    (image,) = source["kustomize"]["images"]
    assert image == (
        f'{{{{$image := "{IMAGE}"}}}}footfall-preview={{{{$image}}}}-previews:{{{{.number}}}}-{{{{.head_sha}}}}'
    )
    (push,) = [
        step["run"]
        for step in workflows()["preview.yml"]["jobs"]["counts"]["steps"]
        if "docker/push" in step.get("run", "")
    ]
    assert '"$IMAGE-previews:$NUMBER-$COMMIT"' in push


def test_both_images_count_the_same_things() -> None:
    """But for the image and the folder, the containers before and after are the same."""
    pod = preview()["Job", "footfall-preview"]["spec"]["template"]["spec"]
    by_name = {each["name"]: each for each in pod["initContainers"]}
    for kind in ("sample", "day"):
        before, after = by_name[f"{kind}-before"], by_name[f"{kind}-after"]
        assert before["image"] == f"{IMAGE}:0.1.0"
        assert after["image"] == "footfall-preview"
        assert [word.replace("before", "after") for word in before["args"]] == after["args"]
        assert (before.get("env"), before["resources"]) == (after.get("env"), after["resources"])
    environment = {each["name"]: each.get("value") for each in by_name["day-after"]["env"]}
    assert environment["FOOTFALL_PINGS_PATH"] == "s3://example-footfall-test/pings/"
    assert environment["FOOTFALL_DAYS"] == "2023-03-01"
