"""Where the time goes: clocks that count each thread once, stages that are still there, and the page that is kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bench.budget.stages import DRIVER, NAMES, WORKER
from bench.surroundings import BENCH, ROOT

from bench.budget import floors, results

PAGE = ROOT / "docs" / "spatial-join.md"
WORK = """
import json, os, sys, time
from concurrent.futures import ThreadPoolExecutor
from bench.budget import clocks
from bench.budget.stages import NAMES

def work(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass

def sort():
    work(0.2)

def rows():
    work(0.1)
    sort()
    yield 1
    work(0.1)

clock = clocks.Clocks()
sort = clocks._timed(clock, NAMES.index("sort"), sort)
rows = clocks._timed(clock, NAMES.index("visits"), rows)
clocks._watch_pools(clock)
clock.started()
ACT
print(json.dumps(clock.seconds()))
"""
PARENT_AND_CHILD = """
if os.fork():
    work(0.1)
    os.wait()
else:
    work(0.1)
    sort()
    os.kill(os.getpid(), 9)
"""


def counted(act: str) -> dict[str, float]:
    """The CPU seconds of the stages that worked more than a twentieth of a second, but for the start."""
    words = [sys.executable, "-c", WORK.replace("ACT", act)]
    printed = json.loads(subprocess.check_output(words, cwd=ROOT, text=True))
    return {name: seconds for name, seconds in printed.items() if seconds > 0.05 and name != NAMES[0]}


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("for row in rows():\n    work(0.1)", {"visits": 0.2, "sort": 0.2, DRIVER: 0.1}),
        (PARENT_AND_CHILD, {DRIVER: 0.1, WORKER: 0.1, "sort": 0.2}),
        ("with clock.within(NAMES.index('judge')), ThreadPoolExecutor() as pool:\n"
         "    pool.submit(work, 0.2).result()", {"judge": 0.2}),
    ],
    ids=["a stage within a stage", "a process that is forked and killed", "a pool of threads"],
)  # fmt: skip
def test_each_second_is_counted_once_for_the_innermost_stage(act: str, expected: dict[str, float]) -> None:
    """What the loop around a generator does is not the generator's."""
    assert counted(act) == pytest.approx(expected, abs=0.05)


def test_the_stages_of_a_run_add_up_to_what_the_system_counts(tmp_path: Path) -> None:
    """The sample: every stage is found in the job, and no more is counted than the processes worked."""
    words = ["run", "--sample", "--output", str(tmp_path / "out"), "--workers", "2"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.budget.measured", str(tmp_path / "stages.json"), *words],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (tmp_path / "log").read_text()
    stages = json.loads((tmp_path / "stages.json").read_text())
    whole = usage.ru_utime + usage.ru_stime
    assert list(stages) == list(NAMES)
    assert 0.7 * whole < sum(stages.values()) <= whole
    for name in ("read the pings", "locate", "sort", "write", "report", WORKER):
        assert stages[name] > 0


@pytest.fixture(scope="module")
def kept() -> results.Budget:
    """The budget that was measured last."""
    return results.read(BENCH)


def test_the_stages_of_the_last_budget_add_up_to_the_whole(kept: results.Budget) -> None:
    """Within a tenth."""
    assert kept.sum == pytest.approx(kept.whole, rel=0.1)
    assert kept.work.inside + kept.work.outside <= kept.work.pings


def test_no_stage_is_below_its_floor(kept: results.Budget) -> None:
    """What needs less than each byte once does not do its work."""
    below = {name: floor for name, floor in kept.floors.items() if kept.stages[name] < floor.seconds}
    assert below == {}


def test_the_page_of_the_join_keeps_the_last_budget(kept: results.Budget) -> None:
    """Its table, line by line."""
    assert f"{results.BEGIN}\n" + "\n".join(results.table(kept)) + f"\n{results.END}" in PAGE.read_text()


def test_a_floor_is_bytes_times_what_a_byte_takes() -> None:
    """Two pings inside and one outside, at a nanosecond for each byte that is copied and ten for a random read."""
    work = floors.Work(
        pings=3, inside=2, outside=1, visits=1, file=100, columns=90, values=120, device=16,
        places_file=10, index=50, table=20, report=30,
    )  # fmt: skip
    rates = floors.Rates(start=0.1, read_file=2e-9, write_file=3e-9, copy=1e-9, sha256=1e-9, random_read=1e-8)
    found = {name: round(floor.seconds * 1e9, 3) for name, floor in floors.floors(work, rates).items()}
    assert found["sort"] == 2 * 32
    assert found["shuffle"] == 3 * (2 * 32 + 16)
    assert found["read the pings"] == 2 * 90 + 120
    assert found["digest the input"] == 100 * 2 + 100
    assert found["locate"] == 3 * 8 + 3 * 10 + 2 * 4


def test_a_page_without_a_place_for_the_table_is_refused(tmp_path: Path, kept: results.Budget) -> None:
    """So a page that lost its comments is not left with old figures."""
    page = tmp_path / "page.md"
    page.write_text("# A page\n")
    with pytest.raises(ValueError, match="no lines"):
        results.put_into(page, kept)
    assert page.read_text() == "# A page\n"
