"""The servers that ci starts beside its kind cluster, by the command that it uses."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.workflows.steps import ROOT

MISSING = [tool for tool in ("docker-registry", "lighttpd", "buildah", "skopeo") if not shutil.which(tool)]
HOST = "127.0.0.77"
"""An address of this machine that nobody else listens on."""


@contextmanager
def servers(state: Path) -> Iterator[dict[str, str]]:
    """Run `.github/kind/servers`, and give the variables that it tells; end what it started when the block ends."""
    surroundings = {name: text for name, text in os.environ.items() if name != "GITHUB_ENV"}
    try:
        done = subprocess.run(
            [ROOT / ".github/kind/servers"],
            env={**surroundings, "STATE": str(state), "HOST": HOST},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=300,
        )
        yield dict(line.split("=", 1) for line in done.stdout.splitlines())
    finally:
        for file in state.glob("*.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(file.read_text()), signal.SIGTERM)
