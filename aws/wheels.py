"""Packs the job for AWS Glue: one archive of the wheels that it needs; `python wheels.py WHEEL COMMIT PYTHON FOLDER`.

Glue installs such an archive on every machine of a run, by `--additional-python-modules`, without asking any registry.
What is in it stands in requirements-glue.lock. The same commit gives the same archive.
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile, ZipInfo

from packaging.requirements import Requirement

LOCK = Path(__file__).parents[1] / "requirements-glue.lock"
OLDEST_GLIBC, NEWEST_GLIBC = 17, 34
"""Minor versions of glibc 2 that wheels may ask for: Glue runs on Amazon Linux 2023, which has 2.34."""


def pins(lock: str, python: str) -> str:
    """The pins of a lock for one version of Python on Linux, with their hashes and without their conditions."""
    there = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_machine": "x86_64",
        "platform_system": "Linux",
        "sys_platform": "linux",
        "os_name": "posix",
    }
    chosen = []
    for block in re.findall(r"^\S.*?==(?:.*\\\n)+.*$", lock, re.MULTILINE):
        requirement = Requirement(block.partition("\\")[0].strip())
        if requirement.marker is None or requirement.marker.evaluate(there):
            chosen.append(f"{requirement.name}{requirement.specifier} \\\n{block.partition(chr(10))[2]}")
    return "\n".join(chosen) + "\n"


def download(python: str, folder: Path) -> None:
    """Fetch the wheels of the lock for one version of Python, and verify them."""
    listed = folder.parent / "requirements.txt"
    listed.write_text(pins(LOCK.read_text(encoding="utf-8"), python), encoding="utf-8")
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(OLDEST_GLIBC, NEWEST_GLIBC + 1)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary", ":all:", "--python-version", python]
    command += [f"--platform={platform}" for platform in ("manylinux2014_x86_64", *platforms)]
    subprocess.run([*command, "--requirement", str(listed), "--dest", str(folder)], check=True)  # noqa: S603


def pack(wheels: list[Path], archive: Path) -> None:
    """Put wheels into an archive as Glue wants it: a folder with them and a list of what to install."""
    wheels = sorted(wheels, key=lambda wheel: wheel.name)
    names = "".join(f"{wheel.name.split('-')[0]}=={wheel.name.split('-')[1]}\n" for wheel in wheels)
    archive.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(archive, "w") as opened:  # not compressed: wheels are
        opened.writestr(ZipInfo("wheels/requirements.txt"), names)  # ZipInfo tells no time
        for wheel in wheels:
            with opened.open(ZipInfo(f"wheels/{wheel.name}"), "w") as written:
                written.write(wheel.read_bytes())


if __name__ == "__main__":
    job, commit, python, target = sys.argv[1:]
    with TemporaryDirectory() as scratch:
        fetched = Path(scratch, "wheels")
        fetched.mkdir()
        download(python, fetched)
        file = Path(target, f"footfall-{commit}-py{python.replace('.', '')}.gluewheels.zip")
        pack([Path(job), *fetched.iterdir()], file)
    sys.stdout.write(f"{file}\n")
