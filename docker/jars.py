"""Fetches the jars of pom.xml through Maven, and keeps only what is exactly as jars.lock says.

python docker/jars.py fetch FOLDER    the locked jars in FOLDER, or an error that names each difference
python docker/jars.py lock            writes jars.lock from what pom.xml resolves to now
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
LOCK = Path(__file__).with_name("jars.lock")
USAGE = "usage: python docker/jars.py fetch FOLDER | lock"

Digests = dict[str, str]
"""The SHA-256 of each jar by its file name."""


class JarsDiffer(Exception):
    """The jars are not those of the lock."""


def digests(folder: Path) -> Digests:
    """The digests of all jars of a folder; none where the folder is missing."""
    return {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in sorted(folder.glob("*.jar"))}


def read_lock(text: str) -> Digests:
    """The digests that a lock holds, one line `SHA-256  NAME` for each jar, as `sha256sum` writes it."""
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


def write_lock(found: Digests) -> str:
    """The text of the lock of these jars, sorted by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(found.items()))


def verify(found: Digests, locked: Digests) -> None:
    """Compare jars with the lock.

    Raises:
        JarsDiffer: A jar is missing, is not in the lock or has another content.
    """
    missing = [f"{name} is missing" for name in sorted(locked.keys() - found.keys())]
    unknown = [f"{name} is not in the lock" for name in sorted(found.keys() - locked.keys())]
    changed = [
        f"{name} has the SHA-256 {found[name]}, locked is {locked[name]}"
        for name in sorted(locked.keys() & found.keys())
        if found[name] != locked[name]
    ]
    if missing or unknown or changed:
        raise JarsDiffer("\n".join([*missing, *unknown, *changed]))


def resolve(folder: Path) -> None:
    """Let Maven copy into a folder what pom.xml asks for.

    Raises:
        FileNotFoundError: Maven is not installed.
        subprocess.CalledProcessError: Maven failed; its output is above.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise FileNotFoundError("Maven is missing: install it (Debian: apt-get install maven)")
    how = ["--batch-mode", "--quiet", "--strict-checksums", "-Dstyle.color=never", f"--file={POM}"]
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
    subprocess.run([maven, *how, *goal], check=True)  # noqa: S603 - our own words


def fetch(folder: Path) -> None:
    """Put the locked jars, and no other, into a folder; nothing is done where they lie there already.

    Raises:
        JarsDiffer: Maven brought something else; the folder is left as it was.
    """
    locked = read_lock(LOCK.read_text(encoding="utf-8"))
    if digests(folder) == locked:
        return
    with tempfile.TemporaryDirectory() as work:
        resolve(Path(work))
        verify(digests(Path(work)), locked)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(work, folder, copy_function=shutil.copyfile)


def lock() -> None:
    """Write jars.lock from what pom.xml resolves to."""
    with tempfile.TemporaryDirectory() as work:
        resolve(Path(work))
        LOCK.write_text(write_lock(digests(Path(work))), encoding="utf-8")


def main(words: list[str]) -> int:
    """The command; 0 where it did what was asked for."""
    try:
        match words:
            case ["fetch", folder]:
                fetch(Path(folder))
            case ["lock"]:
                lock()
            case _:
                sys.stderr.write(f"{USAGE}\n")
                return 2
    except (JarsDiffer, OSError, subprocess.CalledProcessError) as failure:
        sys.stderr.write(
            f"{failure}\nThe jars are made by docker/pom.xml and docker/jars.lock; "
            "after a wanted change: python docker/jars.py lock\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
