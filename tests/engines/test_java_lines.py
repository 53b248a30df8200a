"""What the Java of a local Spark says on stderr, and what of it people see."""

import io
import sys
from types import SimpleNamespace

import pytest

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from footfall.engines.spark import java

SAID = (
    b"WARNING: Using incubator modules: jdk.incubator.vector\n"
    b"Using Spark's default log4j profile: org/apache/spark/log4j2-defaults.properties\n"
    b"12:00:01 ERROR DiskBlockManager: no room \xff\n"
)


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A Java that says three lines."""
    process = SimpleNamespace(stderr=io.BytesIO(SAID))
    monkeypatch.setattr(java, "_STARTED", [process])
    return process


def test_what_java_says_at_each_start_is_left_out(
    process: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """All else comes as it is, line by line."""
    java._pass_on(process)
    assert capsys.readouterr().err == "12:00:01 ERROR DiskBlockManager: no room \N{REPLACEMENT CHARACTER}\n"


def test_all_of_it_comes_where_it_was_asked_for(
    process: SimpleNamespace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By FOOTFALL_DEBUG."""
    monkeypatch.setenv("FOOTFALL_DEBUG", "1")
    java._pass_on(process)
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_a_java_that_was_ended_says_nothing_more(
    process: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a run that is stopped only one sentence is seen."""
    java._STARTED.clear()
    java._pass_on(process)
    assert capsys.readouterr().err == ""


def test_a_line_comes_above_live_bars(process: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bars stand in for stderr while they are live; what is written there goes above them."""
    above: list[str] = []
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(write=above.append))
    java._pass_on(process)
    assert len(above) == 1
    assert above[0].startswith("12:00:01")
