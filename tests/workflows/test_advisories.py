"""Advisories for locked packages: the command of the workflow and pip-audit, with a service that answers as OSV."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.workflows.steps import ROOT

PROGRAMS = ROOT / ".delivery" / "bin"

pytestmark = pytest.mark.skipif(
    not shutil.which("pip-audit", path=f"{PROGRAMS}:{os.environ['PATH']}"),
    reason="pip-audit is not there: make delivery brings it",
)

HASH = "0" * 64
LOCK = f"""# made up
rich==13.0.0 \\
    --hash=sha256:{HASH}
numpy==2.0.0 ; python_version >= "3" \\
    --hash=sha256:{HASH}
colorama==0.4.0 ; sys_platform == "win32" \\
    --hash=sha256:{HASH}
"""
WEAK = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "aliases": ["CVE-2026-1111"],
    "summary": "A page of a report runs what a file says.",
    "affected": [
        {
            "package": {"name": "rich", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "13.0.1"}]}],
        }
    ],
}
LINE = "rich 13.0.0 has CVE-2026-1111, GHSA-aaaa-bbbb-cccc, mended in 13.0.1"


class Service(BaseHTTPRequestHandler):
    """Knows one weakness, and answers as OSV documents it."""

    asked: list[str]
    status = 200

    def do_POST(self) -> None:
        """Answer for a package and a version."""
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = query["package"]["name"]
        assert query["package"]["ecosystem"] == "PyPI"
        self.asked.append(f"{name} {query['version']}")
        body = json.dumps({"vulns": [WEAK]} if name == "rich" else {}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base has it
        """Keep quiet."""


@contextmanager
def service(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """Such a service while the block runs: its address, and what it was asked."""
    asked: list[str] = []
    kind = type("Service", (Service,), {"asked": asked, "status": status})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query", asked
        server.shutdown()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the command, a lock at its top and one in a folder."""
    (tmp_path / ".github").mkdir()
    (tmp_path / "bench").mkdir()
    for name in ("advisories.py", "advisories.toml"):
        shutil.copy(ROOT / ".github" / name, tmp_path / ".github")
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "bench" / "requirements.lock").write_text(LOCK.replace("rich==13.0.0", "shapely==2.1.0"))
    return tmp_path


def audit(repository: Path, address: str, *words: str) -> tuple[int, list[str], str]:
    """Run the command there: its exit code, its lines, and what it says on standard error."""
    done = subprocess.run(
        [sys.executable, repository / ".github" / "advisories.py", *words],
        env={
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "HOME": str(repository),  # pip-audit keeps answers there
            "ADVISORIES_URL": address,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_a_known_weakness_is_named_with_what_mends_it(repository: Path) -> None:
    """In each lock that has the package; what this system would not install is not asked for."""
    with service() as (address, asked):
        code, lines, _ = audit(repository, address)
    assert (code, lines) == (1, [f"requirements.lock: {LINE}", "1 advisories, 0 accepted"])
    assert sorted(asked) == ["numpy 2.0.0", "numpy 2.0.0", "rich 13.0.0", "shapely 2.1.0"]


def test_locks_without_a_weakness_pass(repository: Path) -> None:
    """The one that is named is looked at, and no other."""
    with service() as (address, asked):
        assert audit(repository, address, "bench/requirements.lock")[:2] == (0, ["0 advisories, 0 accepted"])
    assert sorted(asked) == ["numpy 2.0.0", "shapely 2.1.0"]


@pytest.mark.parametrize(("days", "code"), [(1, 0), (-1, 1)])
def test_an_accepted_one_is_passed_over_until_its_day(repository: Path, days: int, code: int) -> None:
    """By any of its names."""
    until = datetime.now(UTC).date() + timedelta(days=days)
    entry = f'[CVE-2026-1111]\nuntil = {until}\nreason = "not reachable"\n'
    (repository / ".github" / "advisories.toml").write_text(entry)
    with service() as (address, _):
        ended, lines, _ = audit(repository, address)
    assert (ended, lines[-1]) == (code, f"{code} advisories, {1 - code} accepted")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("until = 2999-01-01", "CVE-2026-1111 needs a reason, and until = a day"),
        ('reason = "not reachable"', "CVE-2026-1111 needs a reason, and until = a day"),
        (
            'until = 2999-01-01\nreason = "not reachable"',
            "CVE-2026-1111 is accepted for more than 90 days",
        ),
    ],
    ids=["no reason", "no day", "for ever"],
)
def test_an_entry_that_is_not_whole_is_refused(repository: Path, entry: str, reason: str) -> None:
    """Before anything is asked."""
    (repository / ".github" / "advisories.toml").write_text(f"[CVE-2026-1111]\n{entry}\n")
    with service() as (address, asked):
        code, _, said = audit(repository, address)
    assert (code, said, asked) == (2, f"advisories.toml: {reason}\n", [])


def test_a_service_that_does_not_answer_is_no_good_news(repository: Path) -> None:
    """Neither one that is busy, nor one that is not there."""
    with service(503) as (address, _):
        code, lines, said = audit(repository, address)
    assert (code, lines) == (2, [])
    assert "requirements.lock" in said
    code, lines, said = audit(repository, address)
    assert (code, lines) == (2, [])


def test_each_lock_of_this_repository_can_be_audited(tmp_path: Path) -> None:
    """pip-audit understands all of them: every package of a lock is asked for, or is not for this system."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    locks = [*ROOT.glob("requirements*.lock"), *ROOT.glob("*/requirements.lock")]
    for lock in locks:
        there = tmp_path / lock.relative_to(ROOT)
        there.parent.mkdir(exist_ok=True)
        shutil.copy(lock, there)
    with service() as (address, asked):
        code, lines, said = audit(tmp_path, address)
    assert code == 1, said
    weak = {line.partition(":")[0] for line in lines if " rich " in line}
    assert weak == {str(lock.relative_to(ROOT)) for lock in locks if "\nrich==" in f"\n{lock.read_text()}"}
    assert len(set(asked)) > 300
