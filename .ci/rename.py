"""Gives the project of this checkout another name, and its second job one too: python3 .ci/rename.py NAME --job JOB

`copier copy` calls it in the new repository (copier.yml). The distribution, the package, the command, variables, the
image, namespaces, roles, stacks, tests and documents carry one name, so it is replaced wherever it stands. What belongs
to released versions goes, as there are none: their part of CHANGELOG.md, and the outputs that tests keep of them.
"""

import argparse
import keyword
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEFT_ALONE = {".git", ".venv", "__pycache__"}

BEFORE_A_JOB = (
    "jobs/",
    "jobs.",
    "components/",
    "count ",
    "count=",
    "count: ",
    "default: ",
    "job ",
    "publishes ",
    "out/",
    "|",
)
AFTER_A_JOB = (".parquet", ", all runs", "` are pings")
"""What stands around the name of a job, which is also a word for what it counts."""


class NameRefused(Exception):
    """The project or its job cannot have the name; the message says why."""


def rename(root: Path, name: str, job: str) -> None:
    """Rename the project and its second job, and begin the changelog anew.

    Args:
        root: The checkout.
        name: The new name of the project.
        job: The new name of the second job; it may keep the one that it has.

    Raises:
        NameRefused: A name cannot be used; nothing is changed then.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    old = project["name"]
    old_job = second_job(root, old)
    if name == job:
        raise NameRefused(
            f"{name} is the name of the project, which its first job has: choose another for the second"
        )
    for each, is_new in ((name, name != old), (job, job != old_job)):
        if is_new:
            refuse_used(root, each)
    if (kept := root / "tests/upgrades/outputs").exists():
        shutil.rmtree(kept)
    if job != old_job:
        rename_job(root, old_job, job)
    rename_project(root, old, name)
    begin_changelog(root / "CHANGELOG.md", f"Made from {old} {project['version']}.")


def second_job(root: Path, project: str) -> str:
    """The name of the job beside the one that has the name of the project.

    Raises:
        NameRefused: There is none, or there are several.
    """
    found = {path.parent.name for path in (root / "job" / project / "jobs").glob("*/job.py")} - {project}
    if len(found) != 1:
        raise NameRefused(
            f"One job beside {project} gets a name, and there are {', '.join(sorted(found)) or 'none'}"
        )
    return found.pop()


def refuse_used(root: Path, name: str) -> None:
    """Refuse a name that is a word already: of Python, of a package, or anywhere in the code.

    Raises:
        NameRefused: It is, or it is not one short word.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]{1,11}", name):
        raise NameRefused(f"{name!r} is not one word of 2 to 12 small letters and digits, a letter first")
    if keyword.iskeyword(name) or name in sys.stdlib_module_names:
        raise NameRefused(f"{name} is a word of Python: choose another name")
    for suffix, pattern, what in (
        (".lock", f"(?m)^{name}==", "a package of"),
        (".py", as_a_word(name), "a word of"),
    ):
        for path in files(root):
            if path.suffix == suffix and re.search(pattern, path.read_text(encoding="utf-8")):
                raise NameRefused(f"{name} is {what} {path.relative_to(root)} already: choose another name")


def begin_changelog(file: Path, entry: str) -> None:
    """Leave of a changelog what stands above the first release, with this as the only entry."""
    head, heading, _ = file.read_text(encoding="utf-8").partition("## [Unreleased]\n")
    file.write_text(f"{head}{heading}\n### Added\n\n- {entry}\n", encoding="utf-8")


def rename_job(root: Path, old: str, new: str) -> None:
    """Rename a job: its folders and tests, and its name in code, settings and documents."""
    before = "|".join(f"(?<={re.escape(each)})" for each in BEFORE_A_JOB)
    after = "|".join(map(re.escape, AFTER_A_JOB))
    named = rf"(?:{before}){old}\b|\b{old}(?={after})"
    quoted = rf'(?<="){old}(?="(?!:|,\)))(?<!needed\("{old})'  # neither a sum nor an extra
    for path in files(root):
        is_its_own = path.name == f"test_{old}.py" or old in path.parent.relative_to(root).parts
        replace(path, f"{named}|{quoted}" if is_its_own else named, {old: new})
        replace(path, rf"\b{old.capitalize()}(?={after})", {old.capitalize(): new.capitalize()})
    for folder in [*root.glob(f"job/*/jobs/{old}"), root / "k8s/components" / old]:
        folder.rename(folder.with_name(new))
    for file in root.glob(f"tests/*/test_{old}.py"):
        file.rename(file.with_name(f"test_{new}.py"))


def rename_project(root: Path, old: str, new: str) -> None:
    """Replace the name of the project wherever it stands, in texts and in the names of files and folders."""
    pattern, names = as_a_word(old), {way(old): way(new) for way in (str.lower, str.capitalize, str.upper)}
    for path in files(root):
        replace(path, pattern, names)
    for folder, folders, entries in os.walk(root, topdown=False):
        for entry in (each for each in (*folders, *entries) if old in each):
            renamed = re.sub(pattern, lambda found: names[found[0]], entry)
            Path(folder, entry).rename(Path(folder, renamed))
    if len(new) > len(old):
        widen_lines(root / "pyproject.toml", len(new) - len(old))


def as_a_word(name: str) -> str:
    """A pattern of the name in small letters, as a class and as a constant, also where other words are joined to it."""
    return rf"(?<![a-z]){name}(?![a-z])|{name.capitalize()}(?![a-z])|(?<![A-Z]){name.upper()}(?![A-Z])"


def widen_lines(file: Path, letters: int) -> None:
    """Let lines be so much longer that one which carries the name twice has room for so many more letters in each."""
    text = file.read_text(encoding="utf-8")
    wider = re.sub(
        r"(?m)^((?:max-)?line-length = )(\d+)", lambda found: f"{found[1]}{int(found[2]) + 2 * letters}", text
    )
    file.write_text(wider, encoding="utf-8")


def replace(path: Path, pattern: str, names: Mapping[str, str]) -> None:
    """Replace what the pattern finds in a file, each find by its new name; a file that is no text stays as it is."""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        return
    if (changed := re.sub(pattern, lambda found: names[found[0]], text)) != text:
        path.write_bytes(changed.encode())


def files(root: Path) -> Iterator[Path]:
    """All files of the checkout, but for those of Git and of what is installed."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - LEFT_ALONE)
        yield from (Path(folder, name) for name in sorted(names))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Give the project another name, and its second job one too.")
    parser.add_argument("name", help="the new name of the project")
    parser.add_argument("--job", required=True, help="the new name of its second job")
    given = parser.parse_args()
    try:
        rename(ROOT, given.name, given.job)
    except NameRefused as refused:
        sys.exit(f"{refused}")
