"""A small map of the world: Natural Earth's countries, as pyogrio brings them for its own tests."""

from pathlib import Path

import pyogrio
import pytest

COUNTRIES = Path(pyogrio.__file__).parent / "tests/fixtures/naturalearth_lowres/naturalearth_lowres.shp"
needs_countries = pytest.mark.skipif(
    not COUNTRIES.exists(),
    reason="the map of the world is not there: the image leaves out the tests of libraries",
)
