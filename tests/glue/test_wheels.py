"""The archive of wheels that `make glue` writes."""

import importlib.util
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
LOCK = """# by make lock
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via footfall
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:ba
    # via footfall
colorama==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:ca
six==1.17.0 \\
    --hash=sha256:da
"""


@pytest.fixture(scope="module")
def wheels() -> ModuleType:
    """The program, which is no package."""
    spec = importlib.util.spec_from_file_location("wheels", ROOT / "aws" / "wheels.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("python", "numpy"), [("3.11", "numpy==2.4.6"), ("3.13", "numpy==2.5.5")])
def test_the_pins_are_those_for_the_python_of_glue_on_linux(
    wheels: ModuleType, python: str, numpy: str
) -> None:
    """With the hashes that the lock has for them, whatever Python packs them."""
    told = wheels.pins(LOCK, python).splitlines()
    assert [line for line in told if "==" in line] == [f"{numpy} \\", "six==1.17.0 \\"]
    assert sum("--hash" in line for line in told) == {"3.11": 3, "3.13": 2}[python]


def test_every_pin_of_the_lock_is_found(wheels: ModuleType) -> None:
    """None is lost for its form: the core, what reads from S3 and tables, and what Spark asks for."""
    lock = (ROOT / "requirements-glue.lock").read_text(encoding="utf-8")
    named = {line.partition("==")[0] for line in lock.splitlines() if "==" in line and line[0] not in "# "}
    told = wheels.pins(lock, "3.11").splitlines()
    found = {line.partition("==")[0] for line in told if "==" in line and line[0] not in "# "}
    assert found == named
    assert {"numba", "pyarrow", "shapely", "boto3", "pyiceberg", "pandas"} <= found


def test_the_same_wheels_make_the_same_archive(wheels: ModuleType, tmp_path: Path) -> None:
    """Glue wants them in a folder, with a list of what to install."""
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        for wheel in ("six-1.17.0-py2.py3-none-any.whl", "footfall-0.1.0-py3-none-any.whl"):
            (folder / wheel).write_text(wheel, encoding="utf-8")
        wheels.pack(list(folder.iterdir()), folder / "a.zip")
        made.append((folder / "a.zip").read_bytes())
    assert made[0] == made[1]
    with ZipFile(tmp_path / "one" / "a.zip") as opened:
        assert opened.namelist() == [
            "wheels/requirements.txt",
            "wheels/footfall-0.1.0-py3-none-any.whl",
            "wheels/six-1.17.0-py2.py3-none-any.whl",
        ]
        assert opened.read("wheels/requirements.txt") == b"footfall==0.1.0\nsix==1.17.0\n"
