"""Known weaknesses of the Python packages that the locks hold: python3 .github/advisories.py [LOCK...]

Asks the service of advisories by pip-audit, for every lock of the repository unless some are named; ADVISORIES_URL
names another service that answers as OSV does. One that advisories.toml accepts is passed over until its day.
Ends with 1 where one is left, with 2 where the service did not answer or an entry of advisories.toml is wrong.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ACCEPTED = ROOT / ".github/advisories.toml"
AUDIT = (
    "pip-audit",
    "--disable-pip",
    "--require-hashes",
    "--strict",
    "--progress-spinner=off",
    "--format=json",
)


LONGEST = timedelta(days=90)
"""So long may one be accepted before somebody looks at it again."""


class NotKnown(Exception):
    """It cannot be said whether there are weaknesses; the message says why."""


@dataclass(frozen=True)
class Advisory:
    """A weakness of a package in a lock.

    Attributes:
        lock: The lock.
        package: The package and its version, as `rich 15.0.0`.
        ids: Its names; other services call it by another one.
        fixed: The versions that mend it.
    """

    lock: str
    package: str
    ids: frozenset[str]
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        mended = f"mended in {', '.join(self.fixed)}" if self.fixed else "not mended yet"
        return f"{self.lock}: {self.package} has {', '.join(sorted(self.ids))}, {mended}"


def locks() -> list[str]:
    """The locks of the repository."""
    found = [*ROOT.glob("requirements*.lock"), *ROOT.glob("*/requirements.lock")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def accepted(path: Path, today: date) -> set[str]:
    """The advisories that are passed over today, by their names.

    Raises:
        NotKnown: An entry lacks its reason or its last day, or that is too far ahead.
    """
    found = set()
    for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if not isinstance(entry, dict) or not entry.get("reason") or not isinstance(entry.get("until"), date):
            raise NotKnown(f"{path.name}: {name} needs a reason, and until = a day")
        if entry["until"] > today + LONGEST:
            raise NotKnown(f"{path.name}: {name} is accepted for more than {LONGEST.days} days")
        if today <= entry["until"]:
            found.add(name)
    return found


def audited(lock: str, surroundings: Mapping[str, str]) -> list[Advisory]:
    """The advisories for the packages of a lock that this system and Python would install.

    Raises:
        NotKnown: pip-audit is not there, or the service did not answer for each package.
    """
    service = ["--vulnerability-service=osv"]
    if address := surroundings.get("ADVISORIES_URL"):
        service.append(f"--osv-url={address}")
    command = [*AUDIT, *service, "--requirement", lock]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our words
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except FileNotFoundError as failure:
        raise NotKnown("pip-audit is not there: make advisories brings it") from failure
    except (ValueError, KeyError, TypeError) as failure:
        raise NotKnown(f"{lock}: {done.stderr.strip() or done.stdout.strip()}") from failure
    if not packages:
        raise NotKnown(f"{lock}: no package was looked at")
    return [
        Advisory(
            lock,
            f"{package['name']} {package['version']}",
            frozenset([each["id"], *each["aliases"]]),
            tuple(each["fix_versions"]),
        )
        for package in packages
        for each in package["vulns"]
    ]


def main(asked: Sequence[str]) -> int:
    """Print the advisories that are left; the exit code."""
    try:
        passed_over = accepted(ACCEPTED, datetime.now(UTC).date())
        found = [each for lock in asked or locks() for each in audited(lock, os.environ)]
    except NotKnown as failure:
        sys.stderr.write(f"{failure}\n")
        return 2
    left = [each for each in found if not each.ids & passed_over]
    sys.stdout.writelines(f"{each}\n" for each in left)
    sys.stdout.write(f"{len(left)} advisories, {len(found) - len(left)} accepted\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
