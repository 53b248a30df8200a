"""Generated pings and places of an invented town: the bundled sample, and samples of any size."""

from pathlib import Path
from typing import Any

import yaml

BUNDLED = Path(__file__).parent / "data"


def sample_settings(output: str) -> dict[str, Any]:
    """The settings, nested as in a file, with which a run without arguments reads the bundled sample.

    Args:
        output: Where the run writes.
    """
    settings: dict[str, Any] = yaml.safe_load((BUNDLED / "settings.yaml").read_text(encoding="utf-8"))
    settings["pings"]["path"] = str(BUNDLED / "pings.csv.gz")
    settings["places"]["path"] = str(BUNDLED / "places.geojson")
    return settings | {"output": output}
