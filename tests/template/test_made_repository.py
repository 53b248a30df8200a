"""A repository of another name, made from this one by copier, with a job of its own: it runs, and its tests pass."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OLD = PROJECT["name"]
[OLD_JOB] = {path.parent.name for path in (ROOT / "job" / OLD / "jobs").glob("*/job.py")} - {OLD}
NAME, JOB = (f"{each[::-1][:11]}x" for each in (OLD, OLD_JOB))  # words that stand nowhere in the code

pytestmark = [
    pytest.mark.skipif(
        not (ROOT / ".git").exists(), reason="copier copies what Git has, and this is no checkout"
    ),
    pytest.mark.skipif(shutil.which("git") is None, reason="git, which copier calls, is missing"),
]


def command(made: Path, *words: str | Path, code: int = 0) -> str:
    """What a command says in the new repository, whose package is the one that Python imports."""
    env = {**os.environ, "PYTHONPATH": str(made / "job")}
    done = subprocess.run(words, cwd=made, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that copier made, with imports sorted and pages written as `make fix` does it."""
    folder = tmp_path_factory.mktemp("made") / NAME
    given = ("--data", f"name={NAME}", "--data", f"job={JOB}")
    options = ("--quiet", "--trust", "--vcs-ref", "HEAD", *given)
    subprocess.run([BIN / "copier", "copy", *options, ROOT, folder], check=True)
    command(folder, BIN / "ruff", "check", "--fix", ".")
    command(folder, BIN / "ruff", "format", ".")
    command(folder, sys.executable, ".ci/pages.py")
    return folder


def test_the_old_name_is_left_in_the_changelog_alone(made: Path) -> None:
    """In no text, no name of a file, in small letters or capitals; the changelog says of what it was made."""
    kept = []
    for path in made.rglob("*"):
        assert OLD not in path.relative_to(made).as_posix().lower()
        if path.is_file() and "__pycache__" not in path.parts:
            lines = path.read_bytes().lower().split(b"\n")
            kept += [(path.name, line.decode()) for line in lines if OLD.encode() in line]
    assert kept == [("CHANGELOG.md", f"- made from {OLD} {PROJECT['version']}.")]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("pyproject.toml", f'{NAME} = "{NAME}.cli:entry_point"'),
        ("Makefile", f"IMAGE       ?= {NAME}:dev# the name of the image"),
        ("k8s/overlays/test/kustomization.yaml", f"namespace: {NAME}-test"),
        (f"k8s/components/{JOB}/settings.yaml", f"count: {JOB}"),
        ("argocd/projects.yaml", f"  name: {NAME}\n"),
        ("aws/parameters/test", f"Database={NAME}_test"),
        (f"job/{NAME}/jobs/{JOB}/job.py", f'Shown("{JOB}", ("pings",)'),
        ("docs/settings.md", f"`--pings-path` | `{NAME.upper()}_PINGS_PATH`"),
        ("docs/settings.md", f"## The job {JOB}"),
    ],
)
def test_what_carries_the_name_has_the_new_one(made: Path, file: str, line: str) -> None:
    """The distribution and its command, image, namespace, project, database, variables, and the job of one's own."""
    assert line in (made / file).read_text(encoding="utf-8")


def test_style_and_format_are_kept(made: Path) -> None:
    """Once imports are sorted by the new name."""
    command(made, BIN / "ruff", "check", ".")
    command(made, BIN / "ruff", "format", "--check", ".")


@pytest.mark.parametrize(
    ("job", "totals"), [(NAME, {"places": 40, "days": 3}), (JOB, {"pings": 20000, "days": 3})]
)
def test_both_jobs_count_the_sample(made: Path, tmp_path: Path, job: str, totals: dict[str, int]) -> None:
    """That of places and one's own, each into a table of its name."""
    flags = ("--output", str(tmp_path / "out"), "--privacy-k", "1", "--count", job)
    command(made, sys.executable, "-m", NAME, "run", *flags)
    [manifest] = (tmp_path / "out/runs").glob("*/manifest.json")
    said = json.loads(manifest.read_text(encoding="utf-8"))["totals"]
    assert {name: said[name] for name in totals} == totals
    assert sorted(path.name for path in (tmp_path / "out" / job).glob("day=*/*")) == [f"{job}.parquet"] * 3


def test_some_of_its_tests_pass(made: Path) -> None:
    """Those of reference pages and of the rules for code; `make test-template` runs all of them."""
    some = ("tests/house", "tests/documents/test_reference.py")
    command(made, BIN / "pytest", "-q", *some)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Tide", "is not one word of 2 to 12 small letters and digits"),
        ("json", "is a word of Python"),
        ("wcwidth", "is a package of"),
        ("aggregate", "is a word of"),
        (NAME, "is the name of the project"),
    ],
)
def test_a_name_that_is_taken_is_refused_and_nothing_is_changed(made: Path, name: str, reason: str) -> None:
    """By a sentence that says what has it."""
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    assert reason in command(made, sys.executable, ".ci/rename.py", NAME, "--job", name, code=1)
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


@pytest.mark.registry
def test_make_passes_all_of_its_checks(made: Path) -> None:
    """With an environment of its own: `make fix`, `make lint` and `make test`, as its first day would have it."""
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com")
    command(made, *git, "init", "--quiet")
    command(made, *git, "add", "--all")
    command(made, *git, "commit", "--quiet", "--message", f"Begin {NAME}")
    for target in ("fix", "lint", "test"):
        command(made, "make", target)
