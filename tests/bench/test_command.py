"""A contender as a whole command: its time, its CPU in all processes, its memory, and what it wrote."""

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from bench.answers import canonical
from bench.command import COMMANDS, Command, Recipe
from bench.contenders import Job
from bench.datasets import Dataset, dataset
from bench.kinds import Data
from bench.process import Failed
from bench.rounds import Limits, run, taking_part
from bench.scenarios import Scenario
from bench.surroundings import OWN

from bench import command, cpu

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are seen in /proc")

Pretend = Callable[[str, str], None]

WRITE = """
import datetime, sys, time, subprocess
import pyarrow as pa, pyarrow.parquet as pq
zeros = {{name: [0] for name in ("devices", "visits", "single_ping_visits")}}
dwell = {{f"dwell_seconds_p{{p}}": pa.nulls(1, pa.float64()) for p in (25, 50, 75)}}
lists = {{"visits_by_hour": [[0] * 24], "dwell_buckets": [[0] * 7]}}
row = {{"place_id": ["A"], "day": [datetime.date(2023, 3, 1)], "pings": [{pings}], **zeros, **dwell, **lists}}
{act}
pq.write_table(pa.table(row), sys.argv[1] + "/table.parquet")
"""


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """Make a command of a script that writes a row and may do something before."""

    def pretending(name: str, act: str = "", pings: int = 1) -> None:
        script = tmp_path / f"{name}.py"
        script.write_text(WRITE.format(pings=pings, act=textwrap.dedent(act)))
        recipe = Recipe(
            name, OWN, "footfall", lambda _, to: [sys.executable, str(script), str(to)], "table.parquet"
        )
        monkeypatch.setitem(COMMANDS, name, recipe)

    return pretending


def started(tmp_path: Path, name: str, memory: int = 8 << 30, seconds: float = 60) -> Command:
    """The command, with a folder of its own."""
    (tmp_path / "scratch").mkdir()
    job = Job("", "", [], 1, memory, str(tmp_path / "scratch"))
    made = Command(name, job, tmp_path / "log", seconds, {})
    made.prepare()
    return made


def test_cpu_time_is_that_of_all_processes_also_of_those_that_outlive_the_command(
    pretend: Pretend, tmp_path: Path
) -> None:
    """A child that is waited for works half a second, one that is left behind as much, one in another session too."""
    pretend(
        "a",
        """
        work = "import time\\nwhile time.process_time() < 0.5: pass"
        subprocess.run([sys.executable, "-c", work])
        subprocess.Popen([sys.executable, "-c", work])
        subprocess.Popen([sys.executable, "-c", work], start_new_session=True)
        """,
    )
    reply = started(tmp_path, "a").answer("command", tmp_path / "rows.arrow")
    assert 1.5 <= reply["cpu_seconds"] < 10
    assert reply["seconds"] > 0.4


def test_cpu_time_is_also_that_of_children_whose_end_nobody_waits_for(
    pretend: Pretend, tmp_path: Path
) -> None:
    """As of workers of Spark's Python daemon, which ignores SIGCHLD."""
    group = cpu.Group.made()
    if group is None:
        pytest.skip("this user may not make control groups")
    group.close()
    pretend(
        "a",
        """
        import signal
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        work = "import time\\nwhile time.process_time() < 0.5: pass"
        subprocess.Popen([sys.executable, "-c", work]).wait()
        """,
    )
    assert 0.5 <= started(tmp_path, "a").answer("command", tmp_path / "rows.arrow")["cpu_seconds"] < 10


def test_memory_is_that_of_all_processes_also_of_those_in_another_session(
    pretend: Pretend, tmp_path: Path
) -> None:
    """A Java that is started so that Ctrl-C does not reach it."""
    holding = "import time; held = bytearray(b'x') * 100_000_000; time.sleep(2)"
    pretend("a", f"subprocess.run([sys.executable, '-c', {holding!r}], start_new_session=True)")
    asked = started(tmp_path, "a")
    asked.answer("command", tmp_path / "rows.arrow")
    assert asked.peak.bytes > 100_000_000


def test_what_a_command_wrote_is_its_answer(pretend: Pretend, tmp_path: Path) -> None:
    """Rows as they can be compared, and nothing left behind."""
    pretend("a", pings=7)
    asked = started(tmp_path, "a")
    asked.answer("command", tmp_path / "rows.arrow")
    with pa.OSFile(str(tmp_path / "rows.arrow")) as source:
        rows = canonical("command", pa.ipc.open_file(source).read_all()).to_pylist()
    assert [(row["place_id"], row["day"], row["pings"]) for row in rows] == [("A", 19417, 7)]
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("act", "limits", "why"),
    [
        ("sys.exit(3)", {}, "exit code 3"),
        ("time.sleep(60)", {"seconds": 2.0}, "did not end in 2 s"),
        ("held = b'x' * 300_000_000; time.sleep(60)", {"memory": 200 << 20}, "more than"),
    ],
)
def test_a_command_that_fails_says_why(
    pretend: Pretend, tmp_path: Path, act: str, limits: dict[str, int], why: str
) -> None:
    """Whether it ends with an error, takes too long or needs too much memory."""
    pretend("a", act)
    with pytest.raises(Failed, match=why):
        started(tmp_path, "a", **limits).answer("command", tmp_path / "rows.arrow")


def test_commands_with_other_rows_are_found_out(pretend: Pretend, tmp_path: Path) -> None:
    """As those that answer again and again."""
    pretend("a")
    pretend("b", pings=2)
    data: Dataset = dataset(Data.of("one", 100), tmp_path / "data")
    records, wrong = run(
        Scenario(data.data, "command", "s3"), data, ["a", "b"], Limits(rounds=2), lambda _: None
    )
    assert [record.status for record in records] == ["ok", "wrong: differs from a"]
    assert [record.store for record in records] == ["s3", "s3"]
    assert len(wrong) == 1


def test_only_commands_and_the_oracle_are_asked_for_commands() -> None:
    """Others have no script that writes the table."""
    names = ["oracle", "footfall", "geopandas", "pycanopy"]
    assert taking_part("command", names) == ["oracle", "footfall", "pycanopy"]
    assert taking_part("table", names) == names


def test_the_recipes_name_modules_that_are_there() -> None:
    """A script that is renamed is seen before an hour has passed."""
    job = Job("", "", [], 1, 1 << 30, "")
    for recipe in COMMANDS.values():
        words = recipe.words(job, Path("to"))
        if "-m" in words:
            module = Path(command.__file__).parent / "commands" / f"{words[2].rpartition('.')[2]}.py"
            assert module.exists()
