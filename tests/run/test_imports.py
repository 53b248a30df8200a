"""What a run does not import, because it takes time and gives nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

NEEDLESS = ("pandas.core", "geopandas", "pyspark", "boto3", "kubernetes")
COUNTING = ("numpy", "pyarrow", "llvmlite", "shapely", "pandas")


def test_a_run_of_the_embedded_engine_imports_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    """Neither itself nor in its workers, whatever else is installed: Arrow would import pandas for its first list."""
    pytest.importorskip("pandas")
    words = ("-X", "importtime", "-m", "footfall", "run", "--output", str(tmp_path))
    run = subprocess.run((sys.executable, *words), capture_output=True, text=True, check=True)
    imported = set(re.findall(r"^import time: .*\| +([\w.]+)$", run.stderr, re.MULTILINE))
    assert "pyarrow" in imported
    assert imported.isdisjoint(NEEDLESS)


def test_a_command_that_starts_a_run_elsewhere_imports_no_library_that_counts(tmp_path: Path) -> None:
    """It waits for other machines; here it gets as far as to find that nobody is logged in."""
    words = ("-m", "footfall", "submit", "--on", "glue", "--job", "none", "--day", "2023-03-01")
    nobody = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "HOME"), "/nowhere")
    run = subprocess.run(
        (sys.executable, "-X", "importtime", *words),
        cwd=tmp_path,
        env={**nobody, "AWS_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "AWS cannot identify the caller" in run.stderr
    imported = set(re.findall(r"^import time: .*\| +([\w.]+)$", run.stderr, re.MULTILINE))
    assert "botocore" in imported
    assert imported.isdisjoint(COUNTING)
