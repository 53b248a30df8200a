"""Where things are: folders of the bench, and the virtual environments of footfall and of its peers."""

import tomllib
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parent
ROOT = BENCH.parent
DATA = BENCH / "data"
PEERS = BENCH / ".venv"
OWN = ROOT / ".venv"


def versions() -> dict[str, Any]:
    """bench/pyproject.toml, the place for the versions of the peers."""
    return tomllib.loads((BENCH / "pyproject.toml").read_text(encoding="utf-8"))
