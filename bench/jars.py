"""Fetches Sedona's jars through Maven and checks that they are those of bench/pyproject.toml."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from bench.surroundings import PEERS, versions

FOLDER = PEERS / "jars"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.10:copy"
"""This line copies a jar by its coordinate alone; newer ones first ask for all parents of its pom."""


def pinned() -> dict[str, str]:
    """The SHA-256 of each jar by its Maven coordinate."""
    jars: dict[str, str] = versions()["tool"]["bench"]["jars"]
    return jars


def jar(coordinate: str) -> Path:
    """Where the jar of a coordinate lies."""
    _, artifact, version = coordinate.split(":")
    return FOLDER / f"{artifact}-{version}.jar"


def checked() -> list[Path]:
    """The jars, each with the content that was pinned.

    Raises:
        FileNotFoundError: A jar is missing.
        ValueError: A jar is not the pinned one.
    """
    for coordinate, wanted in pinned().items():
        file = jar(coordinate)
        if not file.exists():
            raise FileNotFoundError(
                f"{file} is missing: install Maven, delete bench/.venv and run make bench"
            )
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        if found != wanted:
            raise ValueError(f"{file} has the SHA-256 {found}, pinned is {wanted}: delete it, run make bench")
    return [jar(coordinate) for coordinate in pinned()]


def fetch() -> None:
    """Fetch what is missing; say so where there is no Maven, because all else can be measured without."""
    maven = shutil.which("mvn")
    missing = [coordinate for coordinate in pinned() if not jar(coordinate).exists()]
    if missing and maven is None:
        sys.stderr.write(
            "Maven is missing, so Apache Sedona is left out: install maven, delete bench/.venv\n"
        )
        return
    for coordinate in missing:
        wanted = [f"-Dartifact={coordinate}", f"-DoutputDirectory={FOLDER}"]
        subprocess.run([str(maven), "-q", "-B", COPY, *wanted], check=True)  # noqa: S603 - our own words
    checked()


if __name__ == "__main__":
    fetch()
