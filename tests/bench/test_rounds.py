"""A measurement: what is asked how often, what becomes of wrong, failing and slow contenders, what is written."""

import json
import sys
import textwrap
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from bench.__main__ import verdict
from bench.contenders import Entry
from bench.datasets import Dataset, dataset
from bench.kinds import Data
from bench.memory import Peak
from bench.process import Process
from bench.rounds import Limits, Record, run
from bench.scenarios import SETS, Scenario

from bench import contenders, results, rounds

Pretend = Callable[..., None]

PRETENDER = """
import json, sys, time
import pyarrow as pa
for line in sys.stdin:
    order = json.loads(line)
    {act}
    if order["do"] == "answer":
        rows = pa.table({{"place_id": ["A"], "day": [19417], "pings": [{pings}]}})
        with pa.OSFile(order["into"], "wb") as sink, pa.ipc.new_file(sink, rows.schema) as file:
            file.write_table(rows)
    print(json.dumps({{"seconds": 0.5, "version": "1", "parts": {{"index": 0.1}}}}), flush=True)
"""


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    """A small data set; pretenders do not read it."""
    return dataset(Data.of("one", 100), tmp_path / "data")


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """Give a contender the process of a script that answers a number of pings and may do something before."""

    def pretending(name: str, pings: int, act: str = "") -> None:
        python = tmp_path / name / "bin" / "python"
        python.parent.mkdir(parents=True)
        script = python.parent / "script.py"
        script.write_text(PRETENDER.format(pings=pings, act=textwrap.indent(act, "    ").strip() or "pass"))
        python.write_text(f"#!/bin/sh\nexec {sys.executable} {script}\n")
        python.chmod(0o755)
        monkeypatch.setitem(contenders.ENTRIES, name, Entry(name, tmp_path / name))

    return pretending


def measured(
    data: Dataset, names: list[str], **limits: float
) -> tuple[dict[str, Record], list[str], list[str]]:
    """The records by name, the texts on wrong answers, and what was said."""
    said: list[str] = []
    records, wrong = run(Scenario(data.data, "join"), data, names, Limits(rounds=2, **limits), said.append)
    return {record.contender: record for record in records}, wrong, said


def test_contenders_answer_in_turns_after_a_warm_up(data: Dataset, pretend: Pretend) -> None:
    """All prepare and warm up, then the order rotates; each record holds its times and its digest."""
    pretend("a", 1)
    pretend("b", 1)
    records, wrong, said = measured(data, ["a", "b"])
    turns = [line.split(":")[0].strip() for line in said if "0.50 s" in line and "warm-up" not in line]
    assert turns == ["a", "b", "b", "a"]
    assert wrong == []
    assert records["a"].seconds == [0.5, 0.5]
    assert records["a"].parts == {"index": 0.1}
    assert records["a"].rows_digest == records["b"].rows_digest != ""


def test_a_wrong_result_is_reported_with_its_first_rows(data: Dataset, pretend: Pretend) -> None:
    """The command fails; the others are measured to the end."""
    pretend("a", 1)
    pretend("b", 2)
    records, wrong, _ = measured(data, ["a", "b"])
    (text,) = wrong
    assert "b (+) differs from a (-)" in text
    assert '- "A",19417,1' in text
    assert '+ "A",19417,2' in text
    assert records["b"].status == "wrong: differs from a"
    assert len(records["a"].seconds) == 2
    assert verdict(list(records.values()), wrong) == 1


@pytest.mark.parametrize(
    ("act", "limits", "why"),
    [
        ("sys.exit(3)", {}, "process died"),
        ("print(json.dumps({'error': 'no such file'}), flush=True); continue", {}, "no such file"),
        ("time.sleep(60)", {"seconds": 3}, "no answer in 3 s"),
        ("held = b'x' * 300_000_000; time.sleep(60)", {"memory": 200 << 20}, "more than"),
    ],
)
def test_a_contender_that_fails_is_recorded_and_stops_nobody(
    data: Dataset,
    pretend: Pretend,
    act: str,
    limits: dict[str, float],
    why: str,
) -> None:
    """Whether it dies, complains, takes too long or needs too much memory."""
    pretend("a", 1)
    pretend("b", 1, act)
    records, wrong, _ = measured(data, ["b", "a"], **limits)
    assert why in records["b"].status
    assert len(records["a"].seconds) == 2
    assert verdict(list(records.values()), wrong) == 0


def test_a_run_without_an_answer_of_footfall_fails() -> None:
    """Peers may be missing, footfall may not."""
    assert verdict([Record("join", "one 1", 100, "footfall", status="not installed")], []) == 1


