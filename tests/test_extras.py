"""The core alone: which commands work with it, and what is said where an extra is missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from footfall.errors import PrerequisiteError
from footfall.extras import needed

OF_EXTRAS = ("pyspark", "py4j", "boto3", "botocore", "pyiceberg", "kubernetes", "urllib3", "xlsxwriter")
WITHOUT_EXTRAS = f"""
import sys

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {OF_EXTRAS}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, NotInstalled())
from footfall.cli import main

sys.exit(main(sys.argv[1:]))
"""


def with_the_core(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process that finds no library of an extra."""
    command = [sys.executable, "-c", WITHOUT_EXTRAS, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("run", "--help"),
        ("submit", "--help"),
        ("runs", "--output", "."),
        ("metrics", "--output", "."),
        ("schema",),
        ("plan",),
        ("backfill", "--from=2023-03-01", "--to=2023-03-02", "--list"),
    ],
    ids=" ".join,
)
def test_what_needs_no_extra_works_with_the_core(words: tuple[str, ...], tmp_path: Path) -> None:
    """No command imports what it does not use."""
    done = with_the_core(*words, folder=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_sample_is_counted_by_the_core(tmp_path: Path) -> None:
    """Neither Spark nor a client of a store is asked for; nor are they by what reads the counts."""
    done = with_the_core("run", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("footfall-output/footfall/day=*/footfall.parquet"))
    for words in (["export", "counts.geojson"], ["diff", "footfall-output", "footfall-output"]):
        done = with_the_core(*words, folder=tmp_path)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "extra", "library"),
    [
        (("run", "--engine", "spark"), "spark", "Spark"),
        (("maintain", "--output", "s3://bucket/out"), "spark", "Spark"),
        (("runs", "--output", "s3://bucket/out"), "aws", "The client of AWS (boto3)"),
        (("glue", "rollback", "--job", "footfall"), "aws", "The client of AWS (boto3)"),
        (("settle", "--on", "kubernetes", "--launched-by", "me"), "kubernetes", "The client of Kubernetes"),
        (("export", "counts.xlsx"), "xlsx", "The writer of workbooks (xlsxwriter)"),
        (("submit", "--on", "kubernetes", "--smoke"), "kubernetes", "The client of Kubernetes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_missing_extra_is_named(words: tuple[str, ...], extra: str, library: str, tmp_path: Path) -> None:
    """One error that says what to install; nothing is begun."""
    done = with_the_core(*words, folder=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    what, _, fix = done.stderr.splitlines()[-3:]
    assert what == f"{library} is not installed"
    assert fix == f"  do:    pip install 'footfall[{extra}]'"


def test_the_error_says_which_module_was_not_found() -> None:
    """Where Spark is installed and something that it needs is not, that is what people must know."""
    with pytest.raises(PrerequisiteError) as refused, needed("spark"):
        raise ModuleNotFoundError("No module named 'py4j'", name="py4j")
    assert refused.value.where == "No module named 'py4j'"


def test_a_defect_of_the_job_is_not_taken_for_a_missing_extra() -> None:
    """An import of our own that fails is no matter of what is installed."""
    with pytest.raises(ImportError, match="cannot import name"), needed("spark"):
        from footfall.schema import no_such_name  # type: ignore[attr-defined] # noqa: F401


def test_the_list_of_commands_is_there_at_once() -> None:
    """Nothing that takes a while to import is imported for it."""
    heavy = ("numpy", "numba", "pandas", "pyarrow", "pyspark", "jinja2", "rich", "pydantic", "shapely")
    code = f"import sys, footfall.cli; footfall.cli.parse(['runs']); print(*{{*sys.modules}} & {{*{heavy}}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
