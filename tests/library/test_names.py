"""The names of the package: few, stable, typed, and imported when they are asked for."""

import inspect
import subprocess
import sys
from importlib import import_module
from importlib.resources import files

import pytest

import footfall

NAMES = {
    *("count", "locate", "Counted", "Located", "FootfallWarning", "__version__"),
    *("FootfallError", "SettingsError", "InputError", "GateRefused"),
}


def printed(script: str) -> str:
    """What a new process prints."""
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout


def test_the_public_names_are_these() -> None:
    """To take one away, or to change what it means, breaks programs of others."""
    assert set(footfall.__all__) == NAMES
    assert {*NAMES, "spark"} == set(dir(footfall))
    assert all(hasattr(footfall, name) for name in NAMES)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'cuont'"):
        footfall.cuont  # noqa: B018


def test_the_package_imports_nothing_until_it_is_asked() -> None:
    """So the command says its version at once."""
    heavy = "{'pyarrow', 'numpy', 'pydantic', 'shapely', 'pandas', 'polars', 'pyspark'}"
    assert printed(f"import sys, footfall; print({heavy} & set(sys.modules))") == "set()\n"


def test_the_library_imports_neither_pandas_nor_polars_nor_spark_by_itself() -> None:
    """It needs nothing but the core."""
    others = "{'pandas', 'polars', 'geopandas', 'pyspark', 'jinja2', 'rich'}"
    script = f"import sys, footfall; footfall.count, footfall.locate; print({others} & set(sys.modules))"
    assert printed(script) == "set()\n"


def test_the_room_of_the_step_does_not_hide_the_function() -> None:
    """`footfall.locate` is the function, also where the room of that name was imported before."""
    script = (
        "import footfall.locate.finder, footfall; print(footfall.locate.__module__, footfall.locate.finder)"
    )
    with pytest.raises(subprocess.CalledProcessError):
        printed(script)
    script = "from footfall.locate.finder import Search; import footfall; print(footfall.locate.__module__)"
    assert printed(script) == "footfall.library.locating\n"
    assert import_module("footfall.locate.finder").Search.__name__ == "Search"


def test_types_are_there_for_callers() -> None:
    """The package says that it is typed, and the functions are."""
    assert files("footfall").joinpath("py.typed").is_file()
    for function in (footfall.count, footfall.locate):
        given = inspect.signature(function)
        assert given.return_annotation in (footfall.Counted, footfall.Located)
        assert all(each.annotation is not inspect.Parameter.empty for each in given.parameters.values())
