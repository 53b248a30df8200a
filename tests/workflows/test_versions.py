"""The list of versions: what it says when, that it is true of this repository, and the issues that come of it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml

from tests.workflows.steps import ROOT

PROGRAM, LIST = ROOT / ".github/versions.py", ROOT / ".github/versions.toml"
ENTRY = """
[[version]]
name = "Town"
version = "1.36"
use = "where we live"
why = "the mayor said so"
source = "https://town.example"
places = {"a.yaml" = "town: {version}"}
"""
REST = "the mayor said so. It stands in a.yaml. Source: https://town.example"

Entry = dict[str, Any]


def entries() -> list[Entry]:
    """What the list of this repository holds."""
    found: list[Entry] = tomllib.loads(LIST.read_text(encoding="utf-8"))["version"]
    return found


def said(folder: Path, text: str, day: str) -> "subprocess.CompletedProcess[str]":
    """How the command ends that is given a list and a day."""
    file = folder / "list.toml"
    file.write_text(text, encoding="utf-8")
    words = [sys.executable, str(PROGRAM), day, str(file)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def named(text: str, around: str) -> set[str]:
    """The versions that stand where a text has {version}."""
    before, after = map(re.escape, around.split("{version}"))
    return set(re.findall(rf"{before}(\w[\w.]*){after}", text))


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2027-04-28", ""),
        ("2027-04-29", f"End of support: Town 1.36\tTown 1.36, where we live: support ends on 2027-06-28: {REST}\n"),
        ("2027-06-28", f"End of support: Town 1.36\tTown 1.36, where we live: support ends on 2027-06-28: {REST}\n"),
        ("2028-01-01", f"End of support: Town 1.36\tTown 1.36, where we live: support ended on 2027-06-28: {REST}\n"),
    ],
)  # fmt: skip
def test_what_ends_within_sixty_days_is_said_and_goes_on_being_said(
    tmp_path: Path, day: str, says: str
) -> None:
    """Sixty days before, not sixty-one; the title stays, so that one issue is opened."""
    ended = said(tmp_path, f"{ENTRY}until = 2027-06-28", day)
    assert (ended.stdout, ended.stderr, ended.returncode) == (says, "", 0)


@pytest.mark.parametrize(("day", "lines"), [("2027-02-28", 0), ("2027-03-01", 1)])
def test_where_no_end_is_announced_somebody_is_asked_to_look_again(
    tmp_path: Path, day: str, lines: int
) -> None:
    """On its day, and the title names it: the next day to ask is another issue."""
    told = said(tmp_path, f"{ENTRY}ask_again = 2027-03-01", day).stdout.splitlines()
    assert len(told) == lines
    assert all(line.startswith("Look whether an end is announced: Town 1.36, 2027-03-01\t") for line in told)


@pytest.mark.parametrize(
    ("text", "day", "reason"),
    [
        (ENTRY, "2027-01-01", "list.toml: entry 1 (Town): it needs a day, either `until` or `ask_again`"),
        (
            f"{ENTRY}until = 2027-06-28\nask_again = 2027-01-01",
            "2027-01-01",
            "entry 1 (Town): it needs a day",
        ),
        (f'{ENTRY}until = "soon"', "2027-01-01", "entry 1 (Town): it needs a day"),
        (f"{ENTRY}until = 2027-06-28T12:00:00", "2027-01-01", "entry 1 (Town): it needs a day"),
        (f"{ENTRY}till = 2027-06-28", "2027-01-01", "unexpected keyword argument 'till'"),
        ("[[version]]\nversion = '1'", "2027-01-01", "entry 1 (without a name): missing 5 required"),
        ("[[version]", "2027-01-01", "line 1"),
        ("", "2027-01-01", "list.toml: it has no [[version]]"),
        (f"{ENTRY}until = 2027-06-28", "28.6.2027", "'28.6.2027' is no day, as in 2027-06-28"),
    ],
)
def test_a_list_or_a_day_that_cannot_be_used_says_where_and_why(
    tmp_path: Path, text: str, day: str, reason: str
) -> None:
    """A slip in the list must not look as if nothing ended."""
    ended = said(tmp_path, text, day)
    assert (ended.stdout, ended.returncode) == ("", 2)
    assert reason in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: f"{entry['name']} {entry['version']}")
def test_each_version_of_the_list_is_the_one_in_its_places(entry: Entry) -> None:
    """And no place holds another one beside it."""
    for place, around in entry["places"].items():
        assert named((ROOT / place).read_text(encoding="utf-8"), around) == {entry["version"]}, place


def test_another_version_in_a_place_is_noticed() -> None:
    """Longer, shorter, beside the right one, or none."""
    assert named("image: node:v1.36.4@sha", "node:v{version}.") == {"1.36"}
    assert named("town: 1.360\ntown: 1.36\n", "town: {version}\n") == {"1.360", "1.36"}
    assert named("town: 1.3\n", "town: {version}\n") == {"1.3"}
    assert named("village: 1.36\n", "town: {version}\n") == set()


def test_all_that_the_job_stands_on_is_in_the_list() -> None:
    """Each with a page that says until when; Pod Security is that of the cluster."""
    listed = {(entry["name"], entry["version"]) for entry in entries()}
    assert {name for name, _ in listed} == {
        *("Kubernetes", "Amazon EKS", "kind", "Argo CD", "Argo Workflows", "spark-operator"),
        *("Spark", "Debian", "Java", "Python", "AWS Glue", "Airflow", "Material for MkDocs"),
    }
    assert {version.rpartition(".")[0] for name, version in listed if name == "Spark"} == {
        "3.5",
        "4.1",
        "4.3",
    }
    assert len(listed) == len(entries())
    assert all(entry["source"].startswith("https://") for entry in entries())
    versions = dict(listed)
    assert versions["Kubernetes"] == versions["Amazon EKS"]


def test_the_cluster_of_eks_never_comes_to_the_price_of_extended_support() -> None:
    """EKS upgrades it at the end of standard support by a policy that eksctl does not know, so it is set beside it."""
    cluster = yaml.safe_load((ROOT / "aws/eks/cluster.yaml").read_text(encoding="utf-8"))["metadata"]
    steps = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    words = f"aws eks update-cluster-config --region {cluster['region']} --name {cluster['name']} --upgrade-policy "
    (policy,) = (line.split(words)[1] for line in steps.splitlines() if words in line)
    service = botocore.session.get_session().get_service_model("eks")
    asked = service.operation_model("UpdateClusterConfig").input_shape.members["upgradePolicy"]
    name, value = policy.split("=")
    assert value in asked.members[name].enum
    assert value == "STANDARD"


def test_one_issue_is_opened_for_each_version_and_never_a_second_one(tmp_path: Path) -> None:
    """With a `gh` that knows one of the two issues and writes down what it is asked."""
    (tmp_path / ".github").mkdir()
    for program in ("ending", "versions.py"):
        shutil.copy(ROOT / ".github" / program, tmp_path / ".github")
    town, city = (ENTRY.replace("Town", name) + "until = 2020-01-01\n" for name in ("Town", "City"))
    (tmp_path / ".github/versions.toml").write_text(town + city)
    gh = tmp_path / "gh"
    listing = 'if [ "$2" = list ]; then echo "End of support: Town 1.36"; fi'
    gh.write_text(f'#!/bin/sh\n{listing}\nfor word; do echo "$word"; done >>calls\n')
    gh.chmod(0o755)
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run([tmp_path / ".github/ending"], env=environ, check=True)
    calls = (tmp_path / "calls").read_text()
    assert calls.count("issue\ncreate\n") == 1
    body = f"City 1.36, where we live: support ended on 2020-01-01: {REST}"
    assert calls.endswith(f"--title\nEnd of support: City 1.36\n--body\n{body}\n")


def test_a_list_that_cannot_be_used_opens_no_issue_and_fails_the_workflow(tmp_path: Path) -> None:
    """GitHub then tells who last changed the schedule."""
    (tmp_path / ".github").mkdir()
    for program in ("ending", "versions.py"):
        shutil.copy(ROOT / ".github" / program, tmp_path / ".github")
    (tmp_path / ".github/versions.toml").write_text(ENTRY)
    ended = subprocess.run([tmp_path / ".github/ending"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "entry 1 (Town)" in ended.stderr
