"""The job that counts in cells, in an environment of its own."""

import shutil
from pathlib import Path

import yaml

from footfall import jobs
from footfall.settings.sources import load
from tests.manifests.rendering import ROOT, TEMPLATE, render


def test_an_environment_that_takes_the_component_counts_cells(tmp_path: Path) -> None:
    """Its settings are accepted by the job with the variables of the driver, and no place is asked for."""
    overlay = shutil.copytree(ROOT / "k8s", tmp_path / "k8s") / "overlays/test"
    file = overlay / "kustomization.yaml"
    file.write_text(file.read_text().replace("  - ../../components/smoke\n", "  - ../../components/cells\n"))
    objects = render(overlay)
    settings = tmp_path / "settings.yaml"
    settings.write_text(objects["ConfigMap", "footfall-settings"]["data"]["settings.yaml"])
    env = {
        each["name"]: each["value"] for each in objects[TEMPLATE]["spec"]["driver"]["env"] if "value" in each
    }
    given = {
        name: text for name, text in env.items() if name.startswith("FOOTFALL_") and "SETTINGS" not in name
    }
    loaded = load(settings, given, {}, jobs.settings()).settings
    assert (loaded.count, loaded.privacy.k) == ("cells", 5)
    assert loaded.output == yaml.safe_load((overlay / "site.yaml").read_text())["data"]["output"]
    assert "FOOTFALL_PLACES_PATH" not in env
