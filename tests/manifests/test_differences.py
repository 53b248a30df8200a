"""The environments are one thing three times: all that differs stands in differences.tsv, and was meant."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from tests.manifests.rendering import ENVIRONMENTS, ROOT, Objects, environment, flat, render

MEANT = Path(__file__).with_name("differences.tsv")
BASE = ROOT / "k8s" / "base"
ABSENT = "-"


def values(objects: Objects, namespace: str) -> dict[str, str]:
    """Each value by kind, name and path; the name of the namespace is left out, wherever it is."""
    return {
        f"{kind} {'' if of == namespace and kind == 'Namespace' else of} {path}": str(value)
        for (kind, of), thing in objects.items()
        for path, value in flat(thing)
        if path not in ("apiVersion", "kind", "metadata.name") and not path.endswith("namespace")
    }


def of_environment(name: str) -> dict[str, str]:
    """The values of one environment."""
    return values(environment(name), f"footfall-{name}")


def differences() -> list[str]:
    """One line for each value that is not the same everywhere, and one for each object that not all have."""
    by_environment = {name: of_environment(name) for name in ENVIRONMENTS}
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name, own in by_environment.items():
        for key in own:
            owners[thing_of(key)].add(name)
    table = [
        [" ".join(thing), *("present" if name in having else ABSENT for name in ENVIRONMENTS)]
        for thing, having in owners.items()
        if len(having) < len(ENVIRONMENTS)
    ]
    for key in {key for own in by_environment.values() for key in own}:
        row = [by_environment[name].get(key, ABSENT) for name in ENVIRONMENTS]
        if len(set(row)) > 1 and len(owners[thing_of(key)]) == len(ENVIRONMENTS):
            table.append([key, *row])
    return ["\t".join(line) for line in sorted(table)]


def thing_of(key: str) -> tuple[str, ...]:
    """The kind and name at the beginning of a key."""
    return tuple(key.split(" ")[:2])


def test_environments_differ_only_where_meant() -> None:
    """A new difference is written into the table by the person who means it."""
    header, *meant = MEANT.read_text(encoding="utf-8").splitlines()
    assert header.split("\t") == ["what", *ENVIRONMENTS]
    assert differences() == meant


def test_nothing_is_copied_between_overlays() -> None:
    """What all environments set to one value stands in the base, or is a part of a component's own object."""
    of_base = values(render(BASE), "footfall").items()
    own = [of_environment(name).items() - of_base for name in ENVIRONMENTS]
    assert all(own)
    of_components = things_of_components()
    assert {key for key, _ in own[0] & own[1] & own[2] if thing_of(key) not in of_components} == set()


def things_of_components() -> set[tuple[str, ...]]:
    """The kind and name of each object that stands in a component."""
    files = (ROOT / "k8s" / "components").rglob("*.yaml")
    things = (thing for file in files for thing in yaml.safe_load_all(file.read_text(encoding="utf-8")))
    return {(thing["kind"], thing["metadata"]["name"]) for thing in things if "metadata" in thing}


def test_what_is_a_users_own_stands_in_one_place() -> None:
    """A bucket, an account or a repository is named in a site.yaml and nowhere else."""
    placeholder = re.compile(r"example-footfall|111122223333|git\.example\.com")
    found = {
        str(file.relative_to(ROOT))
        for folder in ("k8s", "argocd")
        for file in (ROOT / folder).rglob("*.yaml")
        if placeholder.search(file.read_text(encoding="utf-8"))
    }
    places = ("argocd", "k8s/overlays/production", "k8s/overlays/test", "k8s/preview")
    assert found == {f"{place}/site.yaml" for place in places}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_gap_of_the_base_is_left_open(name: str) -> None:
    """Where the base says that a site.yaml sets a value, it did."""
    assert [key for key, value in of_environment(name).items() if re.search(r"set.by.site", value)] == []
    assert ("ConfigMap", "site") not in environment(name)
