"""The alert rules, tried by Prometheus' own tool: when each fires, and when it does not yet."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

OBSERVER = Path(__file__).parents[2] / "k8s" / "components" / "observer"
TRIED = Path(__file__).with_name("rules_test.yaml")


@pytest.fixture
def promtool() -> str:
    """The tool."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip(
            "no promtool on the PATH: install it (Debian: apt-get install prometheus) to try the rules"
        )
    return found


def test_the_rules_fire_when_they_should_and_not_before(promtool: str, tmp_path: Path) -> None:
    """rules_test.yaml says when."""
    shutil.copy(OBSERVER / "rules.yaml", tmp_path)
    shutil.copy(TRIED, tmp_path)
    done = subprocess.run(
        [promtool, "test", "rules", TRIED.name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_rule_is_tried() -> None:
    """A new rule needs a case."""
    rules = yaml.safe_load((OBSERVER / "rules.yaml").read_text("utf-8"))["groups"][0]["rules"]
    tests = yaml.safe_load(TRIED.read_text("utf-8"))["tests"]
    fired = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case["exp_alerts"]}
    assert {rule["alert"] for rule in rules} == fired
