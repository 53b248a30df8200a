"""The environments are one thing three times: all that differs stands in differences.tsv, and was meant."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from tests.manifests.rendering import ENVIRONMENTS, ROOT, environment, flat

MEANT = Path(__file__).with_name("differences.tsv")
ABSENT = "-"


def values(name: str) -> dict[str, str]:
    """Each value of an environment by kind, name and path; its namespace reads the same everywhere."""
    return {
        f"{kind} {of}".replace(f"footfall-{name}", "footfall-ENV") + f" {path}": str(value)
        for (kind, of), thing in environment(name).items()
        for path, value in flat(thing)
        if path not in ("apiVersion", "kind", "metadata.name")
        and (value != f"footfall-{name}" or not path.endswith("namespace"))
    }


def differences() -> list[str]:
    """One line for each value that is not the same everywhere, and one for each object that not all have."""
    all_values = {name: values(name) for name in ENVIRONMENTS}
    objects: dict[str, set[str]] = defaultdict(set)
    for name, own in all_values.items():
        for key in own:
            objects[" ".join(key.split()[:2])].add(name)
    lines = []
    for thing, having in objects.items():
        if len(having) < len(ENVIRONMENTS):
            lines.append([thing, *("present" if name in having else ABSENT for name in ENVIRONMENTS)])
    for key in {key for own in all_values.values() for key in own}:
        row = [all_values[name].get(key, ABSENT) for name in ENVIRONMENTS]
        if len(set(row)) > 1 and len(objects[" ".join(key.split()[:2])]) == len(ENVIRONMENTS):
            lines.append([key, *row])
    return ["\t".join(line) for line in sorted(lines)]


def test_environments_differ_only_where_meant() -> None:
    """A new difference is written into the table by the person who means it."""
    header, *meant = MEANT.read_text(encoding="utf-8").splitlines()
    assert header.split("\t") == ["what", *ENVIRONMENTS]
    assert differences() == meant


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_nothing_is_copied_between_overlays(name: str) -> None:
    """What all sizes have in common belongs to the base."""
    folder = ROOT / "k8s/overlays"
    own, *others = (
        set(flat(yaml.safe_load((folder / of / "sizes.yaml").read_text(encoding="utf-8"))["spec"]))
        for of in (name, *(other for other in ENVIRONMENTS if other != name))
    )
    assert own
    assert not own & others[0] & others[1]


def test_what_is_a_users_own_stands_in_one_place() -> None:
    """A bucket, an account or a repository is named in a site.yaml and nowhere else."""
    placeholder = re.compile(r"example-footfall|111122223333|git\.example\.com")
    found = {
        str(file.relative_to(ROOT))
        for folder in ("k8s", "argocd")
        for file in (ROOT / folder).rglob("*.yaml")
        if placeholder.search(file.read_text(encoding="utf-8"))
    }
    assert found == {"argocd/site.yaml", "k8s/overlays/production/site.yaml", "k8s/overlays/test/site.yaml"}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_gap_of_the_base_is_left_open(name: str) -> None:
    """Where the base says that a site.yaml sets a value, it did."""
    assert [key for key, value in values(name).items() if re.search(r"set.by.site", value)] == []
    assert ("ConfigMap", "site") not in environment(name)
