"""The embedded engine: what it gives is what one process gives, however many workers share the work."""

import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from footfall.engines import Batches, Stage
from footfall.engines.embedded import Embedded
from footfall.engines.embedded.crew import Start
from footfall.runs.progress import SilentStep
from tests.one_process import OneProcess

from .stages import DEALT, GATHERED, Deal, Gather, dealt, two_stages

MEBIBYTE = 1 << 20


@contextmanager
def crew(
    folder: Path, workers: int = 2, memory: int = 64 * MEBIBYTE, start: Start | None = None
) -> Iterator[Embedded]:
    """An engine that is stopped in the end."""
    engine = Embedded(workers, memory, str(folder), 60, "a test", start)
    try:
        yield engine
    finally:
        engine.stop()


class Heard(SilentStep):
    """Keeps what a step was told."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[int, int]] = []

    def advance(self, done: int, total: int) -> None:
        """Keep it."""
        self.said.append((done, total))


def gathered(engine: Any, tasks: int, stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """The rows of GATHERED, sorted by part."""
    rows = [row for batch in engine.run(tasks, stages, SilentStep()) for row in batch.to_pylist()]
    return sorted(rows, key=lambda row: row["part"])


@pytest.mark.parametrize("memory", [MEBIBYTE, 1024 * MEBIBYTE])
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_workers_and_memory_make_no_difference(tmp_path: Path, workers: int, memory: int) -> None:
    """Rows of 20 kB, three in a batch: of a MiB a worker may hold an eighth, so that it writes often."""
    stages = two_stages(Deal(7, rows=40, batch=3, load=20_000), 7)
    with crew(tmp_path, workers, memory) as engine:
        found = gathered(engine, 5, stages)
    assert found == gathered(OneProcess(), 5, stages)
    values = [100 * task + i for task in range(5) for i in range(40)]
    assert found == [
        {"part": part, "values": [value for value in values if value % 7 == part]} for part in range(7)
    ]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_processes_may_be_forked_or_spawned(tmp_path: Path, start: Start) -> None:
    """macOS forks no process safely."""
    with crew(tmp_path, start=start) as engine:
        assert gathered(engine, 3, two_stages(Deal(2, rows=2), 2)) == [
            {"part": 0, "values": [0, 100, 200]},
            {"part": 1, "values": [1, 101, 201]},
        ]


def test_parts_without_rows_are_left_out_and_all_others_come(tmp_path: Path) -> None:
    """Of a thousand parts three have rows."""
    with crew(tmp_path) as engine:
        found = gathered(engine, 1, two_stages(Deal(1000, rows=3), 1000))
    assert found == [{"part": n, "values": [n]} for n in range(3)]


class Mixed:
    """Batches of several parts in any order, one without rows, and a slice of a longer one."""

    def __call__(self, numbers: Batches) -> Iterator[pa.RecordBatch]:
        """DEALT."""
        list(numbers)
        yield dealt([(2, 20), (0, 1), (2, 21), (1, 10), (0, 2)])
        yield dealt([])
        yield dealt([(0, 99), (1, 11), (0, 3), (1, 99)]).slice(1, 2)


def test_batches_may_hold_several_parts_in_any_order(tmp_path: Path) -> None:
    """Each row comes to its part, once."""
    with crew(tmp_path) as engine:
        found = gathered(engine, 1, two_stages(Mixed(), 3))
    assert found == [
        {"part": 0, "values": [1, 2, 3]},
        {"part": 1, "values": [10, 11]},
        {"part": 2, "values": [20, 21]},
    ]


class Again:
    """Deals gathered values out again, to part 0 or 1 by their tens."""

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """DEALT."""
        values = [v for batch in batches for row in batch.to_pylist() for v in row["values"]]
        yield dealt([(value // 10 % 2, value) for value in values])


def test_stages_follow_each_other(tmp_path: Path) -> None:
    """By seven, then by tens, then gathered; the same engine runs it twice."""
    stages = (
        Stage(Deal(7, rows=20), DEALT, 7),
        Stage(Gather(), GATHERED, 7),
        Stage(Again(), DEALT, 2),
        Stage(Gather(), GATHERED),
    )
    with crew(tmp_path) as engine:
        first, second = gathered(engine, 2, stages), gathered(engine, 2, stages)
    tens = [*range(10), *range(100, 110)]
    assert (
        first
        == second
        == [
            {"part": 0, "values": tens},
            {"part": 1, "values": [value + 10 for value in tens]},
        ]
    )


class Many:
    """A last step that gives many batches, large ones among them."""

    def __call__(self, numbers: Batches) -> Iterator[pa.RecordBatch]:
        """DEALT."""
        for number in (n for batch in numbers for n in batch.column(0).to_pylist()):
            for i in range(20):
                yield dealt([(number, i)], load=100_000)


def test_all_batches_of_the_last_stage_arrive(tmp_path: Path) -> None:
    """20 of 100 kB of each of 9 tasks."""
    with crew(tmp_path) as engine:
        rows = [
            row for batch in engine.run(9, [Stage(Many(), DEALT)], SilentStep()) for row in batch.to_pylist()
        ]
    assert sorted((row["part"], row["value"]) for row in rows) == [
        (n, i) for n in range(9) for i in range(20)
    ]
    assert {len(row["load"]) for row in rows} == {100_000}


@pytest.mark.parametrize("rows", [0, 3])
def test_progress_goes_to_its_total(tmp_path: Path, rows: int) -> None:
    """Four tasks and ten parts, of which three have rows, or none; never back."""
    heard = Heard()
    with crew(tmp_path) as engine:
        list(engine.run(4, two_stages(Deal(10, rows=rows), 10), heard))
    assert [done for done, _ in heard.said] == sorted(done for done, _ in heard.said)
    assert {total for _, total in heard.said} == {14}
    assert heard.said[-1] == (14, 14)


def test_no_tasks_are_no_rows(tmp_path: Path) -> None:
    """Nothing is made up."""
    with crew(tmp_path) as engine:
        assert gathered(engine, 0, two_stages(Deal(2), 2)) == []


def test_a_file_that_was_sent_is_read_where_it_is(tmp_path: Path) -> None:
    """What `send` gives can be pickled, and is absolute."""
    (tmp_path / "places.txt").write_text("two places")
    with crew(tmp_path) as engine:
        where = pickle.loads(pickle.dumps(engine.send(Path(os.path.relpath(tmp_path / "places.txt")))))  # noqa: S301
    assert where().is_absolute()
    assert where().read_text() == "two places"


def test_a_worker_has_its_share_of_the_memory(tmp_path: Path) -> None:
    """The setting is for all together."""
    with crew(tmp_path, workers=4, memory=64 * MEBIBYTE) as engine:
        assert (engine.workers, engine.memory) == (4, 16 * MEBIBYTE)


def test_nothing_stays_behind(tmp_path: Path) -> None:
    """Neither a file in the scratch folder nor a process; stopping twice is once."""
    with crew(tmp_path) as engine:
        gathered(engine, 3, two_stages(Deal(2), 2))
        workers = [worker.process for worker in engine._workers]
        assert len(list(tmp_path.iterdir())) == 1
    engine.stop()
    assert list(tmp_path.iterdir()) == []
    assert [process.exitcode for process in workers] == [-9, -9]


def test_an_engine_that_was_stopped_runs_nothing(tmp_path: Path) -> None:
    """No rows would be no pings."""
    with crew(tmp_path) as engine:
        engine.stop()
        with pytest.raises(ValueError, match="stopped"):
            gathered(engine, 3, two_stages(Deal(2), 2))


def test_no_worker_keeps_the_pipe_of_another_open(tmp_path: Path) -> None:
    """When the driver lets go of one, that one ends, and all others live."""
    with crew(tmp_path, workers=4) as engine:
        gathered(engine, 4, two_stages(Deal(2), 2))
        for number in (0, 2):
            engine._workers[number].orders.close()
            engine._workers[number].process.join(10)
        assert [worker.process.exitcode for worker in engine._workers] == [0, None, 0, None]
