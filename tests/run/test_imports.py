"""What a run does not import, because it takes time and gives nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

NEEDLESS = ("pandas.core", "geopandas", "pyspark", "boto3", "kubernetes")


def test_a_run_of_the_embedded_engine_imports_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    """Neither itself nor in its workers, whatever else is installed: Arrow would import pandas for its first list."""
    pytest.importorskip("pandas")
    words = ("-X", "importtime", "-m", "footfall", "run", "--output", str(tmp_path))
    run = subprocess.run((sys.executable, *words), capture_output=True, text=True, check=True)
    imported = set(re.findall(r"^import time: .*\| +([\w.]+)$", run.stderr, re.MULTILINE))
    assert "pyarrow" in imported
    assert imported.isdisjoint(NEEDLESS)
