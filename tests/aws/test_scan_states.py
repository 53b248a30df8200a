"""aws/scan with answers of ECR that moto does not give: enhanced scanning, several platforms, no scan at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.aws.lookalike import ROOT

ONE, TWO, INDEX, NOTE = (f"sha256:{digit * 64}" for digit in "12ab")
IMAGE = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/footfall:abc@{INDEX}"
PLATFORMS = [
    {"digest": ONE, "platform": {"os": "linux", "architecture": "amd64"}},
    {"digest": TWO, "platform": {"os": "linux", "architecture": "arm64"}},
    {"digest": NOTE, "platform": {"os": "unknown", "architecture": "unknown"}},
]
AWS = """\
#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
if "batch-get-image" in sys.argv:
    print((here / "manifest.json").read_text())
    sys.exit()
digest = next(word for word in sys.argv if word.startswith("imageDigest=")).partition("=")[2]
answers = json.loads((here / "answers.json").read_text())
mine = answers[digest]
answer = mine.pop(0) if len(mine) > 1 else mine[0]
(here / "answers.json").write_text(json.dumps(answers))
with (here / "asked").open("a") as asked:
    asked.write(digest + chr(10))
if answer == "none":
    sys.exit("An error occurred (ScanNotFoundException) when calling the DescribeImageScanFindings operation")
print(*answer, sep=chr(9))
"""


def scan(folder: Path, answers: dict[str, list[object]], *words: str, **variables: str) -> tuple[int, str]:
    """The exit code and the words of aws/scan, where ECR gives these answers about each digest, the last for ever."""
    program = folder / "aws"
    program.write_text(AWS.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    (folder / "sleep").write_text("#!/bin/sh\n")
    (folder / "sleep").chmod(0o755)
    (folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    if not (folder / "manifest.json").exists():
        (folder / "manifest.json").write_text("{}")
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(
        [ROOT / "aws/scan", IMAGE, *words],
        env={**os.environ, "PATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("state", ["COMPLETE", "ACTIVE"])
def test_both_kinds_of_scanning_come_to_an_end(tmp_path: Path, state: str) -> None:
    """Basic scanning ends as COMPLETE; enhanced scanning stays ACTIVE, and the waiter of the CLI never returns."""
    answers: dict[str, list[object]] = {INDEX: ["none", ["PENDING", None, None], [state, 0, 2]]}
    code, said = scan(tmp_path, answers)
    assert (code, said.splitlines()[-1].endswith("0 critical, 2 high (None is none)")) == (0, True)
    assert (tmp_path / "asked").read_text().count(INDEX) == 3


def test_each_platform_of_an_image_is_looked_at(tmp_path: Path) -> None:
    """The index has no scan, nor has what is no platform; one critical finding on one platform is enough."""
    (tmp_path / "manifest.json").write_text(json.dumps({"manifests": PLATFORMS}))
    clean, bad = ["ACTIVE", None, None, "on"], ["ACTIVE", 1, None, "on"]
    code, said = scan(tmp_path, {ONE: [clean], TWO: [bad]})
    assert code == 1
    assert [line.rpartition("@")[2] for line in said.splitlines()] == [
        f"{ONE}: None critical, None high (None is none)",
        f"{TWO}: 1 critical, None high (None is none)",
    ]


def test_an_image_that_cannot_be_scanned_has_a_result_of_its_own(tmp_path: Path) -> None:
    """Exit code 3 and the words of ECR, at once; it is neither clean nor bad."""
    unsupported = ["UNSUPPORTED_IMAGE", None, None, "UnsupportedImageError: no packages are known"]
    code, said = scan(tmp_path, {INDEX: [unsupported]})
    assert code == 3
    assert "ECR cannot scan it: UnsupportedImageError: no packages are known." in said


@pytest.mark.parametrize("state", ["FAILED", "SCAN_ELIGIBILITY_EXPIRED", "FINDINGS_UNAVAILABLE"])
def test_a_scan_that_failed_is_no_scan(tmp_path: Path, state: str) -> None:
    """What was not looked at is not deployed."""
    code, said = scan(tmp_path, {INDEX: [[state, None, None, "try again"]]})
    assert (code, state in said, "try again" in said) == (1, True, True)


def test_without_a_result_in_time_it_ends_and_says_where_to_look(tmp_path: Path) -> None:
    """Scanning on push may be off, in which case there never is one."""
    code, said = scan(tmp_path, {INDEX: ["none"]}, SCAN_TIMEOUT="0")
    assert code == 4
    assert "last seen: NONE). Is scanning on push on for footfall?" in said