def test_slow_contenders_answer_three_times() -> None:
    """Beyond the seconds that are enough, more rounds tell little."""
    limits = Limits(rounds=5, enough=100)
    assert limits.wants([60, 60])
    assert not limits.wants([60, 60, 60])
    assert limits.wants([1, 1, 1, 1])
    assert not limits.wants([1] * 5)


@pytest.mark.skipif(not Path("/proc").exists(), reason="memory is read from /proc")
def test_the_peak_counts_what_a_process_holds(data: Dataset, pretend: Pretend, tmp_path: Path) -> None:
    """A hundred megabytes more than before."""
    pretend("a", 1, "held = order['do'] == 'answer' and bytearray(b'x') * 100_000_000; time.sleep(0.5)")
    process = Process("a", contenders.Job("", "", [], 1, 8 << 30, ""), tmp_path / "log", 60)
    process.prepare()
    before = Peak(process.peak.processes).sample()
    process.answer("join", tmp_path / "rows")
    process.close()
    assert process.peak.bytes - before > 90_000_000


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="CPU time is read from /proc, on Linux only")
def test_cpu_time_is_that_of_the_answer_in_all_processes(pretend: Pretend, tmp_path: Path) -> None:
    """A child that works for half a second, and is over when the answer comes."""
    work = "import time\nwhile time.process_time() < 0.5: pass"
    act = f"if order['do'] == 'answer':\n    import subprocess; subprocess.run([sys.executable, '-c', {work!r}])"
    pretend("a", 1, act)
    process = Process("a", contenders.Job("", "", [], 1, 8 << 30, ""), tmp_path / "log", 60)
    process.prepare()
    assert 0.4 < process.answer("join", tmp_path / "rows")["cpu_seconds"] < 5
    process.close()


def test_results_can_be_read_back_and_shown(data: Dataset, tmp_path: Path) -> None:
    """JSON holds all records, Markdown the ratio to footfall, the picture one bar for each answer."""
    told = Record("join", "one 1 x 61", 4_000_000, "footfall", "1", seconds=[1.0, 2.0, 3.0], cores=2, rows=1)
    told.data, told.cpu_seconds = {"inside": 0.5, "days": 1}, [2.0, 3.0, 4.0]
    slow = Record("join", "one 1 x 61", 4_000_000, "duckdb", "2", seconds=[8.0], cores=2, data=told.data)
    slow.cpu_seconds = [15.0]
    dead = Record(
        "join", "one 1 x 61", 4_000_000, "sedona", status="its process died", cores=2, data=told.data
    )
    results.write([dead, slow, told], tmp_path)
    assert results.read(tmp_path) == [dead, slow, told]
    keys = {"question", "polygons", "pings", "contender", "version", "seconds", "rows_digest", "peak_bytes"}
    assert keys <= set(json.loads((tmp_path / "results.json").read_text())[0])
    lines = (tmp_path / "results.md").read_text().splitlines()
    names = [line.split(" | ")[0] for line in lines if line.startswith(("| Footfall", "| Duck", "| Apache"))]
    assert names == ["| Footfall", "| DuckDB spatial", "| Apache Sedona on Spark"]
    assert any("| 8.00 | 8.00 - 8.00 | 4.00 | 15.00 | 5.00 | 0.25 |" in line for line in lines)
    picture = ElementTree.parse(tmp_path / "results.svg")  # noqa: S314 - written one line above
    assert len(picture.findall(".//{*}rect")) == 2


def test_every_set_of_scenarios_has_all_questions() -> None:
    """But for the one that has commands only; and none has a scenario twice."""
    for name, scenarios in SETS.items():
        wanted = scenarios(1)
        questions = {"command"} if name == "commands" else {"join", "table", "command"}
        assert {scenario.question for scenario in wanted} == questions
        assert len(set(wanted)) == len(wanted)


def test_commands_are_measured_with_files_of_this_machine_and_from_s3() -> None:
    """Each size of data with both, one after the other."""
    stores = [(scenario.data.pings, scenario.store) for scenario in SETS["commands"](1)]
    assert stores == [
        (pings, store) for pings in (20_000, 1_000_000, 20_000_000) for store in ("local", "s3")
    ]


def test_contenders_without_an_environment_are_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are named before anything is started."""
    monkeypatch.setitem(contenders.ENTRIES, "a", Entry("A", tmp_path))
    assert rounds.absent("a") == "not installed"
    assert rounds.absent("footfall") is None
