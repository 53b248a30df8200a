"""Where a machine has no Java, the tests bring one."""

import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.java import ABSENT_MODULE, bring_java, java_home
from tests.test_prerequisites import java_of_version


def test_a_machine_without_java_gets_one_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JAVA_HOME is set for all that the tests start, and what it names is a Java 21."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environ = {"PATH": ""}
    said = bring_java(environ)
    assert said is not None
    assert said.startswith("Spark needs Java 17 or newer, but found none: ")
    java = Path(environ["JAVA_HOME"], "bin", "java")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    assert 'version "21' in told


def test_the_java_of_the_machine_is_taken_where_it_is_new_enough(tmp_path: Path) -> None:
    """Nothing is set and nothing is said."""
    java_of_version(tmp_path, "17.0.15")
    environ = {"PATH": str(tmp_path / "bin")}
    assert bring_java(environ) is None
    assert environ == {"PATH": str(tmp_path / "bin")}


def test_the_module_that_the_brought_java_lacks_is_left_out(tmp_path: Path) -> None:
    """Java itself would refuse to start with it; the other words stay as they are, spaces and order too."""
    java = java_home(tmp_path) / "bin" / "java"
    words = ["-Dname=a b", ABSENT_MODULE, "-XshowSettings:properties", "-version"]
    told = subprocess.run([java, *words], capture_output=True, text=True, check=True).stderr
    assert "name = a b" in told
