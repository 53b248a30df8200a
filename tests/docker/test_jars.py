"""The jars of the image: only what is locked goes in, to the byte."""

import hashlib
from pathlib import Path
from xml.etree import ElementTree

import pyspark
import pytest

import jars

LOCKED = {"a-1.jar": hashlib.sha256(b"one").hexdigest(), "b-2.jar": hashlib.sha256(b"two").hexdigest()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the two locked jars."""
    (tmp_path / "a-1.jar").write_bytes(b"one")
    (tmp_path / "b-2.jar").write_bytes(b"two")
    return tmp_path


def test_the_locked_jars_pass(folder: Path) -> None:
    """Two jars with the locked contents are no difference."""
    jars.verify(jars.digests(folder), LOCKED)


def test_a_changed_jar_fails_by_name(folder: Path) -> None:
    """One other byte is refused, and the message names the jar and the locked digest."""
    (folder / "b-2.jar").write_bytes(b"twO")
    with pytest.raises(jars.JarsDiffer, match=f"b-2.jar has the SHA-256 .* locked is {LOCKED['b-2.jar']}"):
        jars.verify(jars.digests(folder), LOCKED)


def test_a_missing_and_an_unknown_jar_are_both_named(folder: Path) -> None:
    """A jar under another version is one that is missing and one that is not in the lock."""
    (folder / "a-1.jar").rename(folder / "a-2.jar")
    with pytest.raises(jars.JarsDiffer, match=r"a-1.jar is missing\na-2.jar is not in the lock"):
        jars.verify(jars.digests(folder), LOCKED)


def test_a_lock_is_read_as_it_was_written() -> None:
    """The lock is what `sha256sum` prints, sorted by name."""
    text = f"{LOCKED['a-1.jar']}  a-1.jar\n{LOCKED['b-2.jar']}  b-2.jar\n"
    assert jars.write_lock(dict(reversed(LOCKED.items()))) == text
    assert jars.read_lock(text) == LOCKED


def test_a_folder_that_is_right_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the locked jars lie already, Maven is not needed: here it is not on the PATH."""
    lock = folder / "jars.lock"
    lock.write_text(jars.write_lock(LOCKED), encoding="utf-8")
    monkeypatch.setattr(jars, "LOCK", lock)
    monkeypatch.setenv("PATH", "")
    assert jars.main(["fetch", str(folder)]) == 0


def test_without_maven_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty folder needs Maven; without it the command fails and names the package."""
    monkeypatch.setenv("PATH", "")
    assert jars.main(["fetch", str(tmp_path / "empty")]) == 1
    assert "apt-get install maven" in capsys.readouterr().err


def test_each_jar_that_the_pom_names_is_locked_in_that_version() -> None:
    """A changed version in pom.xml without a new lock is seen before the next build."""
    pom = ElementTree.parse(jars.POM)  # noqa: S314 - our own file
    sdk = pom.findtext("dependencyManagement/dependencies/dependency/version")
    named = {
        f"{jar.findtext('artifactId')}-{jar.findtext('version', sdk)}.jar"
        for jar in pom.iterfind("dependencies/dependency")
    }
    assert len(named) > 5
    assert named <= jars.read_lock(jars.LOCK.read_text(encoding="utf-8")).keys()


def test_hadoop_for_s3_is_the_hadoop_of_spark() -> None:
    """S3A of another version than Spark's Hadoop fails at its first call."""
    inside = Path(pyspark.__file__).parent / "jars"
    hadoop = next(iter(inside.glob("hadoop-client-api-*.jar"))).stem.removeprefix("hadoop-client-api-")
    assert f"hadoop-aws-{hadoop}.jar" in jars.read_lock(jars.LOCK.read_text(encoding="utf-8"))
