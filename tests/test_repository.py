"""The whole repository: no secrets, no moving versions; locks, versions and exit codes agree."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import footfall
from footfall.errors import FootfallError

ROOT = Path(__file__).parents[1]

# Written in pieces, so that this file does not hold what it forbids.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("maven", "org"),
        ("maven", "apache", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("golang", "org"),
        ("crates", "io"),
        ("anaconda", "org"),
    )
]
FORBIDDEN = {
    "the name of a package registry": "|".join(map(re.escape, REGISTRIES)),
    "a version that moves": ":" + r"latest\b",
    "an access key": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "a secret key": r"(?i)secret_?(access_?)?key[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}",
    "a token": r"\b(gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[A-Za-z0-9-]{20,})",
    "a private key": "-----BEGIN " + r"[A-Z ]*PRIVATE KEY-----",
}


def forbidden(name: str, text: str) -> list[str]:
    """The file, line and rule of each forbidden text."""
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {what} ({match.group()})"
        for what, pattern in FORBIDDEN.items()
        for match in re.finditer(pattern, text)
    ]


def own_files() -> list[Path]:
    """The files that git tracks or would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.strip("\0").split("\0") if (ROOT / name).is_file()]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout: git lists the files to look at")
def test_no_file_holds_a_secret_a_registry_or_a_version_that_moves() -> None:
    """Every violation is listed with its file, its line and the rule."""
    found = []
    for path in own_files():
        try:
            found += forbidden(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        f"--index-url https://{REGISTRIES[0]}/simple",
        "FROM spark:" + "latest",
        "AKIA" + "A" * 16,
        "aws_secret_access_key = " + "a" * 40,
        "ghp_" + "a" * 36,
        "-----BEGIN RSA " + "PRIVATE KEY-----",
    ],
)
def test_each_forbidden_text_is_found(text: str) -> None:
    """The finding names the file and the line."""
    (finding,) = forbidden("a.txt", f"\n{text}\n")
    assert finding.startswith("a.txt:2: ")


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(lock: str) -> list[Requirement]:
    """The pins of a lock file, with their markers."""
    pins = re.findall(r"^(\S+==[^\\\n]+)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [Requirement(pin) for pin in pins]


def unmet(wanted: list[str], lock: str, python: str) -> list[str]:
    """The requirements that no pin of the lock satisfies on a version of Python."""
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    pins = {
        pin.name.replace("_", "-").lower(): next(iter(pin.specifier)).version
        for pin in locked(lock)
        if pin.marker is None or pin.marker.evaluate(environment)
    }

    def is_met(need: Requirement) -> bool:
        if need.marker and not need.marker.evaluate(environment):
            return True
        return need.name.lower() in pins and need.specifier.contains(pins[need.name.lower()])

    return [text for text in wanted if not is_met(Requirement(text))]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_locks_satisfy_what_the_project_requires(pyproject: dict[str, Any], python: str) -> None:
    """Each lock holds what it is made from, so a change of pyproject.toml without `make lock` is seen."""
    groups, extras = pyproject["dependency-groups"], pyproject["project"]["optional-dependencies"]
    core, builds = pyproject["project"]["dependencies"], pyproject["build-system"]["requires"]
    every = [*core, *groups["spark41"]] + [need for name in extras if name != "all" for need in extras[name]]
    assert unmet([*core, *builds], "requirements.lock", python) == []
    assert unmet([*every, *builds], "requirements-all.lock", python) == []
    assert unmet([*every, *groups["dev"]], "requirements-dev.lock", python) == []
    assert unmet(groups["spark35"], "requirements-spark35.lock", python) == []
    assert unmet(groups["spark43"], "requirements-spark43.lock", python) == []
    assert unmet(groups["delivery"], "requirements-delivery.lock", python) == []
    assert unmet(groups["docs"], "requirements-docs.lock", python) == []
    for_glue = [*core, *extras["aws"], *extras["iceberg"], *groups["glue"]]
    assert unmet(for_glue, "requirements-glue.lock", python) == []


def test_the_extra_all_is_every_other_extra(pyproject: dict[str, Any]) -> None:
    """A new extra that `all` lacks is found here."""
    extras = pyproject["project"]["optional-dependencies"]
    (everything,) = map(Requirement, extras["all"])
    assert everything.name == pyproject["project"]["name"]
    assert everything.extras == extras.keys() - {"all"}


def test_the_core_needs_no_spark_and_no_client_of_a_cloud() -> None:
    """`make run` and `pip install footfall` install what counts, and nothing that only some runs need."""
    names = {pin.name for pin in locked("requirements.lock")}
    assert not names & {"pyspark", "py4j", "boto3", "botocore", "kubernetes", "pyiceberg"}


def test_a_requirement_that_the_lock_does_not_satisfy_is_found() -> None:
    """A later version and an unknown package are both named."""
    assert unmet(["rich>=999", "no-such-package", "rich"], "requirements.lock", "3.11") == [
        "rich>=999",
        "no-such-package",
    ]


def test_the_locks_of_the_default_spark_agree() -> None:
    """What a run installs, here, in the image or on Glue, is what the tests are run with."""
    run, glue, image, development = (
        {str(pin) for pin in locked(f"requirements{kind}.lock")} for kind in ("", "-glue", "-all", "-dev")
    )
    assert run < image < development
    assert glue < image


def test_the_version_of_the_package_is_that_of_the_project(pyproject: dict[str, Any]) -> None:
    """One number, in pyproject.toml and in footfall.__version__."""
    assert footfall.__version__ == pyproject["project"]["version"]


def test_every_kind_of_error_has_its_own_exit_code() -> None:
    """0 is success, 1 a crash of Python, 130 Ctrl-C: no error takes them, and no two share one."""
    kinds = [FootfallError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    codes = [kind.__dict__["exit_code"] for kind in kinds if "exit_code" in kind.__dict__]
    assert len(codes) == len(set(codes)) >= 6
    assert not {0, 1, 130} & set(codes)
