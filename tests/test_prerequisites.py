"""Python is checked before anything is installed, Java before Spark starts, in words that say what to install."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from footfall import prerequisites
from footfall.errors import PrerequisiteError
from footfall.prerequisites import check_java, find_java, java_version, parse_java_version, python_problem

SOURCE = Path(prerequisites.__file__)


def java_that_says(folder: Path, script: str) -> Path:
    """A stand-in for Java: a shell script in `bin` of a folder."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True, exist_ok=True)
    java.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    java.chmod(0o755)
    return java


def java_of_version(folder: Path, version: str) -> Path:
    """A stand-in for Java that tells its version as the real one does, on stderr."""
    return java_that_says(folder, f"""echo 'openjdk version "{version}" 2025-04-15' >&2""")


@pytest.mark.parametrize(
    ("text", "major"),
    [
        ('java version "1.8.0_392"', 8),
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "21-ea" 2023-09-19', 21),
        ('openjdk version "9"', 9),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "11.0.2" 2019-01-15', 11),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", None),
    ],
)
def test_versions_of_java_are_read_old_and_new(text: str, major: int | None) -> None:
    """Up to 8 the version began with 1."""
    assert parse_java_version(text) == major


def test_the_java_of_java_home_goes_before_that_of_path(tmp_path: Path) -> None:
    """Spark takes it in the same order."""
    of_home = java_of_version(tmp_path / "home", "21.0.1")
    of_path = java_of_version(tmp_path / "other", "17.0.1")
    path = str(of_path.parent)
    assert find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": path}) == of_home
    assert find_java({"JAVA_HOME": "", "PATH": path}) == of_path


def test_no_java_is_told_with_what_to_install() -> None:
    """The line names the package for Debian and Ubuntu and the formula for macOS."""
    with pytest.raises(PrerequisiteError, match="Spark needs Java 17 or newer, but found none") as refused:
        check_java({"PATH": ""})
    assert "sudo apt install openjdk-21-jre-headless" in refused.value.fix
    assert "brew install openjdk@21" in refused.value.fix
    assert "--engine embedded" in refused.value.fix
    assert refused.value.exit_code == 2


def test_a_java_home_without_java_is_told(tmp_path: Path) -> None:
    """Spark would not look at PATH then."""
    with pytest.raises(PrerequisiteError, match="JAVA_HOME holds no bin/java") as refused:
        check_java({"JAVA_HOME": str(tmp_path), "PATH": os.environ["PATH"]})
    assert str(tmp_path) in refused.value.where


def test_an_old_java_is_told_with_its_version(tmp_path: Path) -> None:
    """Java 11 would end in an UnsupportedClassVersionError."""
    java_of_version(tmp_path, "11.0.22")
    with pytest.raises(PrerequisiteError, match="but found Java 11"):
        check_java({"JAVA_HOME": str(tmp_path)})


def test_a_new_enough_java_passes(tmp_path: Path) -> None:
    """17 is the oldest."""
    java_of_version(tmp_path, "17.0.15")
    check_java({"JAVA_HOME": str(tmp_path)})


def test_a_java_that_only_pretends_is_told(tmp_path: Path) -> None:
    """macOS has a `java` that only says that there is no Java."""
    with pytest.raises(PrerequisiteError, match="does not print its version"):
        java_version(java_that_says(tmp_path, "echo 'Unable to locate a Java Runtime.' >&2; exit 1"))
    with pytest.raises(PrerequisiteError, match="does not start"):
        java_version(tmp_path / "no" / "java")


def test_an_old_python_is_told() -> None:
    """The least is what the package asks for."""
    assert python_problem((3, 8, 10)) == "Footfall needs Python 3.11 or newer, but this is Python 3.8"
    assert prerequisites.python_is_too_old((3, 10, 14))
    assert not prerequisites.python_is_too_old((3, 11, 0))


def test_old_pythons_can_read_the_check() -> None:
    """The syntax is that of 3.8, and before the check nothing but the standard library is imported."""
    for source in (SOURCE, SOURCE.with_name("__init__.py")):
        tree = ast.parse(source.read_text(encoding="utf-8"), feature_version=(3, 8))
        named = [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
        named += [alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
        assert all(name.split(".")[0] in sys.stdlib_module_names for name in named)


def checked(version: tuple[int, int, int]) -> subprocess.CompletedProcess[str]:
    """What `make` starts first, in a Python that says it has this version, without site-packages and Java."""
    environ = {"PYTHONPATH": str(SOURCE.parents[1]), "PATH": ""}
    pretends = (
        f"import sys; sys.version_info = {version}; from footfall.prerequisites import main; sys.exit(main())"
    )
    command = [sys.executable, "-S", "-c", pretends]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_the_check_runs_before_anything_is_installed() -> None:
    """An old Python is one line on stderr and exit code 2."""
    ended = checked((3, 10, 14))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("Footfall needs Python 3.11 or newer, but this is Python 3.10")


def test_without_java_there_is_nothing_to_say_before_the_installation() -> None:
    """Counting needs Python alone; Java is asked for when Spark is to start."""
    ended = checked((3, 11, 0))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
